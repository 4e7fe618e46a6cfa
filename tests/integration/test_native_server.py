"""A server that trains by compiled steps, one that cannot, and one that was not asked to."""

import signal
import subprocess
import sys

from tests.support.client import Client
from tests.support.runs import until_loss_below
from tests.support.server import ROOT, server_process

DEADLINE_S = 60


def run(program: str) -> subprocess.CompletedProcess[str]:
    """Run a Python program to its end."""
    return subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=DEADLINE_S, check=False
    )


async def test_a_native_run_learns_streams_and_ends_at_its_step() -> None:
    with server_process("--native") as server:
        async with Client(server.address) as client:
            await client.request("LOAD_DATASET", dataset="gauss")
            await client.request("CONFIGURE", speed=30)
            await client.request("START_TRAINING")
            await client.until_frames(3)
            await client.request("CONFIGURE", speed=0)
            await client.until_frames(3)
            untrained = client.frames[0].train_loss
            assert untrained is not None
            await until_loss_below(client, untrained / 2)
            await client.request("STOP_TRAINING")
            stopped = await client.until_state("PAUSED")
            await client.request("STEP_TRAINING", count=1_003, unit="step")
            await client.until(lambda: client.last("TRAINING_STATUS")["step"] == stopped["step"] + 1_003)
        server.process.send_signal(signal.SIGTERM)
        ended = await server.ended(DEADLINE_S)
    assert ended.status == 0
    assert "Traceback" not in ended.stderr


async def test_a_native_run_diverges_and_says_so() -> None:
    with server_process("--native") as server:
        async with Client(server.address) as client:
            await client.request("LOAD_DATASET", dataset="gauss")
            await client.request("CONFIGURE", optimizer="sgd", learning_rate=10.0, weight_decay=1.0)
            await client.request("START_TRAINING")
            await client.until_state("DIVERGED")


def test_without_numba_one_sentence_says_what_to_install() -> None:
    ended = run(
        "import sys; sys.modules['numba'] = None; sys.argv = ['backend', '--native', '--no-open', '--port', '0']; "
        "from backend.__main__ import main; sys.exit(main())"
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    (sentence,) = ended.stderr.splitlines()
    assert "Numba" in sentence
    assert "requirements-native.txt" in sentence


def test_numba_is_not_imported_unless_asked_for() -> None:
    ended = run("import sys, backend.__main__, backend.app, backend.logic.warm_up; print('numba' in sys.modules)")
    assert (ended.returncode, ended.stdout) == (0, "False\n")
