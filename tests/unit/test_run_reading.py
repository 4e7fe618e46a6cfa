"""Reading a run that somebody has broken, by mistake or on purpose: a sentence, before anything large is made."""

import json
import pickle
import re
import stat
import struct
import tracemalloc
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.numpy import load, save

from backend.logic.checkpoints import moment_count
from backend.logic.config import RunConfig
from backend.logic.dataset import TrainingExample
from backend.runs.changes_file import MOST_CHANGES
from backend.runs.errors import RunFileError
from backend.runs.layout import MOST_BYTES
from backend.runs.manifest import FileFacts, Manifest, manifest_bytes
from backend.runs.reading import NOT_CHECKED, read_config_alone, read_run
from backend.runs.sources import MOST_ENTRIES, FilesSource, FolderSource, Source, ZipSource
from backend.runs.writing import save_run
from tests.support.run_records import checkpoint_of, comparable, dataset_of, record_of

RUN = "20261125T101530Z-4f3a9c1b"
Files = dict[str, bytes]
Break = Callable[[bytes], bytes]


@pytest.fixture(scope="module")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_run(record_of(), tmp_path_factory.mktemp("outputs"), RUN).path


@pytest.fixture(scope="module")
def whole(saved: Path) -> Files:
    """The files of a run."""
    return {path.name: path.read_bytes() for path in saved.iterdir()}


@pytest.fixture
def files(whole: Files) -> Files:
    """The same without the manifest: what is changed in them is not seen by a checksum."""
    return {name: data for name, data in whole.items() if name != "manifest.json"}


def refusal_of(files: Files) -> str:
    with pytest.raises(RunFileError) as refused:
        read_run(FilesSource(files))
    return str(refused.value)


def in_json(**changes: Any) -> Break:
    return lambda data: json.dumps(json.loads(data) | changes).encode()


def in_lines(number: int, line: str) -> Break:
    def replace(data: bytes) -> bytes:
        lines = data.decode().splitlines()
        lines[number - 1 : number] = [line]
        return "\n".join([*lines, ""]).encode()

    return replace


def in_tensors(change: Callable[[dict[str, Any]], Any]) -> Break:
    def replace(data: bytes) -> bytes:
        tensors = load(data)
        change(tensors)
        return bytes(save(tensors))

    return replace


def what_becomes_of(source: Callable[[], Source]) -> str:
    """Whether a run is opened, or the name of the file by which it is refused."""
    try:
        read_run(source())
    except RunFileError as error:
        return error.file
    return "opened"


def as_bytes(text: str | bytes) -> Break:
    return lambda _: text.encode() if isinstance(text, str) else text


def header_of(text: str, tail: bytes = bytes(2_000)) -> Break:
    return lambda _: struct.pack("<Q", len(text)) + text.encode() + tail


