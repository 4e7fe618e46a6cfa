"""Settings from the command line and the environment."""

from dataclasses import fields

import pytest

from backend.http_handlers import is_allowed_host
from backend.settings import Settings, parse


def test_nothing_given_is_the_defaults() -> None:
    assert parse([], {}) == Settings()


def test_every_setting_has_an_argument_and_a_variable() -> None:
    values = {
        "host": "0.0.0.0",  # noqa: S104 - nothing is bound
        "port": "0",
        "open": "true",
        "allowed_hosts": "lab.example,Other.example",
        "max_sessions": "3",
        "resume_window_s": "1.5",
        "max_frames_in_flight": "4",
        "ping_interval_s": "5",
        "native": "yes",
        "log_level": "DEBUG",
    }
    assert values.keys() == {field.name for field in fields(Settings)}
    by_variable = parse([], {f"BOUNDARY_LAB_{name.upper()}": value for name, value in values.items()})
    switches = {"open", "native"}
    arguments = [f"--{name.replace('_', '-')}={value}" for name, value in values.items() if name not in switches]
    assert by_variable == parse([*arguments, "--open", "--native"], {})
    assert by_variable.allowed_hosts == ("lab.example", "other.example")


def test_the_command_line_wins_over_the_environment() -> None:
    assert parse(["--port", "1", "--no-open"], {"BOUNDARY_LAB_PORT": "2", "BOUNDARY_LAB_OPEN": "1"}) == Settings(
        port=1, open=False
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["--port", "70000"],
        ["--port", "-1"],
        ["--port", "x"],
        ["--max-sessions", "many"],
        ["--resume-window-s", "soon"],
        ["--max-sessions", "0"],
        ["--resume-window-s", "inf"],
        ["--x"],
    ],
)
def test_nonsense_is_one_clear_line_and_status_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(arguments, {})
    assert ended.value.code == 2
    assert "error:" in capsys.readouterr().err.splitlines()[-1]


def test_an_odd_yes_or_no_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse([], {"BOUNDARY_LAB_OPEN": "perhaps"})
    assert "'perhaps'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("host", "is_allowed"),
    [
        ("localhost:8888", True),
        ("127.0.0.1", True),
        ("[::1]:8888", True),
        ("LOCALHOST", True),
        ("lab.example:1", True),
        ("evil.example", False),
        ("localhost.evil.example", False),
        ("192.168.1.7", False),
        ("", False),
        ("[::1", False),
    ],
)
def test_only_our_own_names_are_answered(host: str, is_allowed: bool) -> None:  # noqa: FBT001
    assert is_allowed_host(host, Settings(allowed_hosts=("lab.example",))) is is_allowed


def test_on_all_addresses_any_address_is_ours_but_no_foreign_name() -> None:
    settings = Settings(host="0.0.0.0")  # noqa: S104 - nothing is bound
    assert is_allowed_host("192.168.1.7:8888", settings)
    assert not is_allowed_host("evil.example", settings)
