"""The commands in this process: what they tell, what they leave, and how they end."""

import io
import json
import shutil
import zipfile
from collections.abc import Callable, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pytest
from msgspec import structs

from backend.command_line import train as train_module
from backend.command_line.main import FAILED, INTERRUPTED, WELL, WRONG_USAGE, run
from backend.command_line.progress import Progress
from backend.command_line.saved_runs import COLUMNS
from backend.logic.config import RunConfig
from backend.logic.dataset import Dataset
from backend.logic.generators import generate
from backend.logic.offline import train_offline
from backend.logic.run_record import HistoryRow, RunRecord
from backend.runs.archive import zipped
from backend.runs.env_file import Device
from backend.runs.layout import config_bytes, config_hash
from backend.runs.manifest import manifest_bytes, manifest_of
from backend.runs.points_file import points_bytes
from backend.runs.reading import read_run
from backend.runs.sources import FolderSource
from tests.unit.test_command_line_contract import told_results

CONFIG = RunConfig(hidden_layers=(4,), train_fraction=0.7, seed=5)
DATASET = Dataset.empty(0.7, 5).adding(generate("xor", 40, 0.1, 2, 5))
QUICK = ["--verify-timeout-s", "0.1"]
"""To try out a train.py is another start of PyTorch: what comes of that is tested where it is done."""


class Ended(NamedTuple):
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str

    @property
    def facts(self) -> dict[str, str]:
        """Its results, when they are lines."""
        return dict(line.split(": ", 1) for line in self.out.splitlines())


Run = Callable[..., Ended]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Run:
    """Carries out a command."""

    def carry_out(*arguments: object) -> Ended:
        try:
            status = run([str(argument) for argument in arguments], {})
        except SystemExit as ended:
            status = int(ended.code or 0)
        return Ended(status, *capsys.readouterr())

    return carry_out


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with config.json and points.csv."""
    (tmp_path / "config.json").write_bytes(config_bytes(CONFIG))
    (tmp_path / "points.csv").write_bytes(points_bytes(DATASET))
    return tmp_path


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a saved run, for copies."""
    files, runs_dir = tmp_path_factory.mktemp("files"), tmp_path_factory.mktemp("outputs")
    (files / "config.json").write_bytes(config_bytes(CONFIG))
    (files / "points.csv").write_bytes(points_bytes(DATASET))
    arguments = ["train", str(files / "config.json"), str(files / "points.csv"), "--steps", "30", "--quiet", *QUICK]
    assert run([*arguments, "--out", str(runs_dir)], {}) == WELL
    return runs_dir


@pytest.fixture
def outputs(made: Path, tmp_path: Path) -> Path:
    """A directory with a saved run, to be changed."""
    return Path(shutil.copytree(made, tmp_path / "outputs"))


def folder_in(outputs: Path) -> Path:
    """The folder of its only run."""
    (folder,) = (path.parent for path in outputs.glob("*/*/*/config.json"))
    return folder


def train(files: Path, steps: int = 30, *more: object) -> Sequence[object]:
    """The arguments of a training."""
    place = ("--out", files / "outputs") if "--out" not in more else ()
    return ("train", files / "config.json", files / "points.csv", "--steps", steps, *place, *QUICK, *more)


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


def test_everything_of_a_run_comes_out_again(outputs: Path, command: Run) -> None:
    whole = command("evaluate", folder_in(outputs), "--all")
    assert whole.status == WELL, whole
    compared = int(whole.facts["compared"])
    assert list(whole.facts.values()) == ["same"] * compared + [str(compared), "same"]
    for name in ("manifest.json/model.safetensors", "checkpoint_id", "metrics.json/test.accuracy", "result"):
        assert name in whole.facts
    assert any(name.startswith("baseline.json/") for name in whole.facts)
    history = {name.removeprefix("history.csv/") for name in whole.facts if name.startswith("history.csv/")}
    assert history == set(HistoryRow._fields)
    short = command("evaluate", folder_in(outputs))
    assert (short.status, short.facts) == (WELL, {"compared": str(compared), "result": "same"})


