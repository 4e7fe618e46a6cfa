"""Weights and the state of a run that are broken, by mistake or on purpose: a sentence that names the file."""

import pickle
import struct

import numpy as np
import pytest

from tests.unit.reading.broken import (
    Break,
    Files,
    as_bytes,
    check_refusal,
    header_of,
    in_json,
    in_tensors,
)

BROKEN: list[tuple[str, Break, str]] = [
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
]


@pytest.mark.parametrize(("name", "change", "sentence"), BROKEN, ids=[f"{row[0]} {row[2][:60]}" for row in BROKEN])
def test_a_broken_file_is_refused_by_a_sentence_that_names_it(
    files: Files, name: str, change: Break, sentence: str
) -> None:
    check_refusal(files, name, change, sentence)
