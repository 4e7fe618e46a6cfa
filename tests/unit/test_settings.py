"""Settings from the command line and the environment."""

from dataclasses import fields
from ipaddress import ip_network

import pytest

from backend.arguments import parse
from backend.guarded import is_allowed_host
from backend.setting_fields import Setting
from backend.settings import SETTINGS, Settings

VALUES = {
    "host": "0.0.0.0",  # noqa: S104 - nothing is bound
    "port": "0",
    "open": "true",
    "allowed_hosts": "lab.example,Other.example",
    "token": "room-5.Spring~2026",
    "classroom": "1",
    "trusted_proxies": "10.0.0.0/8, ::1",
    "max_sessions": "3",
    "max_connections_per_address": "4",
    "idle_timeout_s": "90",
    "resume_window_s": "1.5",
    "unseen_training_s": "60",
    "messages_per_second": "50",
    "message_burst": "100",
    "bad_messages_per_minute": "5",
    "max_points": "100",
    "max_parameters": "1000",
    "max_map_side": "64",
    "max_frames_in_flight": "4",
    "max_message_bytes": "2048",
    "max_bulk_message_bytes": "4096",
    "max_body_bytes": "1024",
    "max_header_bytes": "4096",
    "request_timeout_s": "2",
    "ping_interval_s": "5",
    "memory_shed_percent": "50",
    "memory_refuse_percent": "60",
    "slow_step_s": "3",
    "drain_s": "2.5",
    "native": "yes",
    "device": "auto",
    "runs_dir": "/srv/lab/runs of room 5",
    "saving": "no",
    "tensorboard": "yes",
    "kept_days": "30",
    "max_run_bytes": "2048",
    "run_upload_timeout_s": "7",
    "max_run_uploads": "3",
    "max_run_downloads": "7",
    "run_stall_s": "4",
    "run_bytes_per_second": "8192",
    "runs_per_minute": "6",
    "max_waiting_saves": "9",
    "save_timeout_s": "70",
    "verify_timeout_s": "5",
    "max_saves_per_session": "2",
    "max_temporary_bytes": "4096",
    "least_free_bytes": "1024",
    "log_level": "DEBUG",
    "log_format": "json",
}


def as_argument(setting: Setting, value: str) -> str:
    """How a value is given on the command line."""
    if not setting.is_switch:
        return f"{setting.option}={value}"
    return "--no-" + setting.option.removeprefix("--") if value == "no" else setting.option


def test_nothing_given_is_the_defaults() -> None:
    assert parse([], {}) == Settings()


def test_every_setting_has_an_argument_and_a_variable() -> None:
    assert VALUES.keys() == {field.name for field in fields(Settings)}
    by_variable = parse([], {SETTINGS[name].variable: value for name, value in VALUES.items()})
    arguments = [as_argument(SETTINGS[name], value) for name, value in VALUES.items()]
    assert by_variable == parse(arguments, {})
    for name in VALUES:
        assert getattr(by_variable, name) != getattr(Settings(), name), name
    assert by_variable.allowed_hosts == ("lab.example", "other.example")
    assert by_variable.trusted_proxies == (ip_network("10.0.0.0/8"), ip_network("::1"))


