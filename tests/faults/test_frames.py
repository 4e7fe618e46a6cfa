"""Frames that break RFC 6455, or try to make the server burst: the right close code, and nothing is lost."""

import json
import struct
import zlib
from typing import Final

import pytest

from tests.faults.standing import Standing, standing
from tests.support.client import Client
from tests.support.memory import MEGABYTE, growth
from tests.support.raw import CLOSE, CONTINUATION, PING, PONG, RSV1, TEXT, RawClient, frame
from tests.support.runs import XOR_ROWS, tell_figure

PROTOCOL_ERROR, INVALID_DATA, TOO_BIG = 1002, 1007, 1009
CLEAR: Final = b'{"type": "CLEAR_POINTS"}'

BROKEN_FRAMES: Final = {
    "no mask": (frame(TEXT, CLEAR, is_masked=False), PROTOCOL_ERROR),
    "no mask on a ping": (frame(PING, is_masked=False), PROTOCOL_ERROR),
    "no mask on a part": (frame(TEXT, CLEAR, is_masked=False, is_final=False), PROTOCOL_ERROR),
    "RSV1 without compression": (frame(TEXT, CLEAR, rsv=0x40), PROTOCOL_ERROR),
    "RSV2": (frame(TEXT, CLEAR, rsv=0x20), PROTOCOL_ERROR),
    "RSV3": (frame(TEXT, CLEAR, rsv=0x10), PROTOCOL_ERROR),
    "all RSV": (frame(TEXT, CLEAR, rsv=0x70), PROTOCOL_ERROR),
    **{f"opcode {opcode}": (frame(opcode, CLEAR), PROTOCOL_ERROR) for opcode in (*range(3, 8), *range(0xB, 0x10))},
    "a ping in parts": (frame(PING, b"a", is_final=False), PROTOCOL_ERROR),
    "a close in parts": (frame(CLOSE, struct.pack("!H", 1000), is_final=False), PROTOCOL_ERROR),
    "a ping of 126 bytes": (frame(PING, b"a" * 126), PROTOCOL_ERROR),
    "a pong of 70,000 bytes": (frame(PONG, b"a" * 70_000), PROTOCOL_ERROR),
    "a continuation of nothing": (frame(CONTINUATION, CLEAR), PROTOCOL_ERROR),
    "a text in the middle of a text": (frame(TEXT, CLEAR, is_final=False) + frame(TEXT, CLEAR), PROTOCOL_ERROR),
    "bytes that no UTF-8 has": (frame(TEXT, b"\xff\xfe" + CLEAR), INVALID_DATA),
    "a character cut off": (frame(TEXT, '"é"'.encode()[:-2]), INVALID_DATA),
    "an overlong character": (frame(TEXT, b"\xc0\x80"), INVALID_DATA),
    "a surrogate in UTF-8": (frame(TEXT, b'"\xed\xa0\x80"'), INVALID_DATA),
    "a character above Unicode": (frame(TEXT, b"\xf4\x90\x80\x80"), INVALID_DATA),
    "a close reason that is no UTF-8": (frame(CLOSE, struct.pack("!H", 1000) + b"\xff"), INVALID_DATA),
}


async def send_all(client: RawClient, frames: list[bytes]) -> None:
    """Send frames one after the other.

    Raises:
        ConnectionError: the server has cut the connection.
    """
    for each in frames:
        await client.send_bytes(each)


async def assert_cut(scene: Standing, sent: bytes, code: int, extensions: str | None = None) -> None:
    """What was sent is answered by a close code, and the points of the session are still there."""
    async with RawClient(scene.address, extensions=extensions) as client:
        await client.send("ADD_POINTS", points=XOR_ROWS)
        await client.send_bytes(sent)
        assert (await client.received_until_end()).close_code == code
    async with Client(scene.address, client.session_id) as again:
        assert again.session["resumed"] is True
        assert len(again.session["state"]["points"]) == len(XOR_ROWS)


async def test_frames_that_break_the_protocol_are_told_so_and_lose_nothing(scene: Standing) -> None:
    for name, (sent, code) in BROKEN_FRAMES.items():
        try:
            await assert_cut(scene, sent, code)
        except (AssertionError, TimeoutError) as error:
            error.add_note(name)
            raise


def deflated(payload: bytes, times: int = 1) -> bytes:
    """A payload so many times over, compressed as permessage-deflate has it (RFC 7692), made once for all of them."""
    compressor = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    once = compressor.compress(payload) + compressor.flush(zlib.Z_FULL_FLUSH)
    return (once * times).removesuffix(b"\x00\x00\xff\xff")


