"""The binary codec of neuron maps, and the golden frame that the page's decoder reads too."""

import dataclasses
import json
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.frames import encode_map
from backend.logic.neuron_maps import MOST_DRAWN, NeuronMaps, Tile
from backend.neuron_frames import NeuronFrame, encode_neurons
from tests.support.frames import HEADER_BYTES, FrameError, decode_neurons
from tests.unit.test_frames import FRAME

GOLDEN = Path(__file__).parents[1] / "golden"
DATA = (GOLDEN / "neuron_maps.bin").read_bytes()
NUMBERS = st.floats(-1e6, 1e6, width=32)


@st.composite
def neuron_frames(draw: st.DrawFn) -> NeuronFrame:
    side = draw(st.integers(1, 9))
    unit_counts = draw(st.lists(st.integers(1, 100), min_size=2, max_size=12))
    drawn = [min(MOST_DRAWN, units) for units in unit_counts]
    tile = st.builds(Tile, st.binary(min_size=side * side, max_size=side * side), st.floats(1, 1e6, width=32))

    def row(length: int) -> tuple[float, ...]:
        return draw(st.tuples(*[NUMBERS] * length))

    return NeuronFrame(
        seq=draw(st.integers(1, 2**32 - 1)),
        config_version=draw(st.integers(0, 2**32 - 1)),
        step=draw(st.integers(0, 2**64 - 1)),
        epoch=draw(st.floats(0, 1e6, width=32)),
        train_loss=draw(st.none() | st.floats(0, 1e6, width=32)),
        maps=NeuronMaps(
            side=side,
            unit_counts=tuple(unit_counts),
            tiles=tuple(draw(st.tuples(*[tile] * units)) for units in drawn),
            weights=tuple(tuple(row(inputs) for _ in range(outputs)) for inputs, outputs in pairwise(drawn)),
            biases=tuple(row(units) for units in drawn[1:]),
        ),
    )


@given(neuron_frames())
def test_what_is_encoded_is_decoded(frame: NeuronFrame) -> None:
    assert decode_neurons(encode_neurons(frame)) == frame


@given(st.binary(max_size=300))
def test_any_bytes_behind_a_good_beginning_are_a_frame_or_a_frame_error(rest: bytes) -> None:
    try:
        frame = decode_neurons(DATA[:4] + rest)
    except FrameError:
        return
    assert len(frame.maps.tiles) == len(frame.maps.unit_counts)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (DATA[: HEADER_BYTES - 1], "header"),
        (b"\x02" + DATA[1:], "version 2"),
        (encode_map(FRAME), "kind 1"),
        (DATA[:6] + b"\x04" + DATA[7:], "squares, not 3 x 4"),
        (DATA[:-1], "bytes, these are 396"),
        (DATA[:-1] + b"\xff", "255 layers"),
        (DATA[:HEADER_BYTES] + b"\x00", "0 layers"),
    ],
)
def test_each_mismatch_is_named(data: bytes, words: str) -> None:
    with pytest.raises(FrameError, match=words):
        decode_neurons(data)


def test_the_golden_frame_is_what_the_codec_writes_and_reads() -> None:
    expected = json.loads((GOLDEN / "neuron_maps.json").read_text())
    frame = decode_neurons(DATA)
    assert encode_neurons(frame) == DATA
    told = {"version": 1, "kind": 2, "encoding": 2, "classes": 0, **dataclasses.asdict(frame)}
    maps = told.pop("maps")
    assert {**told, "width": maps["side"], "height": maps["side"]} == expected["header"]
    assert list(maps["unit_counts"]) == expected["unit_counts"]
    assert [len(tiles) for tiles in maps["tiles"]] == expected["drawn_counts"]
    tiles = [[{"cells": list(tile["cells"]), "scale": tile["scale"]} for tile in layer] for layer in maps["tiles"]]
    assert tiles == expected["tiles"]
    assert [[list(row) for row in rows] for rows in maps["weights"]] == expected["weights"]
    assert [list(row) for row in maps["biases"]] == expected["biases"]
