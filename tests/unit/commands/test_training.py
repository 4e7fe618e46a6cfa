"""`train` and `--smoke` in this process: what they tell, and what they leave."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from msgspec import structs

from backend.command_line import train as train_module
from backend.command_line.main import WELL
from backend.command_line.progress import Progress
from backend.runs.env_file import Device
from backend.runs.layout import config_bytes, config_hash
from backend.runs.reading import read_run
from backend.runs.sources import FolderSource
from tests.unit.commands.carrying_out import CONFIG, DATASET, Run, train
from tests.unit.test_command_line_contract import told_results


def test_a_training_tells_what_came_out_and_leaves_it_where_it_says(files: Path, command: Run) -> None:
    ended = command(*train(files))
    assert ended.status == WELL
    facts = ended.facts
    assert list(facts) == told_results("train")
    folder = files / "outputs" / facts["run_id"] / facts["config_hash"] / facts["checkpoint_id"]
    assert Path(facts["directory"]) == folder
    opened = read_run(FolderSource(folder))
    assert (opened.config_hash, opened.checkpoint_id) == (config_hash(CONFIG), facts["checkpoint_id"])
    assert (facts["steps"], opened.record.checkpoint.step) == ("30", 30)
    last = opened.record.history[-1]
    assert (float(facts["train_loss"]), float(facts["test_accuracy"])) == (last.train_loss, last.test_accuracy)
    assert "steps" not in ended.err  # There is no bar where nobody looks.


def test_the_same_again_has_the_same_weights_and_another_seed_has_others(files: Path, command: Run) -> None:
    first, again = (command(*train(files)).facts for _ in range(2))
    assert first["checkpoint_id"] == again["checkpoint_id"]
    assert first["run_id"] != again["run_id"]
    (files / "config.json").write_bytes(config_bytes(structs.replace(CONFIG, seed=6)))
    assert command(*train(files)).facts["checkpoint_id"] != first["checkpoint_id"]


def test_results_are_one_json_object_if_that_is_asked_for(files: Path, command: Run) -> None:
    ended = command(*train(files, 0, "--json", "--quiet"))
    (line,) = ended.out.splitlines()
    facts = json.loads(line)
    assert facts["steps"] == 0
    assert isinstance(facts["train_loss"], float)
    assert facts["largest_difference"] is None
    assert ended.err == ""


@pytest.mark.parametrize("head", ["x,y,label", "X, Y, Label,value", "\ufeffx,y,label"])
def test_points_of_anybodys_making_get_the_ids_and_the_split_that_the_page_would_give_them(
    head: str, files: Path, command: Run
) -> None:
    rows = [f"{x!r}, {y!r}, {label}" + (", " if "value" in head else "") for _, x, y, label, _ in DATASET.points()]
    (files / "plain.csv").write_text("\r\n".join([head, *rows, ""]))
    arguments = [*train(files)]
    arguments[2] = files / "plain.csv"
    plain = command(*arguments)
    assert plain.status == WELL, plain.err
    assert plain.facts["checkpoint_id"] == command(*train(files)).facts["checkpoint_id"]
    found = read_run(FolderSource(Path(plain.facts["directory"]))).record.checkpoint.dataset
    assert np.array_equal(found.is_train, DATASET.is_train)
    assert 0 < found.is_train.sum() < len(found)


def test_files_for_other_programs_are_written_where_they_are_asked_for(files: Path, command: Run) -> None:
    plain = Path(command(*train(files, 5)).facts["directory"])
    assert not {"tb", "fiftyone"} & {path.name for path in plain.iterdir()}
    asked = Path(command(*train(files, 5, "--tensorboard", "--fiftyone")).facts["directory"])
    assert {"tb", "fiftyone"} <= {path.name for path in asked.iterdir()}


def test_a_config_may_leave_fields_out(files: Path, command: Run) -> None:
    (files / "config.json").write_text('{"seed": 5, "hidden_layers": [4], "train_fraction": 0.7}')
    assert command(*train(files)).facts["config_hash"] == config_hash(CONFIG)


def test_auto_trains_on_the_cpu_and_notes_why(files: Path, command: Run) -> None:
    ended = command(*train(files, 5, "--device", "auto"))
    assert ended.status == WELL
    assert "µs" in ended.err
    environment = json.loads((Path(ended.facts["directory"]) / "env.json").read_bytes())
    assert environment["device"] == "cpu"


def test_where_a_run_was_trained_is_written_into_it(files: Path, command: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(train_module, "device_of", lambda _: Device("cuda", "Card", "550.54", "12.8"))
    environment = json.loads((Path(command(*train(files, 5)).facts["directory"]) / "env.json").read_bytes())
    assert (environment["device"], environment["gpu_name"]) == ("cuda", "Card")


def test_compiled_steps_give_the_same_weights_again_and_the_run_says_what_made_them(files: Path, command: Run) -> None:
    first, again = (command(*train(files, 50, "--native")) for _ in range(2))
    assert first.status == WELL, first
    assert first.facts["checkpoint_id"] == again.facts["checkpoint_id"]
    assert read_run(FolderSource(Path(first.facts["directory"]))).record.engine == "native"


def test_the_smoke_test_trains_evaluates_and_leaves_nothing(
    command: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    ended = command("--smoke")
    assert ended.status == WELL, ended
    assert list(ended.facts) == told_results("--smoke")
    assert ended.facts["differing"] == "none"
    assert list(tmp_path.iterdir()) == []


class Terminal(io.StringIO):
    """What a person looks at."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("is_terminal", "is_quiet", "is_shown"), [(True, False, True), (True, True, False), (False, False, False)]
)
def test_a_bar_is_shown_to_a_person_who_looks(
    is_terminal: bool,  # noqa: FBT001
    is_quiet: bool,  # noqa: FBT001
    is_shown: bool,  # noqa: FBT001
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen = Terminal() if is_terminal else io.StringIO()
    monkeypatch.setattr("sys.stderr", seen)
    with Progress(30, is_quiet=is_quiet) as progress:
        progress(12)
        progress(30)
    assert progress.done == 30
    assert ("30/30" in seen.getvalue()) is is_shown
