"""`train` that comes to nothing by what it is given, by diverging or by being ended: a sentence, and nothing stays."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from backend.command_line import train as train_module
from backend.command_line.main import FAILED, INTERRUPTED, WRONG_USAGE
from backend.logic.offline import train_offline
from backend.logic.run_record import RunRecord
from backend.runs.layout import config_bytes
from backend.runs.points_file import points_bytes
from tests.unit.commands.carrying_out import CONFIG, DATASET, Run, folder_in, train


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("config.json", None, "config.json is missing"),
        ("config.json", "{", "config.json is not JSON"),
        ("config.json", '{"seed": -1}', "config.json"),
        ("config.json", '{"format": 2}', "written by a newer version"),
        ("points.csv", None, "points.csv is missing"),
        ("points.csv", "a,b\n1,2\n", "points.csv does not begin with"),
        ("points.csv", "x,y,label\n1,2,2\n", "says '2' for label in line 2"),
        ("points.csv", "x,y,label\n1,7,1\n", "says '7' for y in line 2"),
        ("points.csv", "x,y,label\n1,1,1\n", "Nobody can train on the points in"),
        ("points.csv", "x,y,label\n", "There are no points in"),
        ("points.csv", b"x,y,label\n\xff,1,1\n", "points.csv is not text"),
        ("points.csv", b"x,y,label\n" + b"1,1,1\n" * 5001, "more than 5,000 points"),
        ("points.csv", b"\0" * 2_000_000, "points.csv is too large"),
    ],
    ids=str,
)
def test_a_file_that_is_not_what_it_should_be_is_one_sentence_and_nothing_stays(
    name: str, content: str | bytes | None, told: str, files: Path, command: Run
) -> None:
    if content is None:
        (files / name).unlink()
    else:
        (files / name).write_bytes(content.encode() if isinstance(content, str) else content)
    ended = command(*train(files))
    assert (ended.status, ended.out) == (WRONG_USAGE, "")
    (line,) = ended.err.splitlines()
    assert told in line
    assert str(files / name) in line
    assert not (files / "outputs").exists()


def test_a_training_that_diverges_fails_with_the_step_and_saves_nothing(files: Path, command: Run) -> None:
    config = structs.replace(CONFIG, optimizer="sgd", learning_rate=1e6, problem="regression", loss="squared_error")
    (files / "config.json").write_bytes(config_bytes(config))
    ended = command(*train(files, 500))
    assert (ended.status, ended.out) == (FAILED, "")
    assert "diverged at step" in ended.err
    assert ended.err.endswith("Nothing is saved.\n")
    assert not (files / "outputs").exists()


def test_a_directory_that_cannot_be_written_when_all_is_trained_fails_and_says_so(
    files: Path, command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def train_meanwhile(*given: Any, **more: Any) -> RunRecord:
        (files / "outputs").write_text("not a directory")
        return train_offline(*given, **more)

    monkeypatch.setattr(train_module, "train_offline", train_meanwhile)
    ended = command(*train(files, 5))
    assert (ended.status, ended.out) == (FAILED, "")
    assert "is not saved" in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("place", "reason"),
    [
        ("taken", "there is a file where a directory should be"),
        ("taken/outputs", "there is a file where a directory should be"),
        ("nowhere/outputs", "there is a file where a directory should be"),
        ("closed/outputs", "it is not allowed here"),
    ],
)
def test_a_directory_that_could_never_be_written_is_refused_before_anything_is_trained(
    place: str, reason: str, files: Path, command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    (files / "taken").write_text("not a directory")
    (files / "nowhere").symlink_to(files / "gone")
    (files / "closed").mkdir()
    # Whoever tests as root may write everywhere.
    monkeypatch.setattr("os.access", lambda path, _: Path(path).name != "closed")
    monkeypatch.delattr(train_module, "train_offline")
    ended = command(*train(files, 5, "--out", files / place))
    assert (ended.status, ended.out) == (WRONG_USAGE, "")
    assert ended.err == f"{files / place} cannot be written: {reason}.\n"
    assert not list((files / "closed").iterdir())


def test_a_training_that_is_interrupted_says_how_far_it_came_and_leaves_nothing(
    files: Path, command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object, on_progress: Callable[[int], object], **__: object) -> RunRecord:
        on_progress(7)
        raise KeyboardInterrupt

    monkeypatch.setattr(train_module, "train_offline", interrupted)
    ended = command(*train(files))
    assert (ended.status, ended.out) == (INTERRUPTED, "")
    assert ended.err.splitlines()[-1] == "Ended after 7 of 30 steps. Nothing of it is saved."
    assert not (files / "outputs").exists()


def test_a_save_that_is_interrupted_leaves_nothing(files: Path, command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("backend.runs.scores.baseline", interrupted)
    ended = command(*train(files))
    assert ended.status == INTERRUPTED
    assert "Nothing of it is saved" in ended.err
    assert [path.name for path in (files / "outputs").rglob("*") if path.is_file()] == []


def test_a_save_that_is_interrupted_at_its_very_end_says_where_the_run_is(
    files: Path, command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("backend.runs.index.append", interrupted)
    ended = command(*train(files))
    assert ended.status == INTERRUPTED
    (run_folder,) = (files / "outputs").iterdir()
    assert f"saved in {run_folder}" in ended.err


@pytest.mark.parametrize(("device", "told"), [("cuda", "CUDA"), ("mps", "MPS")])
def test_a_device_that_is_not_here_is_refused(
    device: str, told: str, files: Path, command: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torch.version.cuda", None)
    monkeypatch.setattr("torch.backends.mps.is_built", lambda: False)
    ended = command(*train(files, 5, "--device", device))
    assert (ended.status, ended.out) == (WRONG_USAGE, "")
    (line,) = ended.err.splitlines()
    assert f"This PyTorch has no {told}" in line


def test_changes_that_do_not_lead_to_the_given_settings_and_points_are_refused(
    outputs: Path, files: Path, command: Run
) -> None:
    folder = folder_in(outputs)
    changes = ("--changes", folder / "changes.jsonl")
    assert command(*train(files, 30, *changes)).facts["checkpoint_id"] == folder.name
    (files / "config.json").write_bytes(config_bytes(structs.replace(CONFIG, l2=0.5, batch_size=3)))
    ended = command(*train(files, 30, *changes))
    assert (ended.status, ended.out) == (WRONG_USAGE, "")
    assert ended.err.endswith("batch_size, l2.\n")
    (files / "config.json").write_bytes(config_bytes(CONFIG))
    (files / "points.csv").write_bytes(points_bytes(DATASET.removing([3])))
    ended = command(*train(files, 30, *changes))
    assert ended.status == WRONG_USAGE
    assert ended.err == f"{folder}/changes.jsonl does not end with the points in {files}/points.csv.\n"


def test_a_run_whose_beginning_is_not_known_cannot_be_made_again(files: Path, command: Run) -> None:
    (files / "changes.jsonl").write_text('{"format":1,"why_not":"Too much was changed."}\n')
    ended = command(*train(files, 30, "--changes", files / "changes.jsonl"))
    assert (ended.status, ended.out) == (WRONG_USAGE, "")
    assert "nobody can make it again" in ended.err
