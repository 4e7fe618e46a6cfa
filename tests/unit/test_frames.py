"""The binary codec of maps, and the golden frames that the page's decoder reads too."""

import dataclasses
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.frames import MapFrame, encode_map
from backend.logic.classification_map import MappedUnit
from tests.support.frames import HEADER_BYTES, FrameError, decode_map

GOLDEN = Path(__file__).parents[1] / "golden"
FRAME = MapFrame(
    seq=3,
    config_version=4,
    step=2**40,
    epoch=12.5,
    train_loss=0.25,
    classes=3,
    width=4,
    height=2,
    cells=bytes(range(8)),
)
COUNTS = st.integers(0, 2**16 - 1)


@st.composite
def frames(draw: st.DrawFn) -> MapFrame:
    width, height = draw(st.integers(1, 40)), draw(st.integers(1, 40))
    unit = draw(st.none() | st.builds(MappedUnit, COUNTS, COUNTS, st.floats(1, 1e6, width=32)))
    classes = 0 if unit is not None else draw(st.sampled_from([0, 2, 3, 8]))
    return MapFrame(
        seq=draw(st.integers(1, 2**32 - 1)),
        config_version=draw(st.integers(0, 2**32 - 1)),
        step=draw(st.integers(0, 2**64 - 1)),
        epoch=draw(st.floats(0, 1e6, width=32)),
        train_loss=draw(st.none() | st.floats(0, 1e6, width=32)),
        classes=classes,
        width=width,
        height=height,
        cells=draw(st.binary(min_size=width * height, max_size=width * height)),
        unit=unit,
    )


@given(frames())
def test_what_is_encoded_is_decoded(frame: MapFrame) -> None:
    assert decode_map(encode_map(frame)) == frame


@given(st.binary(max_size=200))
def test_any_bytes_are_a_frame_or_a_frame_error(data: bytes) -> None:
    try:
        frame = decode_map(data)
    except FrameError:
        return
    assert len(frame.cells) == frame.width * frame.height


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "header"),
        (encode_map(FRAME)[: HEADER_BYTES - 1], "header"),
        (b"\x02" + encode_map(FRAME)[1:], "version 2"),
        (encode_map(FRAME) + b"x", "need 40 bytes, these are 41"),
        (b"\x01\x02" + encode_map(FRAME)[2:], "kind 2"),
        (b"\x01\x01\x04" + encode_map(FRAME)[3:], "encoding 4"),
        (b"\x01\x01\x02" + encode_map(FRAME)[3:], "encoding 2 does not go with 3 classes"),
        (b"\x01\x01\x03\x00" + encode_map(FRAME)[4:], "need 48 bytes, these are 40"),
    ],
)
def test_each_mismatch_is_named(data: bytes, words: str) -> None:
    with pytest.raises(FrameError, match=words):
        decode_map(data)


@pytest.mark.parametrize(("name", "encoding"), [("map_update", 1), ("map_scalar", 2), ("map_unit", 3)])
def test_the_golden_frames_are_what_the_codec_writes_and_reads(name: str, encoding: int) -> None:
    data = (GOLDEN / f"{name}.bin").read_bytes()
    expected = json.loads((GOLDEN / f"{name}.json").read_text())
    frame = decode_map(data)
    assert encode_map(frame) == data
    header = {"version": 1, "kind": 1, "encoding": frame.encoding, **dataclasses.asdict(frame)}
    cells, unit = header.pop("cells"), header.pop("unit")
    assert header == expected["header"]
    assert frame.encoding == encoding
    assert [[cell >> 5, cell & 31] if encoding == 1 else cell for cell in cells] == expected["cells"]
    assert (None if unit is None else unit._asdict()) == expected.get("unit")
