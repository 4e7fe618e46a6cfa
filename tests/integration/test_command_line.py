"""The command line of a real process: ports, settings, and what it prints where."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.client import Client
from tests.support.http import fetch
from tests.support.ports import free_port, taken_port
from tests.support.server import ROOT, server_process

DEADLINE_S = 30


def run(*arguments: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command line to its end."""
    return subprocess.run(
        [sys.executable, "-m", "backend", "--no-open", *arguments],
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )


@pytest.mark.parametrize(
    ("arguments", "environment"),
    [(["--port"], {}), ([], {"BOUNDARY_LAB_PORT": ""})],
    ids=["argument", "environment"],
)
def test_an_explicit_port_in_use_is_one_line_and_exit_1(arguments: list[str], environment: dict[str, str]) -> None:
    with taken_port() as port:
        ended = run(*arguments, *([str(port)] if arguments else []), environment=dict.fromkeys(environment, str(port)))
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr.splitlines() == [f"Cannot listen on 127.0.0.1 port {port}: it is in use."]


@pytest.mark.parametrize(
    ("arguments", "environment", "names"),
    [
        (["--port", "70000"], {}, "--port"),
        (["--port", "-1"], {}, "--port"),
        (["--port", "http"], {}, "--port"),
        (["--max-sessions", "0"], {}, "--max-sessions"),
        (["--resume-window-s", "0"], {}, "--resume-window-s"),
        (["--resume-window-s", "nan"], {}, "--resume-window-s"),
        (["--log-level", "LOUD"], {}, "--log-level"),
        (["--no-such"], {}, "--no-such"),
        ([], {"BOUNDARY_LAB_PORT": "70000"}, "BOUNDARY_LAB_PORT"),
        ([], {"BOUNDARY_LAB_MAX_SESSIONS": "many"}, "BOUNDARY_LAB_MAX_SESSIONS"),
    ],
    ids=str,
)
def test_an_absurd_setting_is_one_clear_line_and_exit_2(
    arguments: list[str], environment: dict[str, str], names: str
) -> None:
    ended = run(*arguments, environment=environment)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "Traceback" not in ended.stderr
    assert names in ended.stderr.splitlines()[-1]
    assert "error" in ended.stderr.splitlines()[-1]


def test_an_address_that_is_not_ours_is_one_line_and_exit_1() -> None:
    ended = run("--host", "192.0.2.1", "--port", "0")
    assert (ended.returncode, ended.stdout) == (1, "")
    (line,) = ended.stderr.splitlines()
    assert "192.0.2.1" in line


def test_a_device_that_is_not_here_ends_the_server_before_it_listens() -> None:
    ended = run("--port", "0", "--device", "mps")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.splitlines()[-1].startswith("This PyTorch has no MPS")


def test_a_directory_of_runs_that_is_a_file_ends_the_server_before_anything_slow(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("")
    ended = run("--port", "0", "--runs-dir", str(taken))
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.splitlines() == [f"{taken} cannot be written: there is a file where a directory should be."]


async def test_a_server_that_keeps_no_runs_does_not_mind_where_they_would_be(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("")
    with server_process("--runs-dir", str(tmp_path / "taken"), "--no-saving") as server:
        assert (await fetch(server.address, "healthz")).code == 200


@pytest.mark.parametrize("module", ["backend.__main__", "backend.command_line.main"])
def test_what_can_be_said_at_once_does_not_wait_for_pytorch(module: str) -> None:
    code = f"import sys, {module}; print('torch' in sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert ended.stdout == "False\n"


def test_help_tells_every_setting() -> None:
    ended = run("--help")
    assert ended.returncode == 0
    for option in ("--host", "--port", "--open", "--allowed-hosts", "--max-sessions", "--resume-window-s", "--native"):
        assert option in ended.stdout


async def test_without_a_port_the_next_free_one_is_taken_and_told() -> None:
    with taken_port(8888), server_process(port=None) as server:
        assert 8888 < server.port <= 8907
        assert (await fetch(server.address, "healthz")).code == 200
        server.process.send_signal(signal.SIGTERM)
        ended = await server.ended(DEADLINE_S)
        assert "port 8888: it is in use" in ended.stderr.splitlines()[0]
        assert f"port {server.port} instead" in ended.stderr.splitlines()[0]
        assert ended.stdout == f"Boundary Lab is ready: http://127.0.0.1:{server.port}/\n"


async def test_the_variables_set_what_the_arguments_leave_open() -> None:
    port = free_port()
    environment = {
        "BOUNDARY_LAB_PORT": str(port),
        "BOUNDARY_LAB_RESUME_WINDOW_S": "7",
        "BOUNDARY_LAB_MAX_FRAMES_IN_FLIGHT": "9",
    }
    with server_process("--max-frames-in-flight", "3", environment=environment, port=None) as server:
        assert server.port == port
        async with Client(server.address) as client:
            limits = client.session["limits"]
            assert (limits["resume_window_s"], limits["frames_in_flight"]) == (7, 3)
