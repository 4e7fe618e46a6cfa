"""The token, the addresses of the local network, what the terminal shows, and what code may never do."""

import ast
import re
from collections import namedtuple
from http.cookies import Morsel, SimpleCookie
from pathlib import Path
from socket import AddressFamily

import psutil
import pytest

from backend import access, classroom, guarded, http_handlers, lan
from backend.access import COOKIE, Access, make_token
from backend.classroom import announcement, for_class, qr_svg
from backend.settings import ALL_ADDRESSES, EVERYWHERE, Settings

ROOT = Path(__file__).parents[2]
CONTRACT = ROOT / "specs" / "005-holds" / "contracts" / "access.md"
FORBIDDEN_IMPORTS = {"pickle", "cPickle", "dill", "cloudpickle", "marshal", "shelve", "joblib", "yaml"}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "torch.load", "torch.hub.load", "np.load", "numpy.load"}
TOKEN = "a-token-of-ours"  # noqa: S105 - for a test

Address = namedtuple("Address", "family address")  # noqa: PYI024 - as psutil's own
State = namedtuple("State", "isup")  # noqa: PYI024 - likewise


class Request:
    """One that brings a cookie, or none."""

    def __init__(self, value: str | None = None) -> None:
        jar = SimpleCookie({} if value is None else {COOKIE: value})
        self.cookies: dict[str, Morsel[str]] = dict(jar)


def test_a_made_token_can_be_typed_and_is_never_the_same() -> None:
    made = {make_token() for _ in range(200)}
    assert len(made) == 200
    assert all(re.fullmatch(r"[a-hj-km-np-z2-9]{5}(-[a-hj-km-np-z2-9]{5}){2}", token) for token in made)


@pytest.mark.parametrize(
    ("value", "comes_in"), [(TOKEN, True), (None, False), ("", False), (TOKEN + "x", False), (TOKEN.upper(), False)]
)
def test_only_the_cookie_with_the_token_comes_in(value: str | None, *, comes_in: bool) -> None:
    assert Access(TOKEN).allows(Request(value)) is comes_in


def test_without_a_token_everybody_comes_in() -> None:
    assert Access(None).allows(Request())


def test_the_token_is_compared_in_constant_time() -> None:
    source = ast.parse(Path(access.__file__).read_text())
    calls = {ast.unparse(node.func) for node in ast.walk(source) if isinstance(node, ast.Call)}
    assert "hmac.compare_digest" in calls


def test_the_likeliest_private_addresses_come_first(monkeypatch: pytest.MonkeyPatch) -> None:
    v4, v6 = AddressFamily.AF_INET, AddressFamily.AF_INET6
    addresses = {
        "lo": [Address(v4, "127.0.0.1")],
        "docker0": [Address(v4, "172.17.0.1")],
        "wlan0": [Address(v4, "192.168.1.20"), Address(v6, "fe80::1")],
        "eth1": [Address(v4, "10.0.0.9")],
        "eth2": [Address(v4, "169.254.3.4"), Address(v4, "8.8.8.8")],
    }
    monkeypatch.setattr(psutil, "net_if_addrs", lambda: addresses)
    monkeypatch.setattr(psutil, "net_if_stats", lambda: {name: State(name != "eth1") for name in addresses})
    assert lan.lan_addresses() == ["192.168.1.20", "172.17.0.1"]


def test_a_class_listens_everywhere_with_a_token_unless_something_else_is_chosen() -> None:
    made = for_class(Settings(classroom=True))
    assert (made.address, len(made.token or "")) == (ALL_ADDRESSES, 17)
    for host in ("192.168.1.20", "127.0.0.1"):
        chosen = for_class(Settings(classroom=True, host=host, token=TOKEN))
        assert (chosen.address, chosen.token) == (host, TOKEN)
    assert for_class(Settings()) == Settings()
    assert Settings().address == "127.0.0.1"


@pytest.mark.parametrize("host", sorted(EVERYWHERE))
def test_a_server_that_listens_everywhere_is_reached_by_its_address_in_the_room(
    host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(classroom, "lan_addresses", lambda: ["192.168.1.20"])
    told = announcement(Settings(classroom=True, host=host, token=TOKEN), 8888, "http://127.0.0.1:8888/", "utf-8")
    assert f"http://192.168.1.20:8888/?token={TOKEN}\n" in told


def test_the_terminal_shows_link_code_and_projector_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classroom, "lan_addresses", lambda: ["192.168.1.20"])
    settings = for_class(Settings(classroom=True, token=TOKEN))
    told = announcement(settings, 8888, "http://127.0.0.1:8888/", "utf-8")
    assert f"http://192.168.1.20:8888/?token={TOKEN}\n" in told
    assert f"http://127.0.0.1:8888/class?token={TOKEN}\n" in told
    assert "▄" in told
    assert "▄" not in announcement(settings, 8888, "http://127.0.0.1:8888/", "ascii")


def test_without_a_network_the_terminal_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(classroom, "lan_addresses", list)
    told = announcement(for_class(Settings(classroom=True)), 8888, "http://127.0.0.1:8888/", "utf-8")
    assert "in no local network" in told
    assert "For the class" not in told


def test_a_qr_code_needs_no_style_of_its_own() -> None:
    assert qr_svg("http://192.168.1.20/").startswith(b"<svg ")
    assert b"style" not in qr_svg("http://192.168.1.20/")


def test_no_code_reads_a_pickle_or_runs_a_text() -> None:
    found = []
    for path in [*(ROOT / "backend").rglob("*.py"), *(ROOT / "tests" / "support").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text())):
            names: set[str] = set()
            if isinstance(node, ast.Import):
                names = {alias.name.partition(".")[0] for alias in node.names} & FORBIDDEN_IMPORTS
            elif isinstance(node, ast.ImportFrom):
                names = {(node.module or "").partition(".")[0]} & FORBIDDEN_IMPORTS
            elif isinstance(node, ast.Call):
                names = {ast.unparse(node.func)} & FORBIDDEN_CALLS
                names |= {keyword.arg or "" for keyword in node.keywords} & {"allow_pickle"}
            found += [(path.name, name) for name in names]
    assert found == []


def test_headers_cookie_and_open_files_are_in_the_contract() -> None:
    text = CONTRACT.read_text()
    for name, value in guarded.SECURITY_HEADERS.items():
        assert f"| {name} | `{value}` |" in text
    assert f"`{COOKIE}`" in text
    listed = re.findall(r"`([^`]+)`", re.findall(r"Open files: (.*)", text)[0])
    assert set(listed) == http_handlers.OPEN_FILES