def test_a_zip_of_a_run_is_evaluated_too(outputs: Path, command: Run) -> None:
    folder = folder_in(outputs)
    path = outputs / "handed in.zip"
    path.write_bytes(zipped(folder))
    ended = command("evaluate", path)
    assert (ended.status, ended.facts["result"]) == (WELL, "same")
    with zipfile.ZipFile(path, "w") as archive:
        for file in folder.iterdir():
            archive.writestr(file.name, file.read_bytes() + b" " * (file.name == "train.py"))
    ended = command("evaluate", path)
    assert ended.status == FAILED
    assert list(ended.facts) == ["manifest.json/train.py", "compared", "result"]


def test_a_forged_end_of_the_history_is_found_also_with_another_manifest(outputs: Path, command: Run) -> None:
    folder = folder_in(outputs)
    *rows, last = (folder / "history.csv").read_text().splitlines()
    step, epoch, _, *others = last.split(",")
    (folder / "history.csv").write_text("\n".join([*rows, ",".join([step, epoch, "0.001", *others]), ""]))
    (folder / "manifest.json").unlink()
    (folder / "manifest.json").write_bytes(manifest_bytes(manifest_of(folder, lambda: None)))
    ended = command("evaluate", folder)
    assert ended.status == FAILED
    assert list(ended.facts) == ["history.csv/train_loss", "compared", "result"]
    assert ended.facts["history.csv/train_loss"].startswith("differs: 0.001 was saved, 0.")


def test_weights_that_are_not_those_of_the_run_are_told_with_a_result(outputs: Path, command: Run) -> None:
    folder = folder_in(outputs)
    (folder / "manifest.json").unlink()
    environment = json.loads((folder / "env.json").read_bytes())
    (folder / "env.json").write_text(json.dumps({**environment, "checkpoint_id": "0" * 64}))
    ended = command("evaluate", folder)
    assert (ended.status, ended.facts["result"]) == (FAILED, "differs")
    assert "has not the weights that env.json names" in ended.facts["run"]


def test_a_figure_that_nobody_would_have_is_found(outputs: Path, command: Run) -> None:
    folder = folder_in(outputs)
    metrics = json.loads((folder / "metrics.json").read_bytes())
    metrics["train"]["classes"].append({**metrics["train"]["classes"][0], "label": 2})
    (folder / "metrics.json").write_text(json.dumps(metrics))
    ended = command("evaluate", folder)
    assert ended.facts["metrics.json/train.classes[2].label"] == "differs: 2 was saved, None comes out"


def test_a_figure_that_was_changed_is_named_with_both_values(outputs: Path, command: Run) -> None:
    folder = folder_in(outputs)
    metrics = json.loads((folder / "metrics.json").read_bytes())
    metrics["train"]["accuracy"] = 2.0
    (folder / "metrics.json").write_text(json.dumps(metrics))
    ended = command("evaluate", folder)
    assert ended.status == FAILED
    assert list(ended.facts) == ["manifest.json/metrics.json", "metrics.json/train.accuracy", "compared", "result"]
    assert ended.facts["metrics.json/train.accuracy"].startswith("differs: 2.0 was saved")


@pytest.mark.parametrize("name", ["config.json", "points.csv", "model.safetensors", "train.py"])
def test_a_file_that_was_changed_is_named(name: str, outputs: Path, command: Run) -> None:
    path = folder_in(outputs) / name
    path.write_bytes(path.read_bytes() + b" ")
    ended = command("evaluate", path.parent)
    assert ended.status == FAILED
    assert ended.facts[f"manifest.json/{name}"].startswith("differs: ")
    assert ended.facts["result"] == "differs"


def test_a_run_in_a_folder_of_another_name_is_not_that_run(outputs: Path, command: Run) -> None:
    folder = folder_in(outputs)
    moved = folder.rename(folder.with_name("0" * 64))
    ended = command("evaluate", moved)
    assert ended.status == FAILED
    assert ended.facts["checkpoint_id"].startswith("differs")
    unpacked = moved.rename(outputs / "what somebody unpacked")
    assert command("evaluate", unpacked).status == WELL


