"""Connections are counted by address, and addresses are not kept."""

import pytest

from backend.addresses import AddressCounts


def test_as_many_as_may_be_have_room_and_a_place_that_is_left_is_free_at_once() -> None:
    counts = AddressCounts(2)
    here, there = counts.place_of("192.0.2.1"), counts.place_of("192.0.2.2")
    counts.enter(here)
    assert counts.has_room(here)
    counts.enter(here)
    assert not counts.has_room(here)
    assert counts.has_room(there)
    counts.leave(here)
    assert counts.has_room(here)


def test_of_an_address_without_connections_nothing_is_kept() -> None:
    counts = AddressCounts(2)
    for number in range(100):
        place = counts.place_of(f"192.0.2.{number}")
        assert counts.has_room(place)
        counts.enter(place)
        counts.leave(place)
    assert len(counts) == 0


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.10", False),
        ("192.0.2.1", "::ffff:192.0.2.1", True),
        ("2001:db8::1", "2001:db8:0:0:ffff::2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::1", "::1", True),
        ("", "", True),
        ("unix:", "192.0.2.1", False),
    ],
)
def test_an_address_is_whoever_has_it(one: str, other: str, is_same: bool) -> None:  # noqa: FBT001
    counts = AddressCounts(1)
    assert (counts.place_of(one) == counts.place_of(other)) is is_same


def test_a_place_tells_no_address_and_differs_from_process_to_process() -> None:
    place = AddressCounts(1).place_of("192.0.2.1")
    assert place != AddressCounts(1).place_of("192.0.2.1")
    assert place.find(b"192.0.2.1") == place.find(bytes([192, 0, 2, 1])) == -1
    assert "192.0.2.1" not in repr(AddressCounts(1).__dict__)