@pytest.mark.parametrize("name", VALUES)
def test_every_setting_is_in_the_help(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(["--help"], {})
    assert ended.value.code == 0
    told = "".join(capsys.readouterr().out.split())
    assert SETTINGS[name].option in told
    assert "".join(SETTINGS[name].sentence.split()) in told


def test_an_empty_variable_counts_as_not_set() -> None:
    assert parse([], {"BOUNDARY_LAB_TOKEN": "", "BOUNDARY_LAB_PORT": ""}) == Settings()


def test_the_command_line_wins_over_the_environment() -> None:
    assert parse(["--port", "1", "--no-open"], {"BOUNDARY_LAB_PORT": "2", "BOUNDARY_LAB_OPEN": "1"}) == Settings(
        port=1, open=False
    )


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--port", "70000"], "--port: '70000'"),
        (["--port", "-1"], "--port"),
        (["--port", "x"], "--port: 'x'"),
        (["--port", "\u0663"], "--port"),
        (["--max-sessions", "many"], "--max-sessions: 'many'"),
        (["--max-sessions", "0"], "from 1 to 1,000,000"),
        (["--max-sessions", "9" * 5000], "'…"),
        (["--resume-window-s", "soon"], "--resume-window-s"),
        (["--resume-window-s", "inf"], "--resume-window-s"),
        (["--resume-window-s", "nan"], "--resume-window-s"),
        (["--resume-window-s", "1e300"], "--resume-window-s"),
        (["--host", ""], "--host"),
        (["--host", "a b"], "--host"),
        (["--max-points", "5001"], "from 2 to 5,000"),
        (["--max-message-bytes", "65537"], "--max-message-bytes"),
        (["--max-map-side", "201"], "from 8 to 200"),
        (["--memory-shed-percent", "101"], "--memory-shed-percent"),
        (["--memory-shed-percent", "92"], "--memory-shed-percent is not below --memory-refuse-percent"),
        (["--max-bulk-message-bytes", "2000"], "--max-message-bytes is more than --max-bulk-message-bytes"),
        (["--messages-per-second", "2001"], "--messages-per-second is more than --message-burst"),
        (["--device", "tpu"], "'tpu' is none of cpu, cuda, mps, auto"),
        (["--runs-dir", ""], "--runs-dir: '' is no name of a directory"),
        (["--runs-dir", "runs\nof today"], "--runs-dir"),
        (["--kept-days", "0"], "--kept-days"),
        (["--max-run-bytes", "1"], "--max-run-bytes"),
        (["--trusted-proxy", "10.0.0.0/8,proxy.example"], "'proxy.example'"),
        (["--trusted-proxy", "10.0.0.1/8"], "'10.0.0.1/8'"),
        (["--log-level", "LOUD"], "'LOUD' is none of DEBUG, INFO, WARNING, ERROR"),
        (["--log-format", "xml"], "'xml'"),
        (["--max"], "--max"),
        (["--x"], "--x"),
        (["trian", "config.json"], "'trian' is no command: train, evaluate, runs are"),
        (["--port", "1", "--smoke"], "--smoke goes first"),
        (["--port"], "--port"),
    ],
)
def test_nonsense_is_one_clear_line_and_status_2(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(arguments, {})
    assert ended.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("python -m backend: error:")
    assert told in line
    assert len(line) < 250


@pytest.mark.parametrize(
    ("variable", "value"),
    [("BOUNDARY_LAB_OPEN", "perhaps"), ("BOUNDARY_LAB_MAX_SESSIONS", "-3"), ("BOUNDARY_LAB_CLASS", "2")],
)
def test_what_is_wrong_with_a_variable_names_the_variable(
    variable: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parse([], {variable: value})
    assert ended.value.code == 2
    assert f"{variable}: {value!r}" in capsys.readouterr().err


@pytest.mark.parametrize("token", ["short", "with spaces in it", "ümlaut-token", "x" * 129])
def test_a_token_is_never_told(token: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["--token", token], {})
    assert token not in capsys.readouterr().err
    assert "secret-of-a-class" not in repr(parse(["--token", "secret-of-a-class"], {}))


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


@pytest.mark.parametrize("arguments", [[], ["--host", "localhost"], ["--host", "::1"], ["--port", "0", "--native"]])
def test_a_server_that_only_this_computer_reaches_is_personal(arguments: list[str]) -> None:
    assert parse(arguments, {}).is_personal


@pytest.mark.parametrize(
    "arguments",
    [
        ["--class"],
        ["--class", "--host", "127.0.0.1"],
        ["--token", "room-5.Spring~2026"],
        ["--host", "0.0.0.0"],  # noqa: S104 - nothing is bound
        ["--host", "::"],
        ["--host", "192.168.1.7"],
        ["--host", "mylaptop.local"],
        ["--no-saving"],
        ["--trusted-proxy", "127.0.0.1"],
        ["--allowed-hosts", "lab.example"],
    ],
)
def test_a_server_that_others_may_use_is_not_personal(arguments: list[str]) -> None:
    assert not parse(arguments, {}).is_personal