def test_a_run_without_its_manifest_is_evaluated_with_a_note(outputs: Path, command: Run) -> None:
    folder = folder_in(outputs)
    (folder / "manifest.json").unlink()
    ended = command("evaluate", folder)
    assert ended.status == WELL
    assert "could not be checked" in ended.err
    assert "manifest.json" not in command("evaluate", folder, "--all").out
    assert command("evaluate", folder, "--quiet").err == ""


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "is no run of Boundary Lab: config.json is missing."),
        ("nowhere", "is missing."),
        ("holiday.jpg", "is not a whole zip."),
        ("holiday.zip", "is no run of Boundary Lab: config.json is missing."),
    ],
)
def test_what_is_no_run_is_one_sentence(name: str, told: str, tmp_path: Path, command: Run) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"x" * 100)
    with zipfile.ZipFile(tmp_path / "holiday.zip", "w") as archive:
        archive.write(tmp_path / "holiday.jpg", "holiday.jpg")
    ended = command("evaluate", tmp_path / name)
    assert (ended.status, ended.out, ended.err) == (WRONG_USAGE, "", f"{tmp_path / name} {told}\n")


@pytest.mark.parametrize("manifest", ["{}", '{"format": 1, "files": {"../../x": {"bytes": 1, "sha256": "%s"}}}'])
def test_a_manifest_that_is_none_is_told_with_a_result(manifest: str, outputs: Path, command: Run) -> None:
    folder = folder_in(outputs)
    (folder / "manifest.json").write_text(manifest.replace("%s", "0" * 64))
    ended = command("evaluate", folder)
    assert ended.status == FAILED
    assert list(ended.facts) == ["run", "compared", "result"]
    assert ended.facts["run"].startswith("differs: manifest.json ")


def test_saved_runs_are_listed_for_persons_and_for_scripts(outputs: Path, command: Run) -> None:
    folder = folder_in(outputs)
    head, row = command("runs", "list", "--runs-dir", outputs).out.splitlines()
    assert tuple(head.split()) == COLUMNS
    assert row.split()[1:3] == [folder.parts[-3], folder.name[:12]]
    (line,) = command("runs", "list", "--runs-dir", outputs, "--json").out.splitlines()
    assert json.loads(line)["path"] == folder.relative_to(outputs).as_posix()


def test_a_line_of_the_index_that_is_none_is_told_and_left_out(outputs: Path, command: Run) -> None:
    with (outputs / "index.jsonl").open("a") as index:
        index.write("{nonsense\n")
    ended = command("runs", "list", "--runs-dir", outputs)
    assert len(ended.out.splitlines()) == 2
    assert "Line 2 of index.jsonl" in ended.err


def test_where_no_run_is_saved_that_is_said(tmp_path: Path, command: Run) -> None:
    ended = command("runs", "list", "--runs-dir", tmp_path)
    assert (ended.status, ended.out) == (WELL, "")
    assert ended.err == f"No run is saved in {tmp_path}.\n"


def test_a_run_is_shown_by_the_beginning_of_its_id(outputs: Path, command: Run) -> None:
    folder = folder_in(outputs)
    for name in (folder.parts[-3], folder.name[:8]):
        facts = command("runs", "show", name, "--runs-dir", outputs).facts
        assert facts["checkpoint_id"] == folder.name
        assert facts["directory"] == str(folder)
        assert "metrics.json" in facts["files"].split(", ")
    ended = command("runs", "show", "nothing", "--runs-dir", outputs)
    assert (ended.status, ended.out) == (WRONG_USAGE, "")
    assert "'nothing'" in ended.err


def test_an_id_that_several_runs_have_is_refused_with_their_names(outputs: Path, files: Path, command: Run) -> None:
    first = folder_in(outputs)
    for steps in range(3, 7):
        assert command(*train(files, steps)).status == WELL
    ended = command("runs", "show", "2", "--runs-dir", outputs)
    assert (ended.status, ended.out) == (WRONG_USAGE, "")
    assert ended.err.startswith(f"5 runs have an id that begins with '2': {first.parts[-3]} ({first.name[:12]}), ")
    assert ended.err.endswith(", 2 more.\n")
    assert len(ended.err) < 250


