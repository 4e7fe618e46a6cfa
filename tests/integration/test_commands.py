"""The commands in processes of their own."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from backend.logic.config import RunConfig
from backend.logic.dataset import Dataset
from backend.logic.generators import generate
from backend.runs.layout import config_bytes
from backend.runs.points_file import points_bytes
from tests.support.runs import tell_figure
from tests.support.server import ROOT

DEADLINE_S = 60
MANY_STEPS = "100000000"


def begin(*arguments: object) -> subprocess.Popen[str]:
    """Begin a command."""
    return subprocess.Popen(
        [sys.executable, "-m", "backend", *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with config.json and points.csv."""
    config = RunConfig(hidden_layers=(4,))
    (tmp_path / "config.json").write_bytes(config_bytes(config))
    points = Dataset.empty(1.0, config.seed).adding(generate("xor", 40, 0.0, 2, 1))
    (tmp_path / "points.csv").write_bytes(points_bytes(points))
    return tmp_path


@pytest.mark.smoke
def test_a_tiny_training_and_its_evaluation_are_well() -> None:
    process = begin("--smoke", "--json")
    out, err = process.communicate(timeout=DEADLINE_S)
    assert (process.returncode, err) == (0, "")
    facts = json.loads(out)
    assert facts["differing"] == []
    tell_figure(f"--smoke: {facts['seconds']} s, and before them the start of PyTorch")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_training_that_is_told_to_end_says_what_is_lost_and_leaves_nothing(
    number: signal.Signals, files: Path
) -> None:
    process = begin(
        *("train", files / "config.json", files / "points.csv", "--steps", MANY_STEPS),
        *("--out", files / "outputs", "--device", "auto"),
    )
    assert process.stderr is not None
    # It notes what computes when it is about to begin.
    assert "Computing on the CPU" in process.stderr.readline()
    process.send_signal(number)
    out, err = process.communicate(timeout=DEADLINE_S)
    assert (process.returncode, out) == (130, "")
    (line,) = err.splitlines()
    assert line.startswith("Ended ")
    assert not (files / "outputs").exists()


def test_nobody_who_reads_is_no_reason_for_a_traceback() -> None:
    read_end, write_end = os.pipe()
    os.close(read_end)
    process = subprocess.Popen(
        [sys.executable, "-m", "backend", "--smoke"], cwd=ROOT, stdout=write_end, stderr=subprocess.PIPE, text=True
    )
    os.close(write_end)
    _, err = process.communicate(timeout=DEADLINE_S)
    assert (process.returncode, err) == (1, "")
