"""The binary codec, and the golden frame that the page's decoder reads too."""

import dataclasses
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.frames import HEADER_BYTES, FrameError, MapFrame, decode_map, encode_map

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


@st.composite
def frames(draw: st.DrawFn) -> MapFrame:
    width, height = draw(st.integers(1, 40)), draw(st.integers(1, 40))
    return MapFrame(
        seq=draw(st.integers(1, 2**32 - 1)),
        config_version=draw(st.integers(0, 2**32 - 1)),
        step=draw(st.integers(0, 2**64 - 1)),
        epoch=draw(st.floats(0, 1e6, width=32)),
        train_loss=draw(st.none() | st.floats(0, 1e6, width=32)),
        classes=draw(st.integers(2, 8)),
        width=width,
        height=height,
        cells=draw(st.binary(min_size=width * height, max_size=width * height)),
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
    ],
)
def test_each_mismatch_is_named(data: bytes, words: str) -> None:
    with pytest.raises(FrameError, match=words):
        decode_map(data)


def test_the_golden_frame_is_what_the_codec_writes_and_reads() -> None:
    data = (GOLDEN / "map_update.bin").read_bytes()
    expected = json.loads((GOLDEN / "map_update.json").read_text())
    frame = decode_map(data)
    assert encode_map(frame) == data
    header = {"version": 1, "kind": 1, "encoding": 1, **dataclasses.asdict(frame)}
    cells = header.pop("cells")
    assert header == expected["header"]
    assert [[cell >> 5, cell & 31] for cell in cells] == expected["cells"]
