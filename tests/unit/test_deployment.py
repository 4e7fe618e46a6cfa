"""What is shipped for a server fits together, fits the settings' defaults, and is what the contract says."""

import re
from configparser import RawConfigParser
from pathlib import Path

import pytest

from backend.arguments import parse
from backend.run_upload import FORM_BYTES
from backend.settings import Settings
from tests.unit.test_contracts import rows, sections

ROOT = Path(__file__).parents[2]
CONTRACT = (ROOT / "specs" / "005-holds" / "contracts" / "deployment.md").read_text()
UPSTREAM = (ROOT / "deploy" / "nginx" / "boundary-lab.conf").read_text()
BEFORE, RUNS, AFTER = re.split(
    r"(^location /lab/runs/ \{.*?^\}$)",
    (ROOT / "deploy" / "nginx" / "boundary-lab-locations.conf").read_text(),
    flags=re.MULTILINE | re.DOTALL,
)
LOCATIONS = BEFORE + AFTER
UNIT_FILE = ROOT / "deploy" / "systemd" / "boundary-lab@.service"
KIB = 1024


def unit() -> RawConfigParser:
    parser = RawConfigParser(strict=False, comment_prefixes=("#",))
    parser.read_string(UNIT_FILE.read_text())
    return parser


def directive(name: str, text: str = LOCATIONS) -> list[str]:
    """The values of a directive of nginx that stands there once."""
    (values,) = re.findall(rf"^ *{name} ([^;]+);", text, re.MULTILINE)
    return str(values).split()


def size(text: str) -> int:
    return int(text.removesuffix("k")) * (KIB if text.endswith("k") else 1)


def shipped() -> dict[str, int]:
    """The numbers of the contract's table, as the files have them: in seconds, bytes or pieces."""
    count, each = directive("large_client_header_buffers")
    service = unit()["Service"]
    timeouts = ["proxy_read_timeout", "proxy_send_timeout", "client_header_timeout", "client_body_timeout"]
    return {
        **{name: int(directive(name)[0].removesuffix("s")) for name in timeouts},
        "client_max_body_size": size(directive("client_max_body_size")[0]),
        "client_max_body_size of runs": size(directive("client_max_body_size", RUNS)[0]),
        "large_client_header_buffers": size(directive("client_header_buffer_size")[0]) + int(count) * size(each),
        "limit_conn": int(directive("limit_conn")[1]),
        "TimeoutStopSec": int(service["TimeoutStopSec"].removesuffix("s")),
        "LimitNOFILE": int(service["LimitNOFILE"]),
    }


def test_the_contract_tells_the_values_that_are_shipped() -> None:
    told = rows(sections(CONTRACT, 2)["Values that have to fit"])
    assert {name.strip("`"): int(value.split()[0]) for name, value, *_ in told} == shipped()


def test_what_is_shipped_fits_the_defaults() -> None:
    values, defaults = shipped(), Settings()
    assert min(values["proxy_read_timeout"], values["proxy_send_timeout"]) > 3 * defaults.ping_interval_s
    assert values["client_max_body_size"] <= defaults.max_body_bytes
    assert values["client_max_body_size of runs"] == defaults.max_run_bytes + FORM_BYTES
    assert values["large_client_header_buffers"] + 3 * KIB <= defaults.max_header_bytes
    assert max(values["client_header_timeout"], values["client_body_timeout"]) <= defaults.request_timeout_s
    assert values["limit_conn"] >= 3 * defaults.max_connections_per_address
    assert values["TimeoutStopSec"] > 2 * defaults.drain_s
    assert values["LimitNOFILE"] > 4 * defaults.max_sessions


@pytest.mark.parametrize("number", [1, 2, 3])
def test_the_processes_of_systemd_are_those_that_nginx_knows(number: int) -> None:
    arguments = unit()["Service"]["ExecStart"].replace("%i", str(number)).split()
    assert arguments[1:3] == ["-m", "backend"]
    settings = parse(arguments[3:], {})
    assert f"server {settings.host}:{settings.port} " in UPSTREAM
    assert [str(network) for network in settings.trusted_proxies] == ["127.0.0.1/32"]
    assert settings.open is False
    assert settings.saving is False


def test_no_memory_is_reclaimed_before_the_memory_guard_sees_it() -> None:
    service = unit()["Service"]
    assert service["MemoryMax"] == "2G"
    assert "MemoryHigh" not in service
    assert service["KillSignal"] == "SIGTERM"