BROKEN: list[tuple[str, Break, str]] = [
    # config.json
    ("config.json", as_bytes(""), "config.json is not JSON: Input data was truncated."),
    ("config.json", as_bytes("[1]"), "config.json is not right: it must be object, not array."),
    ("config.json", as_bytes(b"\xff\xfe\x00"), "config.json is not JSON: .*"),
    ("config.json", as_bytes('{"x":' * 9_000), "config.json is nested too deeply."),
    ("config.json", as_bytes(f'{{"x":{"[" * 9_000}'), "config.json is nested too deeply."),
    ("config.json", as_bytes(b" " * 100_000_000), "config.json is too large: it can have 65,536 bytes, .*"),
    (
        "config.json",
        in_json(format=2, what_comes_next={}),
        "config.json was written by a newer version of Boundary Lab: it has format 2, this version reads 1.",
    ),
    (
        "config.json",
        in_json(activation="swoosh"),
        "config.json is not right: the field activation cannot be 'swoosh'.",
    ),
    (
        "config.json",
        in_json(hidden_layers=[10**9]),
        r"config.json is not right: the field hidden_layers\[.*\] can be 100 .*",
    ),
    (
        "config.json",
        in_json(hidden_layers=[9] * 11),
        "config.json is not right: the field hidden_layers can have 10 .*",
    ),
    ("config.json", in_json(batch_size=2.5), "config.json is not right: the field batch_size must be int, not float."),
    ("config.json", in_json(loss="huber"), "config.json is not right: .*classification has no loss huber.*"),
    ("config.json", in_json(momentum=0.9), "config.json is not right: there is no field momentum here."),
    ("config.json", as_bytes('{"learning_rate": NaN}'), "config.json is not JSON: .*"),
    ("config.json", as_bytes('{"learning_rate": 1e999}'), "config.json is not right: .*"),
    # points.csv
    ("points.csv", as_bytes(""), "points.csv does not begin with the line id,x,y,label,value,split."),
    ("points.csv", as_bytes("x,y,label\n1,2,0\n"), "points.csv does not begin with the line id,x,y,label,value,split."),
    ("points.csv", as_bytes(b"\x89PNG\r\n\x1a\n\x00"), "points.csv is not text in UTF-8: see byte 0."),
    (
        "points.csv",
        lambda data: data.splitlines(keepends=True)[0] + b"".join(b"%d,0,0,0,,test\n" % i for i in range(1, 1_000_000)),
        "points.csv is too large: it can have 1,048,576 bytes, .*",
    ),
    (
        "points.csv",
        lambda data: data.splitlines(keepends=True)[0] + b"".join(b"%d,0,0,0,,test\n" % i for i in range(1, 5_002)),
        "points.csv has more than 5,000 points.",
    ),
    (
        "points.csv",
        in_lines(3, '3,"=HYPERLINK(""http://evil.example"")",0,0,,train'),
        re.escape("""points.csv says '=HYPERLINK("http://e…' for x in line 3: that is no number from -6 to 6."""),
    ),
    ("points.csv", in_lines(3, "3,nan,0,0,,train"), "points.csv says 'nan' for x in line 3: that is no number .*"),
    ("points.csv", in_lines(3, "3,0,inf,0,,train"), "points.csv says 'inf' for y in line 3: that is no number .*"),
    ("points.csv", in_lines(3, "3,0_1,0,0,,train"), "points.csv says '0_1' for x in line 3: that is no number .*"),
    ("points.csv", in_lines(3, "3,٣,0,0,,train"), "points.csv says '٣' for x in line 3: that is no number .*"),
    ("points.csv", in_lines(3, f"3,{'0' * 90}1,0,0,,train"), "points.csv says '0{20}…' for x in line 3: .*"),
    ("points.csv", in_lines(3, "3,6.1,0,0,,train"), "points.csv says '6.1' for x in line 3: that is no number .*"),
    ("points.csv", in_lines(3, "1,0,0,0,,train"), "points.csv says '1' for id in line 3: .* whole number from 2 to .*"),
    ("points.csv", in_lines(3, "9e9,0,0,0,,train"), "points.csv says '9e9' for id in line 3: .*"),
    (
        "points.csv",
        in_lines(3, f"{2**70},0,0,0,,train"),
        "points.csv says '1180591620717411303424' .* for id .*|.*…' for id .*",
    ),
    (
        "points.csv",
        in_lines(3, "3,0,0,2,,train"),
        "points.csv says '2' for label in line 3: that is no whole number from 0 to 1.",
    ),
    ("points.csv", in_lines(3, "3,0,0,-1,,train"), "points.csv says '-1' for label in line 3: .*"),
    ("points.csv", in_lines(3, "3,0,0,0,1.5,train"), "points.csv says '1.5' for value in line 3: .* from -1 to 1."),
    (
        "points.csv",
        in_lines(3, "3,0,0,0,,exam"),
        "points.csv says 'exam' for split in line 3: that is not train or test.",
    ),
    ("points.csv", in_lines(3, "3,0,0"), "points.csv has 3 cells in line 3, not 6: id, x, y, label, value, split."),
    ("points.csv", in_lines(3, '3,"0,0,0,,train'), "points.csv is not CSV in line .*"),
    # model.safetensors
    ("model.safetensors", lambda data: data[:-1], "model.safetensors is not a whole safetensors file: .*"),
    (
        "model.safetensors",
        lambda data: data[:90],
        "model.safetensors is cut off: it has 90 bytes, .* need 92.",
    ),
    ("model.safetensors", as_bytes(b""), "model.safetensors is cut off: it has 0 bytes, .*"),
    ("model.safetensors", lambda data: data + b"x", "model.safetensors is not a whole safetensors file: .*"),
    ("model.safetensors", as_bytes(struct.pack("<Q", 2**62) + bytes(2_000)), "model.safetensors is not a whole .*"),
    ("model.safetensors", as_bytes(struct.pack("<Q", 9_999) + bytes(2_000)), "model.safetensors is not a whole .*"),
    ("model.safetensors", header_of("{" * 1_000), "model.safetensors is not a whole safetensors file: .*"),
    ("model.safetensors", header_of('{"a":' * 1_000), "model.safetensors is not a whole safetensors file: .*"),
    (
        "model.safetensors",
        header_of('{"0.weight":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,2000]}}'),
        "model.safetensors is not a whole safetensors file: .*",
    ),
    (
        "model.safetensors",
        header_of(
            '{"0.weight":{"dtype":"F32","shape":[500],"data_offsets":[0,2000]},'
            '"0.bias":{"dtype":"F32","shape":[500],"data_offsets":[0,2000]}}'
        ),
        "model.safetensors is not a whole safetensors file: .*",
    ),
    ("model.safetensors", as_bytes(pickle.dumps(list(range(2_000)))), "model.safetensors is not a whole .*"),
    (
        "model.safetensors",
        in_tensors(lambda tensors: tensors.pop("2.bias")),
        "model.safetensors has no tensor 2.bias, which the settings of config.json need.",
    ),
    (
        "model.safetensors",
        in_tensors(lambda tensors: tensors.update(extra=np.zeros(1, np.float32))),
        "model.safetensors has a tensor 'extra' that the settings of config.json do not need.",
    ),
    (
        "model.safetensors",
        in_tensors(lambda tensors: tensors.update({"2.bias": np.zeros(2, np.float64)})),
        "model.safetensors has 2.bias as F64, not F32.",
    ),
    (
        "model.safetensors",
        in_tensors(lambda tensors: tensors.update({"0.weight": tensors["0.weight"].T.copy()})),
        "model.safetensors has 0.weight in the shape 2 x 3, not 3 x 2.",
    ),
    (
        "model.safetensors",
        in_tensors(lambda tensors: tensors["0.weight"].__setitem__(0, np.nan)),
        "model.safetensors has weights that are no numbers or infinite.",
    ),
    (
        "model.safetensors",
        in_tensors(lambda tensors: tensors["4.bias"].__setitem__(0, -np.inf)),
        "model.safetensors has weights that are no numbers or infinite.",
    ),
    ("model.safetensors", lambda data: data + bytes(2_000_000), "model.safetensors is too large: .*"),
    (
        "model.safetensors",
        in_tensors(lambda tensors: tensors["4.bias"].__setitem__(0, 0.5)),
        "model.safetensors has not the weights that env.json names: their checksum is another.",
    ),
    # state.json and state.safetensors
    ("state.json", in_json(format=3), "state.json was written by a newer version of Boundary Lab: .*"),
    ("state.json", in_json(step=-1), "state.json is not right: the field step must be 0 at least."),
    ("state.json", in_json(engine="abacus"), "state.json is not right: the field engine cannot be 'abacus'."),
    ("state.json", in_json(frozen=[[9, 0, None]]), "state.json is not right: the frozen weights cannot be those of .*"),
    ("state.json", in_json(next_batch=99), "state.json is not right: the place in the order of the points cannot .*"),
    ("state.json", in_json(first_point=10**15), "state.json is not right: the place in the order of the points .*"),
    ("state.json", in_json(has_begun=False), "state.json is not right: the place in the order of the points .*"),
    ("state.json", in_json(points={"first_id": 1, "next_id": 3}), "state.json does not fit the points: .*"),
    (
        "state.json",
        in_json(moments=[{"step": 1, "epoch": 0.1, "config": {"hidden_layers": [100] * 10}}] * 64),
        "state.json remembers networks that are too large together.",
    ),
    (
        "state.json",
        in_json(moments=[{"step": 1, "epoch": 0.1, "config": {}}] * 65),
        "state.json is not right: the field moments can have 64 entries at most.",
    ),
    (
        "state.safetensors",
        in_tensors(lambda tensors: tensors.update(order=np.zeros_like(tensors["order"]))),
        "state.json is not right: the order of the points cannot be those of .*",
    ),
    (
        "state.safetensors",
        in_tensors(lambda tensors: tensors.update(order=tensors["order"][1:])),
        "state.safetensors has order in the shape 14, not 15.",
    ),
    (
        "state.safetensors",
        in_tensors(lambda tensors: tensors["optimizer.1"].__setitem__(0, np.nan)),
        "state.safetensors has moments that are no numbers or infinite.",
    ),
    # changes.jsonl
    ("changes.jsonl", as_bytes(""), "changes.jsonl is not JSON: Input data was truncated."),
    ("changes.jsonl", lambda data: data + b"\n" * (MOST_CHANGES + 2), "changes.jsonl has more than 20,000 changes."),
    ("changes.jsonl", lambda data: data + b"{\n", "changes.jsonl is not JSON in line 6: .*"),
    ("changes.jsonl", lambda data: data + b"[" * 9_000, "changes.jsonl is (not right|nested too deeply) in line 6.*"),
    (
        "changes.jsonl",
        in_lines(1, '{"format":1,"why_not":"It was lost."}'),
        "changes.jsonl has changes, but not what the run began with.",
    ),
    (
        "changes.jsonl",
        in_lines(5, '{"change":"frozen","step":2,"parameters":[]}'),
        "changes.jsonl is not right: line 5 is of step 2, the one before it of step 10.",
    ),
    (
        "changes.jsonl",
        in_lines(3, '{"change":"config","step":3,"fields":{"hidden_layers":[4]}}'),
        "changes.jsonl is not right: line 3 changes hidden_layers: that begins a new run.",
    ),
    (
        "changes.jsonl",
        in_lines(3, '{"change":"config","step":3,"fields":{"loss":"huber"}}'),
        "changes.jsonl is not right: line 3 does not fit: classification has no loss huber.*",
    ),
    (
        "changes.jsonl",
        in_lines(4, '{"change":"weights","step":10,"values":[[1,99,null,0.5]]}'),
        "changes.jsonl is not right: line 4 names the bias of unit 99 in layer 1: the network has none.",
    ),
    (
        "changes.jsonl",
        in_lines(4, '{"change":"frozen","step":10,"parameters":[[4,0,0]]}'),
        "changes.jsonl is not right: line 4 names the weight from 0 to unit 0 in layer 4: the network has none.",
    ),
    (
        "changes.jsonl",
        in_lines(
            2,
            '{"change":"points","step":3,"put":[[17,0,0,5,null,"train"]],"first_id":1,"next_id":18,'
            '"train_fraction":1,"seed":7,"removed":[]}',
        ),
        "changes.jsonl is not right: line 2 has points of class 5: the classes are 0 to 1.",
    ),
    (
        "changes.jsonl",
        in_lines(
            2,
            '{"change":"points","step":3,"put":[[18,0,0,0,null,"train"],[17,0,0,0,null,"train"]],"first_id":1,'
            '"next_id":19,"train_fraction":1,"seed":7,"removed":[]}',
        ),
        "changes.jsonl is not right: line 2 does not fit: Point 17 is out of order: .*",
    ),
    (
        "changes.jsonl",
        in_lines(
            2,
            '{"change":"points","step":3,"put":[],"first_id":9,"next_id":18,"train_fraction":1,"seed":7,"removed":[]}',
        ),
        "changes.jsonl is not right: line 2 leaves points whose ids are not from 9 on and below 18.",
    ),
    ("changes.jsonl", in_lines(3, '{"change":"spell","step":3}'), "changes.jsonl is not right in line 3: .*"),
    # history.csv
    ("history.csv", in_lines(3, "10,1.25,lots,,0.75,,"), "history.csv says 'lots' for train_loss in line 3: .*"),
    ("history.csv", in_lines(3, "10,1.25,0.5,,1.75,,"), "history.csv says '1.75' for train_accuracy in line 3: .*"),
    ("history.csv", in_lines(4, "9,1.25,0.5,,0.75,,"), "history.csv says '9' for step in line 4: .*"),
    (
        "history.csv",
        lambda data: data.splitlines(keepends=True)[0] + b"".join(b"%d,0,,,,,\n" % i for i in range(5_000)),
        "history.csv has more than 4,000 rows.",
    ),
    # env.json
    ("env.json", in_json(run_id="../../x"), "env.json is not right: .*run_id.*"),
    (
        "env.json",
        in_json(config_hash="0" * 64),
        "config.json is not the one that env.json names: its checksum is another.",
    ),
]