async def test_what_cannot_be_inflated_is_closed_with_1007(scene: Standing) -> None:
    for damaged in [b"\xff\xff\xff\xff", b"\x06", b"\x01\x05\x00\x05\x00abc", deflated(b'"\xff"')]:
        await assert_cut(scene, frame(TEXT, damaged, rsv=RSV1), INVALID_DATA, "permessage-deflate")


async def test_compression_that_cannot_be_had_is_done_without(scene: Standing) -> None:
    for offer in [
        "permessage-deflate; no_such_parameter=1",
        "permessage-deflate; server_max_window_bits=8",
        "permessage-deflate; server_no_context_takeover; server_max_window_bits=8",
        "permessage-deflate; client_no_context_takeover; client_max_window_bits=8",
        "permessage-deflate; client_max_window_bits=" + "9" * 5000,
        "permessage-deflate; client_max_window_bits*=utf-8''%ff",
        "permessage-deflate;" * 500,
        "no-such-extension",
        # What Tornado stumbles over when it reads the offers: parts out of order, a part of a number that has no end.
        "x; a*=1; a*0=2",
        "permessage-deflate; server_max_window_bits=8, x; a*=1; a*0=2",
        "x; a*" + "9" * 5000 + "=1",
        ";;;,,,===",
    ]:
        async with RawClient(scene.address, extensions=offer) as client:
            await client.send("ADD_POINT", x=0, y=0, label=0, id=1)
            await client.send_bytes(frame(CLOSE, struct.pack("!H", 1000)))
            texts = [json.loads(data) for opcode, data in (await client.received_until_end()).frames if opcode == TEXT]
        assert {"type": "OK", "id": 1, "point_ids": [1]}.items() <= texts[-1].items(), offer


@pytest.mark.parametrize("is_whole", [True, False], ids=["at once", "in parts"])
async def test_a_deflate_bomb_of_a_gigabyte_takes_no_memory_and_is_closed_with_1009(
    scene: Standing, *, is_whole: bool
) -> None:
    bomb = deflated(b" " * 10_000_000, times=100)
    assert len(bomb) < 1_048_576
    parts = [bomb] if is_whole else [bomb[place : place + 10_000] for place in range(0, len(bomb), 10_000)]
    async with growth(scene.server.process.pid) as grown:
        for _ in range(3):
            first, *more = parts
            sent = frame(TEXT, first, rsv=RSV1, is_final=not more)
            sent += b"".join(frame(CONTINUATION, part, is_final=part is more[-1]) for part in more)
            await assert_cut(scene, sent, TOO_BIG, "permessage-deflate")
    tell_figure(f"memory grew by {grown.peak_bytes / MEGABYTE:.1f} MB")
    assert grown.peak_bytes < 20 * MEGABYTE


@pytest.mark.parametrize("is_whole", [True, False], ids=["at once", "in parts"])
async def test_a_message_of_50_megabytes_is_cut_while_it_comes_in(scene: Standing, *, is_whole: bool) -> None:
    size, part = 50_000_000, b"x" * 500_000
    if is_whole:
        frames = [frame(TEXT, b"x" * size)]
    else:
        frames = [frame(TEXT, part, is_final=False), *[frame(CONTINUATION, part, is_final=False)] * 99]
    async with growth(scene.server.process.pid) as grown, RawClient(scene.address) as client:
        await client.send("ADD_POINTS", points=XOR_ROWS)
        with pytest.raises(ConnectionError):
            await send_all(client, frames)
    tell_figure(f"memory grew by {grown.peak_bytes / MEGABYTE:.1f} MB")
    assert grown.peak_bytes < 10 * MEGABYTE
    async with Client(scene.address, client.session_id) as again:
        assert len(again.session["state"]["points"]) == len(XOR_ROWS)


async def test_a_flood_of_pings_from_a_client_that_never_reads_takes_no_memory() -> None:
    count = 200_000
    pings = frame(PING, b"p" * 125) * count
    # They are read as fast as they come: at the usual rate the flood would stay in the network.
    async with (
        standing("--messages-per-second", f"{count}", "--message-burst", f"{count}") as scene,
        growth(scene.server.process.pid) as grown,
        RawClient(scene.address) as client,
    ):
        await client.send("ADD_POINTS", points=XOR_ROWS)
        await client.send_bytes(pings)
        await scene.undisturbed()
        client.vanish()
        tell_figure(f"memory grew by {grown.peak_bytes / MEGABYTE:.1f} MB in {count:,} pings")
        assert grown.peak_bytes < 10 * MEGABYTE
        async with Client(scene.address, client.session_id) as again:
            assert len(again.session["state"]["points"]) == len(XOR_ROWS)
