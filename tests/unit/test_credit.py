"""Credit: how many frames may be on their way, and how long they were."""

from backend import metrics
from backend.credit import Credit


def acknowledged() -> tuple[float, float]:
    """How many acknowledgements there have been, and how long they took together, in seconds."""
    count, total = (
        metrics.REGISTRY.get_sample_value(f"boundary_lab_acknowledge_seconds_{what}") or 0.0
        for what in ("count", "sum")
    )
    return count, total


def test_credit_is_spent_frame_by_frame_and_comes_back_with_acknowledgements() -> None:
    credit = Credit(2, lambda: 0.0)
    assert (credit.is_left, credit.next_seq) == (True, 1)
    credit.spend()
    credit.spend()
    assert (credit.is_left, credit.next_seq) == (False, 3)
    credit.take_back(2)
    assert (credit.is_left, credit.next_seq) == (True, 3)


def test_forged_and_repeated_acknowledgements_give_no_credit() -> None:
    credit = Credit(1, lambda: 0.0)
    credit.spend()
    count, _ = acknowledged()
    for seq in (-1, 0, 2, 2**32):
        credit.take_back(seq)
    assert not credit.is_left
    credit.take_back(1)
    credit.take_back(1)
    assert (credit.is_left, credit.next_seq) == (True, 2)
    assert acknowledged()[0] == count + 1


def test_how_long_each_frame_was_on_its_way_is_measured() -> None:
    now_s = 10.0
    credit = Credit(2, lambda: now_s)
    credit.spend()
    now_s = 10.5
    credit.spend()
    count, total = acknowledged()
    now_s = 11.0
    credit.take_back(2)
    after = acknowledged()
    assert (after[0] - count, round(after[1] - total, 6)) == (2, 1.5)