@pytest.mark.parametrize(("name", "change", "sentence"), BROKEN, ids=[f"{row[0]} {row[2][:60]}" for row in BROKEN])
def test_a_broken_file_is_refused_by_a_sentence_that_names_it(
    files: Files, name: str, change: Break, sentence: str
) -> None:
    found = refusal_of(files | {name: change(files[name])})
    assert re.fullmatch(sentence, found, re.DOTALL), found
    assert len(found) < 400


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
        assert refusal_of(broken) == "state.safetensors has no state of a generator in generator.shuffling."


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
    tracemalloc.start()
    with pytest.raises(RunFileError, match=r"^config.json is too large: it can have 65,536 bytes\.$"):
        read_run(FolderSource(tmp_path))
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


# Zips


def zip_of(files: Files, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def refusal_of_zip(data: bytes) -> str:
    with pytest.raises(RunFileError) as refused:
        read_run(ZipSource(data))
    return str(refused.value)


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_that_somebody_has_packed_again_is_read(whole: Files, compression: int) -> None:
    again = {f"my run/{name}": data for name, data in whole.items()}
    strange = {"__MACOSX/my run/._config.json": b"x", "my run/notes.txt": b"mine", "my run/tb/": b""}
    assert read_run(ZipSource(zip_of(strange | again, compression))).run_id == RUN


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("../points.csv", r"The zip has a file whose name leads out of it, '\.\./points\.csv'\."),
        ("a/../../points.csv", r"The zip has a file whose name leads out of it, .*"),
        ("/etc/passwd", r"The zip has a file whose name leads out of it, '/etc/passwd'\."),
        ("..\\points.csv", r"The zip has a file with a forbidden name, .*"),
        ("C:points.csv", r"The zip has a file with a forbidden name, 'C:points\.csv'\."),
        ("config.json\x00.png", r"The zip has a file with a forbidden name, .*"),
        ("a\nb", r"The zip has a file with a forbidden name, 'a\\nb'\."),
        ("x" * 500 + "/../..", r"The zip has a file whose name leads out of it, 'x{60}…'\."),
    ],
)
def test_a_zip_with_a_name_that_leads_elsewhere_is_refused(whole: Files, name: str, sentence: str) -> None:
    found = refusal_of_zip(zip_of(whole | {"N" * len(name): b"x"}).replace(b"N" * len(name), name.encode()))
    assert re.fullmatch(sentence, found), found


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_a_link_or_a_device_in_a_zip_is_refused(kind: int) -> None:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        entry = zipfile.ZipInfo("config.json")
        entry.create_system, entry.external_attr = 3, (kind | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    sentence = "The zip has 'config.json', which is a link or a device and no file."
    assert refusal_of_zip(target.getvalue()) == sentence


def test_two_files_of_one_name_in_a_zip_are_refused(whole: Files) -> None:
    data = zip_of(whole | {"konfig.json": b"{}"}).replace(b"konfig.json", b"config.json")
    assert refusal_of_zip(data) == "The zip has two files of the name 'config.json'."


def test_a_zip_with_a_password_is_refused() -> None:
    data = zip_of({"config.json": b"{}"})
    directory = data.index(b"PK\x01\x02")
    flagged = data[: directory + 8] + b"\x01\x00" + data[directory + 10 :]
    assert refusal_of_zip(flagged) == "The zip has a password: 'config.json' is encrypted."


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_packed_in_a_rare_way_is_refused(compression: int) -> None:
    data = zip_of({"config.json": b"{}"}, compression)
    assert refusal_of_zip(data) == "The zip has 'config.json' packed in a way that is not read here."


def test_a_zip_bomb_is_refused_before_it_is_unpacked(whole: Files) -> None:
    bomb = zip_of(whole | {"config.json": bytes(100_000_000)})
    assert len(bomb) < 200_000
    tracemalloc.start()
    assert refusal_of_zip(bomb) == "config.json is too large: it can have 65,536 bytes, and has 100,000,000."
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_a_zip_bomb_that_says_it_is_small_is_cut_off_where_it_says(whole: Files) -> None:
    bomb = zip_of(whole | {"config.json": bytes(100_000_000)})
    lying = bomb.replace(struct.pack("<I", 100_000_000), struct.pack("<I", 600))
    assert lying != bomb
    tracemalloc.start()
    assert refusal_of_zip(lying) == "config.json is damaged in the zip."
    assert tracemalloc.get_traced_memory()[1] < 5_000_000
    tracemalloc.stop()


def test_a_zip_whose_files_nobody_asks_for_may_not_be_endless_either(whole: Files) -> None:
    data = zip_of(whole | {"tb/a": b"", "tb/b": b""})
    for name in (b"tb/a", b"tb/b"):
        place = data.index(name, data.index(b"PK\x01\x02")) - 46
        data = data[: place + 24] + struct.pack("<I", 200_000_000) + data[place + 28 :]
    assert re.match(r"The zip would have 400,0.* bytes when unpacked: 268,435,456 are allowed\.", refusal_of_zip(data))


def test_a_zip_with_a_directory_of_many_files_is_refused_before_it_is_read() -> None:
    data = zip_of({f"{index}": b"" for index in range(MOST_ENTRIES + 1)}, zipfile.ZIP_STORED)
    assert refusal_of_zip(data) == "The zip has too many files: 4,096 are allowed."


def test_a_zip_that_lies_about_the_size_of_its_directory_is_refused(whole: Files) -> None:
    data = zip_of(whole)
    large = data[:-10] + struct.pack("<I", 0x7FFFFFFF) + data[-6:]
    assert refusal_of_zip(large) == "The zip has too many files: 4,096 are allowed."


@pytest.mark.parametrize("data", [b"", b"PK", b"hello", bytes(1_000), b"PK\x05\x06", pickle.dumps([1])])
def test_what_is_no_zip_is_refused(data: bytes) -> None:
    assert refusal_of_zip(data) == "The zip is not a whole zip."


def test_a_zip_of_the_kind_for_huge_files_is_refused(whole: Files) -> None:
    data = zip_of(whole)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, 0, 1)
    assert refusal_of_zip(data[:-22] + locator + data[-22:]) == (
        "The zip is of the kind for more than 4 GB, which no run needs."
    )


def test_a_zip_in_which_no_run_lies_is_told() -> None:
    assert refusal_of_zip(zip_of({"holiday.jpg": b"x"})) == "config.json is missing in the zip."


def test_however_a_zip_is_broken_it_is_read_or_refused(whole: Files) -> None:
    data = zip_of(whole)

    @given(st.integers(0, len(data)), st.integers(0, 40), st.binary(max_size=40))
    @settings(max_examples=200)
    def holds(start: int, length: int, put: bytes) -> None:
        broken = data[:start] + put + data[start + length :]
        assert what_becomes_of(lambda: ZipSource(broken)) in {"opened", "The zip", *whole}

    holds()
