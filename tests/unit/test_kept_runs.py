"""The newest run of a config: which one it is, and what is said where it is not as it was saved."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import json, structs

from backend.logic.config import RunConfig
from backend.runs.errors import KeptRunError
from backend.runs.index import append, entries
from backend.runs.kept import newest_of
from backend.runs.layout import INDEX, MANIFEST, MODEL, POINTS, new_run_id
from backend.runs.writing import SavedRun, save_run
from tests.support.run_records import comparable, record_of, replace_config

CONFIG_WANTED = RunConfig(hidden_layers=(3, 2), seed=5)


def save(runs_dir: Path, seed: int = 0, config: RunConfig = CONFIG_WANTED) -> SavedRun:
    return save_run(record_of(config, seed), runs_dir, new_run_id())


def test_the_newest_run_of_a_config_is_found_whole_and_the_others_are_counted(tmp_path: Path) -> None:
    save(tmp_path, 1)
    newest = save(tmp_path, 2)
    save(tmp_path, 3, replace_config(CONFIG_WANTED, seed=6))
    found = newest_of(tmp_path, CONFIG_WANTED)
    assert found is not None
    assert (found.path, found.others) == (newest.path.relative_to(tmp_path).as_posix(), 1)
    assert (found.run.run_id, found.run.checkpoint_id) == (newest.run_id, newest.checkpoint_id)
    assert comparable(found.run.record) == comparable(record_of(CONFIG_WANTED, 2))


def test_the_newest_is_the_one_that_was_saved_last_wherever_it_stands_in_the_index(tmp_path: Path) -> None:
    saved = [save(tmp_path, seed) for seed in range(3)]
    lines = entries(tmp_path).entries
    (tmp_path / INDEX).unlink()
    now = datetime.now(UTC).replace(microsecond=0)
    for entry, days in zip(lines, (2, 0, 1), strict=True):
        append(tmp_path, structs.replace(entry, saved=now - timedelta(days=days)))
    found = newest_of(tmp_path, CONFIG_WANTED)
    assert found is not None
    assert found.run.checkpoint_id == saved[1].checkpoint_id


def test_a_config_that_is_written_otherwise_is_the_same(tmp_path: Path) -> None:
    save(tmp_path, 1, replace_config(CONFIG_WANTED, learning_rate=1.0))
    assert newest_of(tmp_path, replace_config(CONFIG_WANTED, learning_rate=1)) is not None


def test_of_a_config_that_nobody_has_saved_there_is_none(tmp_path: Path) -> None:
    assert newest_of(tmp_path / "nowhere", CONFIG_WANTED) is None
    save(tmp_path)
    assert newest_of(tmp_path, replace_config(CONFIG_WANTED, seed=6)) is None


def test_a_run_that_somebody_has_removed_is_none_and_the_one_before_is_the_newest(tmp_path: Path) -> None:
    first, second = save(tmp_path, 1), save(tmp_path, 2)
    second.path.rename(tmp_path / "elsewhere")
    found = newest_of(tmp_path, CONFIG_WANTED)
    assert found is not None
    assert (found.run.checkpoint_id, found.others) == (first.checkpoint_id, 0)


def changed(folder: Path) -> None:
    (folder / POINTS).write_bytes((folder / POINTS).read_bytes().replace(b"-3.0", b"-3.5"))


def of_another_config(folder: Path) -> None:
    """The folder of another run under this one's name, with nothing that tells its own."""
    other = save(folder.parents[3] / "other", 7, replace_config(CONFIG_WANTED, seed=6))
    for file in folder.iterdir():
        file.unlink()
    for file in other.path.iterdir():
        if file.name not in {MANIFEST, "env.json"}:
            (folder / file.name).write_bytes(file.read_bytes())


def of_other_weights(folder: Path) -> None:
    other = save(folder.parents[3] / "other", 7)
    (folder / MODEL).write_bytes((other.path / MODEL).read_bytes())
    for name in (MANIFEST, "env.json"):
        (folder / name).unlink()


def linked(folder: Path) -> None:
    folder.rename(folder.parents[3] / "elsewhere")
    folder.symlink_to(folder.parents[3] / "elsewhere")


@pytest.mark.parametrize(
    ("spoil", "sentence"),
    [
        (changed, r"points\.csv has been changed since it was saved: manifest\.json has another checksum of it\."),
        (lambda folder: (folder / MODEL).unlink(), r"model\.safetensors is missing\."),
        (of_another_config, r"config\.json is not the one that index\.jsonl names: its checksum is another\."),
        (
            of_other_weights,
            r"model\.safetensors has not the weights that index\.jsonl names: their checksum is another\.",
        ),
        (linked, r"[0-9a-f]{64} does not lie in runs itself: [0-9a-f]{64} is a link\."),
    ],
)
def test_a_newest_run_that_is_not_as_it_was_saved_is_told_with_file_and_reason_and_no_other_is_taken(
    tmp_path: Path, spoil: Callable[[Path], object], sentence: str
) -> None:
    runs = tmp_path / "runs"
    save(runs, 1)
    newest = save(runs, 2)
    spoil(newest.path)
    with pytest.raises(
        KeptRunError, match=f"^The newest run with these settings cannot be opened: {sentence}"
    ) as refused:
        newest_of(runs, CONFIG_WANTED)
    assert newest.path.relative_to(runs).as_posix() in str(refused.value)


def test_an_index_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / INDEX).mkdir()
    told = r"^The newest run with these settings cannot be opened: index\.jsonl cannot be read: there is a directory"
    with pytest.raises(KeptRunError, match=told):
        newest_of(tmp_path, CONFIG_WANTED)


def test_an_entry_that_leads_out_of_the_directory_is_not_followed(tmp_path: Path) -> None:
    runs = tmp_path / "runs"
    saved = save(runs)
    (entry,) = entries(runs).entries
    saved.path.parents[1].rename(tmp_path / saved.run_id)
    (runs / INDEX).write_bytes(json.encode(json.decode(json.encode(entry)) | {"path": f"../{entry.path}"}) + b"\n")
    assert newest_of(runs, CONFIG_WANTED) is None


def test_a_run_whose_files_do_not_tell_its_name_has_that_of_its_folder(tmp_path: Path) -> None:
    saved = save(tmp_path)
    for name in (MANIFEST, "env.json"):
        (saved.path / name).unlink()
    found = newest_of(tmp_path, CONFIG_WANTED)
    assert found is not None
    assert found.run.run_id == saved.run_id
    assert found.run.notes != ()
