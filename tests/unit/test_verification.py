"""A run's train.py is run as it is, by itself, and what comes of that is told whatever happens."""

import json
import sys
from dataclasses import replace
from pathlib import Path

import psutil
import pytest

from backend.logic.config import RunConfig
from backend.logic.points import TrainingExample
from backend.logic.run_record import RunRecord
from backend.runs.layout import VERIFICATION
from backend.runs.script import write_script
from backend.runs.verification import Verification, is_same, verify, verify_script
from tests.unit.trained_records import record_of

LONG_S = 60.0


def checked(folder: Path, code: str, timeout_s: float = LONG_S) -> Verification:
    """What is found of other code in the place of a script of three steps."""
    script = folder / "train.py"
    script.write_text(code)
    return verify(script, record_of(RunConfig(), steps=3), timeout_s, lambda: None)


def written(record: RunRecord, folder: Path) -> Path:
    write_script(record, folder, lambda: None)
    return folder / "train.py"


def test_a_script_in_a_process_of_its_own_has_our_curve(tmp_path: Path) -> None:
    record = record_of(RunConfig(dropout=0.1, train_fraction=0.7), steps=250)
    script = written(record, tmp_path)
    turns: list[None] = []
    verify_script(record, tmp_path, lambda: turns.append(None), timeout_s=LONG_S)
    found = Verification(**json.loads((tmp_path / VERIFICATION).read_text()))
    assert found.why_not is None
    assert found.steps == 200
    assert found.largest_difference is not None
    assert found.largest_difference <= 1e-5
    assert found.is_same is True
    assert len(turns) > 200
    assert sorted(path.name for path in tmp_path.iterdir()) == [script.name, VERIFICATION]


def test_another_script_is_found_out(tmp_path: Path) -> None:
    record = record_of(RunConfig(), steps=20)
    script = written(record, tmp_path)
    script.write_text(script.read_text().replace("SEED = 7", "SEED = 8"))
    found = verify(script, record, LONG_S, lambda: None)
    assert found.why_not is None
    assert found.largest_difference is not None
    assert found.largest_difference > 1e-3
    assert found.is_same is False
    assert found.sensitivity is not None
    assert found.sensitivity < 1e-5


def test_a_script_that_takes_too_long_is_ended(tmp_path: Path) -> None:
    told = tmp_path / "process"
    code = (
        f"import os, time\nfrom pathlib import Path\nPath({str(told)!r}).write_text(str(os.getpid()))\ntime.sleep(60)\n"
    )
    found = checked(tmp_path, code, timeout_s=3)
    assert found.why_not == "train.py was not done within 3 s."
    assert found.largest_difference is None
    assert found.steps == 0
    assert not psutil.pid_exists(int(told.read_text()))


def test_an_error_of_a_script_is_told(tmp_path: Path) -> None:
    found = checked(tmp_path, "print('x' * 10_000_000)\nraise ValueError('no such thing ' + 'y' * 10_000)\n")
    assert found.why_not is not None
    assert found.why_not.startswith("train.py ended with an error: ")
    assert len(found.why_not) < 2100


def test_a_process_that_cannot_be_started_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "absent"))
    assert checked(tmp_path, "").why_not == "train.py could not be run: No such file or directory."


@pytest.mark.parametrize(
    ("returned", "why_not"),
    [
        ("['a', 'b', 'c']", "train.py did not give a curve."),
        ("[0.5]", "train.py did not give a curve."),
        ("{'a': 1}", "train.py did not give a curve."),
        ("[0.5] * 100_000", "train.py gave more than a curve."),
        ("[float('nan')] * 3", "The loss of train.py is not a number, where ours is one."),
    ],
)
def test_what_is_no_curve_is_told(returned: str, why_not: str, tmp_path: Path) -> None:
    assert checked(tmp_path, f"def train(steps):\n    return {returned}\n").why_not == why_not


def test_a_script_sees_nothing_of_the_server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOUNDARY_LAB_TOKEN", "secret")
    code = """\
import os, sys
def train(steps):
    assert not [name for name in os.environ if name.startswith(("BOUNDARY", "PYTHON"))], os.environ
    assert os.listdir() == ["said.txt"], os.listdir()
    assert os.environ["HOME"] == os.getcwd()
    assert len(sys.argv) == 4
    raise SystemExit("all is well")
"""
    assert checked(tmp_path, code).why_not == "train.py ended with an error: all is well"


@pytest.mark.parametrize(
    ("record", "why_not"),
    [
        (record_of(RunConfig(), steps=0), "The run has made no step yet."),
        (
            record_of(RunConfig(), [TrainingExample(1, 2, 0)], steps=0),
            "Add points of a second class: all training points are of class 0.",
        ),
    ],
    ids=str,
)
def test_what_cannot_be_compared_is_told_without_a_process(record: RunRecord, why_not: str, tmp_path: Path) -> None:
    found = verify(tmp_path / "absent.py", record, LONG_S, lambda: None)
    assert replace(found, seconds=0.0) == Verification(0, None, None, None, 0.0, why_not)


@pytest.mark.parametrize(
    ("theirs", "nudged", "same"),
    [
        ([0.7, 0.6, 0.5], [0.7, 0.6, 0.5], True),
        ([0.70000001, 0.600001, 0.500001], [0.7, 0.6, 0.5], True),
        ([0.7, 0.6, 0.51], [0.7, 0.6, 0.5], False),
        ([0.7, 0.6, 0.51], [0.7, 0.6, 0.501], True),
        # What comes later does not excuse what was before.
        ([0.71, 0.6, 0.5], [0.7, 0.6, 0.1], False),
        # What has come once is not taken back.
        ([0.7, 0.6, 0.51], [0.7, 0.601, 0.5], True),
    ],
)
def test_curves_are_the_same_where_rounding_alone_parts_them(
    theirs: list[float], nudged: list[float], *, same: bool
) -> None:
    assert is_same([0.7, 0.6, 0.5], theirs, nudged) == same


def test_a_part_of_a_large_loss_is_rounding_too() -> None:
    assert is_same([30_000.0], [30_000.2], [30_000.0])
    assert not is_same([30_000.0], [30_001.0], [30_000.0])


def test_a_run_that_diverges_at_once_is_not_compared(tmp_path: Path) -> None:
    config = RunConfig(
        problem="regression",
        loss="squared_error",
        hidden_layers=(100, 100),
        activation="linear",
        initialisation="large",
        learning_rate=1e6,
    )
    record = record_of(config, steps=0)
    record = replace(record, checkpoint=replace(record.checkpoint, step=5))
    found = verify(written(record, tmp_path), record, LONG_S, lambda: None)
    assert found.steps <= 1