def aged(outputs: Path, days: int) -> None:
    """Have its runs be saved, and kept until, so many days earlier."""
    index = outputs / "index.jsonl"
    entry = json.loads(index.read_bytes())
    saved, kept_until = datetime.fromisoformat(entry["saved"]), date.fromisoformat(entry["kept_until"])
    entry["saved"] = (saved - timedelta(days)).isoformat()
    entry["kept_until"] = (kept_until - timedelta(days)).isoformat()
    index.write_text(json.dumps(entry) + "\n")


def test_old_runs_are_deleted_and_named_and_others_stay(outputs: Path, files: Path, command: Run) -> None:
    old = folder_in(outputs)
    aged(outputs, 20)
    young = Path(command(*train(files, 3)).facts["directory"])
    prune = ("runs", "prune", "--runs-dir", outputs, "--older-than", "10d")
    rehearsal = command(*prune, "--dry-run")
    assert (rehearsal.status, rehearsal.out) == (WELL, f"{old.relative_to(outputs)}\n")
    assert "would be deleted" in rehearsal.err
    assert old.is_dir()
    pruned = command(*prune)
    assert pruned.out == rehearsal.out
    assert not old.exists()
    assert young.is_dir()
    assert command(*prune).out == ""
    assert old.name[:12] not in command("runs", "list", "--runs-dir", outputs).out


def test_without_an_age_those_whose_day_is_past_are_deleted(outputs: Path, command: Run) -> None:
    aged(outputs, 90)
    assert command("runs", "prune", "--runs-dir", outputs).out == ""
    aged(outputs, 1)
    (line,) = command("runs", "prune", "--runs-dir", outputs, "--json").out.splitlines()
    assert json.loads(line)["steps"] == 30
    assert list(outputs.glob("*/*/*")) == []


def test_what_the_index_does_not_list_is_named_and_stays(outputs: Path, command: Run) -> None:
    folder = folder_in(outputs)
    (outputs / "index.jsonl").unlink()
    ended = command("runs", "prune", "--runs-dir", outputs, "--older-than", "0")
    assert (ended.status, ended.out) == (WELL, "")
    assert f"{folder.relative_to(outputs)} is not in index.jsonl" in ended.err
    assert folder.is_dir()


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_a_link_is_not_followed(depth: int, outputs: Path, tmp_path: Path, command: Run) -> None:
    folder = folder_in(outputs)
    linked = (folder, *folder.parents)[depth]
    elsewhere = linked.rename(tmp_path / "elsewhere")
    linked.symlink_to(elsewhere, target_is_directory=True)
    ended = command("runs", "prune", "--runs-dir", outputs, "--older-than", "0")
    assert ended.status == FAILED
    assert "Traceback" not in ended.err
    assert [path.name for path in elsewhere.rglob("config.json")] == ["config.json"]


@pytest.mark.parametrize("path", ["../elsewhere", "/etc", "a/b/c", "../" + "0" * 64])
def test_a_path_in_the_index_that_leads_elsewhere_deletes_nothing(
    path: str, outputs: Path, tmp_path: Path, command: Run
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    index = outputs / "index.jsonl"
    entry = json.loads(index.read_bytes())
    index.write_text(json.dumps({**entry, "path": path}) + "\n")
    ended = command("runs", "prune", "--runs-dir", outputs, "--older-than", "0")
    assert (ended.status, ended.out) == (WELL, "")
    assert elsewhere.is_dir()
    assert folder_in(outputs).is_dir()


def test_the_smoke_test_trains_evaluates_and_leaves_nothing(
    command: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    ended = command("--smoke")
    assert ended.status == WELL, ended
    assert list(ended.facts) == told_results("--smoke")
    assert ended.facts["differing"] == "none"
    assert list(tmp_path.iterdir()) == []


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
