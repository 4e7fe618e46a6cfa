"""The contracts in specs/ say what the code does: heading by heading, field by field, offset by offset."""

import re
import struct
from pathlib import Path
from types import UnionType
from typing import get_args

import msgspec
import pytest

from backend import client_messages, errors, frames, server_messages
from backend.gallery import gallery
from backend.logic import config
from backend.logic.activation_calls import APART, IN_PLACE
from backend.logic.config import RunConfig
from backend.logic.generators import CATALOGUE, DatasetName
from tests.support.frames import HEADER_BYTES, PARTS, decode_neurons, part_bytes

SPECS = Path(__file__).parents[2] / "specs"
CONTRACTS = SPECS / "002-stateful-streaming" / "contracts"
WEBSOCKET = (CONTRACTS / "websocket.md").read_text()
BINARY = (CONTRACTS / "binary_protocol.md").read_text()
STRUCT_CODES = {"u8": "B", "u16": "H", "u32": "I", "u64": "Q", "f32": "f"}
GOLDEN = Path(__file__).parents[1] / "golden"


def sections(text: str, level: int) -> dict[str, str]:
    """The text below each heading of a level."""
    parts = re.split(rf"^{'#' * level} (.+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def rows(text: str) -> list[list[str]]:
    """The cells of the first table, its head left out."""
    table = re.search(r"(?:^\|.*\n)+", text, re.MULTILINE)
    lines = table[0].splitlines()[2:] if table else []
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


CHAPTERS = sections(WEBSOCKET, 2)


def kinds(union: UnionType) -> dict[str, type[msgspec.Struct]]:
    return {str(kind.__struct_config__.tag): kind for kind in get_args(union)}


@pytest.mark.parametrize(
    ("chapter", "union"), [("Client messages", client_messages.Command), ("Server messages", server_messages.Reply)]
)
def test_every_message_is_in_the_contract_with_its_fields(chapter: str, union: UnionType) -> None:
    described = sections(CHAPTERS[chapter], 3)
    assert described.keys() == kinds(union).keys()
    for tag, kind in kinds(union).items():
        fields = {field.name: field.required for field in msgspec.structs.fields(kind) if field.name != "id"}
        if tag == "CONFIGURE":
            assert fields.keys() == set(RunConfig.__struct_fields__)
            continue
        told = {name.rstrip("*"): not name.endswith("*") for name, *_ in rows(described[tag]) if name != "id"}
        if chapter == "Client messages":
            assert told == fields, tag
        else:
            assert told.keys() == fields.keys(), tag


def test_the_run_config_is_in_the_contract_with_its_defaults() -> None:
    told = {row[0]: row for row in rows(CHAPTERS["RunConfig"])}
    assert list(told) == list(RunConfig.__struct_fields__)
    for name in RunConfig.__struct_fields__:
        default = getattr(RunConfig(), name)
        if isinstance(default, tuple):
            assert told[name][3] == ", ".join(map(str, default))
        else:
            assert told[name][3] == msgspec.json.encode(default).decode().strip('"').removesuffix(".0")
    rebuilding = {name for name, row in told.items() if row[4] == "new model"}
    assert rebuilding == set(config.REBUILDING_FIELDS)


@pytest.mark.parametrize(
    ("name", "choices"),
    [
        ("problem", config.Problem),
        ("loss", config.Loss),
        ("features", config.Feature),
        ("activation", config.Activation),
        ("initialisation", config.Initialisation),
        ("optimizer", config.OptimizerName),
        ("schedule", config.Schedule),
        ("speed_unit", config.SpeedUnit),
    ],
)
def test_every_choice_is_in_the_contract(name: str, choices: object) -> None:
    (bounds,) = [row[2] for row in rows(CHAPTERS["RunConfig"]) if row[0] == name]
    assert tuple(bounds.split(", ")) == get_args(choices)


def test_every_dataset_is_in_the_contracts_with_its_classes() -> None:
    loading = {row[0]: row[2] for row in rows(sections(CHAPTERS["Client messages"], 3)["LOAD_DATASET"])}
    assert tuple(loading["dataset"].split(", ")) == get_args(DatasetName) == tuple(CATALOGUE)
    page = sections((SPECS / "001-nn-training-viz" / "contracts" / "training.md").read_text(), 2)
    formulas = sections(page["Data sets"], 3)
    classes = {row[0]: row[1] for row in rows(formulas["For classification"])}
    most = {name: kind.most_classes for name, kind in CATALOGUE.items() if kind.problem == "classification"}
    assert classes == {name: "2" if count == 2 else f"2 to {count}" for name, count in most.items()}
    valued = [name for name, kind in CATALOGUE.items() if kind.problem == "regression"]
    assert [row[0] for row in rows(formulas["For regression"])] == valued


def test_the_page_knows_every_dataset_with_its_problem_and_classes() -> None:
    table = re.search(
        r"DATASETS = Object.freeze\(\{(.*?)\n\}\)", (SPECS.parent / "frontend/run_config.js").read_text(), re.DOTALL
    )
    assert table is not None
    told = re.findall(r'(\w+): \{ problem: "(\w+)", classes: \[(\d), (\d)\] \}', table[1])
    assert told == [(name, kind.problem, "2", str(kind.most_classes)) for name, kind in CATALOGUE.items()]


def test_the_gallery_is_in_the_contract() -> None:
    fields = [row[0] for row in rows(sections((CONTRACTS / "http.md").read_text(), 2)["datasets.json"])]
    assert all(list(entry) == fields for entry in msgspec.json.decode(gallery()))


def test_session_limits_and_state_are_in_the_contract() -> None:
    told = {row[0]: row[2] for row in rows(sections(CHAPTERS["Server messages"], 3)["SESSION"])}
    assert tuple(told["limits"].split(", ")) == server_messages.Limits.__struct_fields__
    assert tuple(told["state"].split(", ")) == server_messages.State.__struct_fields__


def test_every_error_code_is_in_the_contract() -> None:
    assert {row[0] for row in rows(CHAPTERS["Error codes"])} == errors.ERROR_CODES


def test_every_close_code_is_in_the_contract_with_the_error_before_it() -> None:
    told = rows(sections((SPECS / "005-holds" / "contracts" / "close_codes.md").read_text(), 2)["Codes"])
    of_the_protocol_itself = {errors.NORMAL, errors.LOST}
    assert {int(row[0]) for row in told} == errors.CLOSE_CODES - of_the_protocol_itself
    sent_away = {(int(row[0]), row[2].strip("`")) for row in told if row[2]}
    assert sent_away == {(code, errors.WIRE_CODES[kind]) for kind, code in errors.AWAY_CODES.items()}
    assert set(errors.AWAY_CODES) == set(errors.AwayError.__subclasses__())


@pytest.mark.parametrize(
    ("heading", "fields", "size"),
    [("Header", frames.HEADER_FIELDS, 32), ("Trailer of encoding 3", frames.TRAILER_FIELDS, 8)],
)
def test_the_fields_of_a_frame_are_in_the_contract_offset_by_offset(
    heading: str, fields: tuple[tuple[str, str], ...], size: int
) -> None:
    offset = 0
    for row, (field, code) in zip(rows(sections(BINARY, 2)[heading]), fields, strict=True):
        assert (int(row[0]), STRUCT_CODES[row[1]], row[2]) == (offset, code, field)
        offset += struct.calcsize(f"<{code}")
    assert offset == size


def test_the_header_has_the_size_that_the_contract_says() -> None:
    assert frames.HEADER.size == 32


def test_the_parts_of_neuron_maps_are_in_the_contract_offset_by_offset() -> None:
    table = rows(sections(BINARY, 2)["Payload of NEURON_MAPS"])
    assert [(row[0], STRUCT_CODES[row[1]]) for row in table] == list(PARTS)
    data = (GOLDEN / "neuron_maps.bin").read_bytes()
    maps = decode_neurons(data).maps
    offset = HEADER_BYTES
    sizes = part_bytes(maps.side, [len(tiles) for tiles in maps.tiles])
    for row in table:
        assert int(row[3]) == offset, row[0]
        offset += sizes[row[0]]
    assert offset == len(data)


def test_every_spec_folder_is_whole() -> None:
    wanted = {"spec.md", "plan.md", "research.md", "data-model.md", "quickstart.md", "tasks.md", "contracts"}
    folders = [folder for folder in SPECS.iterdir() if folder.is_dir()]
    assert len(folders) >= 2
    for folder in folders:
        assert wanted <= {path.name for path in folder.iterdir()}, folder.name


def test_links_between_the_documents_lead_somewhere() -> None:
    for page in [*SPECS.rglob("*.md"), SPECS.parent / "README.md"]:
        for target in re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name}: {target}"


STEP = (SPECS / "004-fast" / "contracts" / "step.md").read_text()


def test_how_every_activation_is_computed_is_in_the_contract() -> None:
    told = {row[0]: row[1] for row in rows(sections(STEP, 3)["Activations"])}
    found = dict.fromkeys(IN_PLACE, "yes") | dict.fromkeys(APART, "no") | {"linear": "nothing is computed"}
    assert told == found
    assert told.keys() == set(get_args(config.Activation))


def test_how_every_loss_is_derived_is_in_the_contract() -> None:
    told = [(row[0], row[1]) for row in rows(sections(STEP, 3)["Losses"])]
    assert told == [(problem, loss) for problem, losses in config.LOSSES.items() for loss in losses]
