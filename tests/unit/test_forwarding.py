"""Whose word is believed of who calls."""

from dataclasses import dataclass
from ipaddress import IPv4Network, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tornado.httputil import HTTPHeaders

from backend.forwarding import client_address, is_forwarded, is_secure

PROXIES = (ip_network("10.0.0.0/8"), ip_network("fd00::/8"))
PROXY = "10.0.0.1"
PUPIL = "192.0.2.7"
STRANGER = "198.51.100.9"


@dataclass
class Caller:
    """A request, as far as it tells who calls."""

    remote_ip: str | None
    protocol: str
    headers: HTTPHeaders


def request(peer: str, *lines: tuple[str, str], protocol: str = "http") -> Caller:
    headers = HTTPHeaders()
    for name, value in lines:
        headers.add(name, value)
    return Caller(peer, protocol, headers)


def forwarded(*entries: str, peer: str = PROXY) -> str:
    return client_address(request(peer, *(("X-Forwarded-For", entry) for entry in entries)), PROXIES)


def test_without_a_proxy_the_peer_calls() -> None:
    assert client_address(request(PUPIL), PROXIES) == PUPIL
    assert client_address(request(PUPIL), ()) == PUPIL


def test_a_trusted_proxy_tells_who_calls() -> None:
    assert forwarded(PUPIL) == PUPIL


@pytest.mark.parametrize("trusted", [(), PROXIES])
def test_nobody_else_is_believed(trusted: tuple[IPv4Network, ...]) -> None:
    forged = request(STRANGER, ("X-Forwarded-For", PUPIL), ("X-Forwarded-Proto", "https"))
    assert client_address(forged, trusted) == STRANGER
    assert not is_secure(forged, trusted)


def test_what_the_caller_wrote_himself_is_not_believed() -> None:
    assert forwarded(f"203.0.113.1, {PUPIL}") == PUPIL
    assert forwarded(f"{PROXY}, {PUPIL}") == PUPIL


def test_proxies_behind_one_another_are_passed_by() -> None:
    assert forwarded(f"203.0.113.1, {PUPIL}, 10.0.0.2, 10.9.9.9") == PUPIL


def test_several_lines_are_one_list() -> None:
    assert forwarded("203.0.113.1", f"{PUPIL}, 10.0.0.2") == PUPIL


def test_where_all_are_proxies_the_first_of_them_calls() -> None:
    assert forwarded("10.0.0.3, 10.0.0.2") == "10.0.0.3"


@pytest.mark.parametrize("told", ["", ",", ", ,", "unknown", "203.0.113.1, _hidden", "a" * 5000, "::ffff:1.2.3.4.5"])
def test_where_a_proxy_tells_no_address_it_is_who_calls(told: str) -> None:
    assert forwarded(told) == PROXY


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        (f"{PUPIL}:51234", PUPIL),
        ("2001:db8::7", "2001:db8::7"),
        ("[2001:db8::7]", "2001:db8::7"),
        ("[2001:db8::7]:51234", "2001:db8::7"),
        (f"::ffff:{PUPIL}", PUPIL),
    ],
)
def test_ports_brackets_and_mapped_addresses_are_understood(told: str, meant: str) -> None:
    assert forwarded(told) == meant


def test_a_proxy_may_have_either_kind_of_address() -> None:
    assert forwarded(PUPIL, peer="fd00::1") == PUPIL
    assert forwarded(PUPIL, peer=f"::ffff:{PROXY}") == PUPIL
    assert forwarded(PUPIL, peer="fe80::1") == "fe80::1"


@given(st.lists(st.text(st.characters(min_codepoint=32, max_codepoint=255, exclude_characters="\x7f"), max_size=60)))
def test_whatever_is_forged_an_untrusted_peer_is_the_peer(lines: list[str]) -> None:
    assert forwarded(*(line.strip() for line in lines), peer=STRANGER) == STRANGER


@given(st.lists(st.text("0123456789abcdef.:[], %/", max_size=40), max_size=4))
def test_whatever_a_trusted_proxy_tells_an_address_comes_of_it(lines: list[str]) -> None:
    ip_address(forwarded(*(line.strip() for line in lines)))


def test_https_is_told_by_a_trusted_proxy() -> None:
    assert is_secure(request(PROXY, ("X-Forwarded-Proto", "https")), PROXIES)
    assert is_secure(request(PROXY, ("X-Forwarded-Proto", "http, HTTPS")), PROXIES)
    assert not is_secure(request(PROXY, ("X-Forwarded-Proto", "https, http")), PROXIES)
    assert not is_secure(request(PROXY), PROXIES)


def test_https_without_a_proxy_is_that_of_the_connection() -> None:
    assert is_secure(request(PUPIL, protocol="https"), ())
    assert not is_secure(request(PUPIL), ())


def test_what_was_passed_on_shows() -> None:
    assert is_forwarded(request(PUPIL, ("Via", "1.1 proxy")))
    assert is_forwarded(request(PUPIL, ("X-Forwarded-For", "127.0.0.1")))
    assert not is_forwarded(request(PUPIL))
