"""The contract of the directory of runs, and the schema of `env.json`, say what the code does."""

import csv
import json
import re
from io import StringIO
from pathlib import Path
from typing import Any

import jsonschema  # type: ignore[import-untyped]
import pytest
from safetensors.numpy import load

from backend.logic.checkpoints import GENERATOR_BYTES
from backend.runs import (
    change_lines,
    changes_file,
    history_file,
    index,
    layout,
    points_file,
    sources,
    state_file,
)
from backend.runs.env_file import Device, Parent
from backend.runs.makers import makers_of
from backend.runs.verification import verify_script
from backend.runs.writing import SavedRun, save_run
from tests.support.run_records import RUN, record_of
from tests.unit.test_contracts import SPECS, rows, sections

CONTRACTS = SPECS / "006-runs" / "contracts"
CHAPTERS = sections((CONTRACTS / "run_directory.md").read_text(), 2)
SCHEMA: dict[str, Any] = json.loads((CONTRACTS / "env.schema.json").read_bytes())


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> SavedRun:
    """A run of the files that are the record written down."""
    return save_run(record_of(), tmp_path_factory.mktemp("outputs"), RUN)


def told_files() -> dict[str, str]:
    return {row[0]: row[2].replace(",", "") for row in rows(CHAPTERS["Files"])}


def test_every_file_of_a_run_is_in_the_contract_and_no_other(saved: SavedRun) -> None:
    own = {file.name for file in saved.files}
    made = {maker.file for maker in makers_of(tensorboard=True, fiftyone=True, check=verify_script)}
    assert own | made == told_files().keys()
    assert not own & made


def test_what_is_read_and_how_much_of_it_is_in_the_contract() -> None:
    assert {name: int(most) for name, most in told_files().items() if most} == layout.MOST_BYTES


def test_the_names_of_a_run_are_in_the_contract(saved: SavedRun) -> None:
    (pattern,) = re.findall(r"\{runs_dir\}/(\{.*\})/$", CHAPTERS["Where a run lies"], re.MULTILINE)
    names = {"run_id": RUN, "config_hash": saved.config_hash, "checkpoint_id": saved.checkpoint_id}
    assert pattern.format(**names) == layout.run_path(*names.values())
    assert [row[0] for row in rows(CHAPTERS["Where a run lies"])] == list(names)


@pytest.mark.parametrize(
    ("chapter", "columns"), [("points.csv", points_file.COLUMNS), ("history.csv", history_file.COLUMNS)]
)
def test_the_columns_of_tables_are_in_the_contract(saved: SavedRun, chapter: str, columns: tuple[str, ...]) -> None:
    header = next(csv.reader(StringIO((saved.path / chapter).read_text())))
    assert [row[0] for row in rows(CHAPTERS[chapter])] == header == list(columns)


def test_every_kind_of_change_is_in_the_contract_with_its_fields(saved: SavedRun) -> None:
    told = {row[0]: row[1].split(", ") for row in rows(CHAPTERS["changes.jsonl"])}
    first, *lines = map(json.loads, (saved.path / "changes.jsonl").read_text().splitlines())
    assert {line.pop("change"): sorted(line) for line in lines} == {kind: sorted(told[kind]) for kind in told}
    assert sorted(first["beginning"]["points"]) == sorted(set(told["points"]) - {"step", "removed"})
    unions = change_lines.ChangeLine.__args__
    assert {str(kind.__struct_config__.tag): set(kind.__struct_fields__) for kind in unions} == {
        kind: set(fields) for kind, fields in told.items()
    }


def test_the_state_is_in_the_contract_field_by_field_and_tensor_by_tensor(saved: SavedRun) -> None:
    chapter = CHAPTERS["state.json and state.safetensors"]
    fields, tensors = (rows(f"| {part}\n") for part in chapter.split("\n| ", 1)[1].split("\n\n| tensor "))
    assert sorted(row[0] for row in fields) == sorted(json.loads((saved.path / "state.json").read_bytes()))
    found = load((saved.path / "state.safetensors").read_bytes())
    types = {"F32": "float32", "I64": "int64", "U8": "uint8"}
    assert {name: tensor.dtype.name for name, tensor in found.items()} == {row[0]: types[row[1]] for row in tensors}
    assert {row[2] for row in tensors if row[1] == "U8"} == {str(GENERATOR_BYTES)}


def test_every_line_of_the_index_is_in_the_contract(saved: SavedRun) -> None:
    told = {row[0]: row[1].split(", ") for row in rows(CHAPTERS["index.jsonl"])}
    line = json.loads((saved.path.parents[2] / layout.INDEX).read_text())
    assert told[line.pop("event")] == list(line)
    assert told["removed"] == list(index.Removal.__struct_fields__)


@pytest.mark.parametrize(
    ("chapter", "number"),
    [
        ("Reading", sources.MOST_ENTRIES),
        ("Reading", sources.MOST_UNPACKED_BYTES),
        ("changes.jsonl", changes_file.MOST_CHANGES),
        ("history.csv", history_file.MOST_ROWS),
        ("state.json and state.safetensors", state_file.MOST_MOMENTS),
        ("Files", layout.FORMAT),
    ],
)
def test_every_other_limit_is_in_the_contract(chapter: str, number: int) -> None:
    assert re.search(rf"(?<![\d,]){number:,}(?!\d|,\d)", CHAPTERS[chapter])


@pytest.mark.parametrize("parent", [None, Parent(RUN, 64 * "a")])
@pytest.mark.parametrize("device", [Device(), Device("cuda", "NVIDIA H100", "580.95", "13.0", 4)])
def test_the_environment_of_a_run_is_as_its_schema_says(tmp_path: Path, parent: Parent | None, device: Device) -> None:
    written = save_run(record_of(), tmp_path, RUN, parent=parent, device=device).path / layout.ENVIRONMENT
    environment = json.loads(written.read_bytes())
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(environment, SCHEMA)
    assert environment.keys() == SCHEMA["properties"].keys() == set(SCHEMA["required"])


def test_what_the_hash_of_the_environment_is_of_is_in_its_schema(saved: SavedRun) -> None:
    environment = json.loads((saved.path / layout.ENVIRONMENT).read_bytes())
    told = SCHEMA["properties"]["env_hash"]["description"].split(" as canonical JSON")[0].removeprefix("SHA-256 of ")
    names = re.split(r", | and ", told)
    machine = {name: environment[name] for name in names}
    assert layout.sha256(layout.canonical_json(machine)) == environment["env_hash"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("run_id", "today"),
        ("git_commit", "main"),
        ("threads", 0),
        ("device", "abacus"),
        ("parent", {}),
        ("hostname", "x"),
    ],
)
def test_an_environment_that_says_otherwise_does_not_pass(saved: SavedRun, name: str, value: object) -> None:
    environment = json.loads((saved.path / layout.ENVIRONMENT).read_bytes())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(environment | {name: value}, SCHEMA)
