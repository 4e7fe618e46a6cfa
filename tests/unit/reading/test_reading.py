"""Reading a run that is whole, or not: what is missing, changed or no file is told."""

import re
import struct
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.logic.checkpoints import moment_count
from backend.logic.config import RunConfig
from backend.logic.points import TrainingExample
from backend.runs.errors import RunFileError
from backend.runs.layout import MOST_BYTES
from backend.runs.manifest import FileFacts, Manifest, manifest_bytes
from backend.runs.reading import NOT_CHECKED, read_config_alone, read_run
from backend.runs.sources import FilesSource, FolderSource
from backend.runs.writing import save_run
from tests.support.run_records import RUN, checkpoint_of, comparable, dataset_of, record_of
from tests.unit.reading.broken import Files, allocating_less_than, in_json, in_tensors, refusal_of, what_becomes_of


@pytest.mark.parametrize("name", [name for name in MOST_BYTES if name not in {"manifest.json", "env.json"}])
def test_a_missing_file_is_named(files: Files, name: str) -> None:
    del files[name]
    assert refusal_of(files) == f"{name} is missing."


@pytest.mark.parametrize("name", [name for name in MOST_BYTES if name != "manifest.json"])
def test_a_file_that_was_changed_since_it_was_saved_is_found_by_its_checksum(whole: Files, name: str) -> None:
    assert refusal_of(whole | {name: whole[name] + b" "}) == (
        f"{name} has been changed since it was saved: manifest.json has another checksum of it."
    )


def test_a_file_that_the_manifest_does_not_know_is_not_read(whole: Files) -> None:
    facts = Manifest((FileFacts("points.csv", 3, 64 * "0"),))
    assert refusal_of(whole | {"manifest.json": manifest_bytes(facts)}) == "config.json is not in manifest.json."


def test_without_a_manifest_a_run_is_read_and_it_is_said_that_nothing_was_compared(files: Files) -> None:
    opened = read_run(FilesSource(files))
    assert comparable(opened.record) == comparable(record_of())
    assert opened.notes == (NOT_CHECKED,)


def test_a_run_of_another_pytorch_is_read_and_it_is_said(files: Files) -> None:
    other = in_json(torch_version="2.99.0")(files["env.json"])
    opened = read_run(FilesSource(files | {"env.json": other}))
    _, note = opened.notes
    assert read_run(FilesSource(files)).record.is_exact
    assert not opened.record.is_exact
    assert re.fullmatch(r"This run was trained by PyTorch 2\.99\.0, and here is .*: .* may be others\.", note)


def test_a_config_alone_is_enough_for_the_settings(files: Files) -> None:
    config = read_config_alone(FilesSource({"config.json": files["config.json"]}))
    assert config == record_of().checkpoint.config


@pytest.mark.parametrize("kind", ["a state that a fresh generator has", "left and next that do not fit"])
def test_a_forged_generator_that_would_read_foreign_memory_is_refused(files: Files, kind: str) -> None:
    def forge(tensors: dict[str, Any]) -> None:
        left, following = (1, 0) if kind.startswith("a state") else (624, 624)
        state = tensors["generator.shuffling"]
        state[8:12] = np.frombuffer(struct.pack("<i", left), np.uint8)
        state[16:24] = np.frombuffer(struct.pack("<Q", following), np.uint8)

    broken = files | {"state.safetensors": in_tensors(forge)(files["state.safetensors"])}
    if kind.startswith("a state"):
        assert read_run(FilesSource(broken)).run_id == RUN
    else:
        assert refusal_of(broken).startswith("state.json is not right: the random numbers that order the points cannot")


def test_moments_of_another_optimizer_are_refused(files: Files) -> None:
    assert moment_count("adam") == 2
    config = in_json(optimizer="momentum")(files["config.json"])
    assert refusal_of(files | {"config.json": config}) == (
        "state.safetensors has a tensor 'optimizer.1' that the settings of config.json do not need."
    )


def test_the_largest_network_and_all_points_are_read(tmp_path: Path) -> None:
    config = RunConfig(hidden_layers=(100,) * 10, layer_norm=True, classes=8, features=("x1", "x2", "sin_x1"))
    numbers = np.random.default_rng(0).uniform(-6, 6, (5_000, 2)).tolist()
    dataset = dataset_of(config, [TrainingExample(x, y, index % 8) for index, (x, y) in enumerate(numbers)])
    record = record_of(checkpoint=checkpoint_of(config, dataset), beginning=None, changes=(), moments=())
    saved = save_run(record, tmp_path, RUN)
    assert comparable(read_run(FolderSource(saved.path)).record) == comparable(record)
    assert all(file.bytes < MOST_BYTES.get(file.name, 10**9) / 2 for file in saved.files)


@pytest.mark.parametrize("name", ["config.json", "points.csv", "state.json", "model.safetensors", "changes.jsonl"])
def test_whatever_the_bytes_of_a_file_are_it_is_read_or_refused(whole: Files, name: str) -> None:
    files = {other: data for other, data in whole.items() if other != "manifest.json"}

    @given(st.integers(0, len(files[name])), st.integers(0, 40), st.binary(max_size=40))
    @settings(max_examples=60)
    def holds(start: int, length: int, put: bytes) -> None:
        broken = files[name][:start] + put + files[name][start + length :]
        assert what_becomes_of(lambda: FilesSource(files | {name: broken})) in {"opened", *files}

    holds()


# Folders


def test_a_link_a_directory_or_a_pipe_in_a_folder_is_not_read(saved: Path, tmp_path: Path) -> None:
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "config.json").symlink_to(saved / "config.json")
    with pytest.raises(RunFileError, match=r"^config.json is no plain file\.$"):
        read_run(FolderSource(folder))
    (folder / "manifest.json").mkdir()
    with pytest.raises(RunFileError, match=r"^manifest.json is no plain file\.$"):
        read_run(FolderSource(folder))


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RunFileError, match=r"^config.json is missing\.$"):
        read_run(FolderSource(tmp_path / "nowhere"))


def test_of_a_file_that_is_too_large_no_more_is_read_than_is_allowed(tmp_path: Path) -> None:
    with (tmp_path / "config.json").open("wb") as file:
        file.truncate(2**40)
    sentence = r"^config.json is too large: it can have 65,536 bytes\.$"
    with allocating_less_than(1_000_000), pytest.raises(RunFileError, match=sentence):
        read_run(FolderSource(tmp_path))
