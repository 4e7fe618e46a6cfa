"""Messages that are wrong, too big or too many: the sender is told what is wrong, and nothing is lost."""

import asyncio
import json
import struct
from typing import Any, Final

import pytest

from tests.faults.standing import Standing, standing
from tests.support.client import Client
from tests.support.raw import CLOSE, TEXT, RawClient, frame
from tests.support.runs import begin_training, train_on

DIGITS: Final = "9" * 5000

BROKEN_JSON: Final = {
    "nothing": "",
    "white space": " \r\n\t ",
    "a word": "hello",
    "undefined": "undefined",
    "truncated": '{"type": "ADD_POINT", "x": 0',
    "truncated in a string": '{"type": "ADD_PO',
    "truncated in a number": '{"type": "ADD_POINT", "x": 1e',
    "only closed": "}",
    "NaN": '{"type": "ADD_POINT", "x": NaN, "y": 0, "label": 0}',
    "Infinity": '{"type": "ADD_POINT", "x": Infinity, "y": 0, "label": 0}',
    "minus Infinity": '{"type": "ADD_POINT", "x": -Infinity, "y": 0, "label": 0}',
    "single quotes": "{'type': 'CLEAR_POINTS'}",
    "keys without quotes": '{type: "CLEAR_POINTS"}',
    "a number as key": '{"type": "CLEAR_POINTS", 1: 2}',
    "line comment": '{"type": "CLEAR_POINTS"} // all of them',
    "block comment": '/* all of them */ {"type": "CLEAR_POINTS"}',
    "trailing comma": '{"type": "CLEAR_POINTS",}',
    "trailing comma in an array": '{"type": "REMOVE_POINTS", "ids": [1,]}',
    "no comma": '{"type": "CLEAR_POINTS" "id": 1}',
    "no colon": '{"type" "CLEAR_POINTS"}',
    "two documents": '{"type": "CLEAR_POINTS"}{"type": "CLEAR_POINTS"}',
    "two lines": '{"type": "CLEAR_POINTS"}\n{"type": "CLEAR_POINTS"}',
    "byte order mark": '\ufeff{"type": "CLEAR_POINTS"}',
    "control character": '{"type": "CLEAR\x01POINTS"}',
    "line break in a string": '{"type": "CLEAR\nPOINTS"}',
    "zero byte": '\0{"type": "CLEAR_POINTS"}',
    "zero byte behind": '{"type": "CLEAR_POINTS"}\0',
    "unknown escape": '{"type": "CLEAR\\x5fPOINTS"}',
    "cut escape": '{"type": "CLEAR\\u5f"}',
    "lone high surrogate": '{"type": "CLEAR_POINTS", "\\ud800": 1}',
    "lone low surrogate": '{"type": "CONFIGURE", "problem": "\\udfff"}',
    "surrogates the wrong way round": '{"type": "CONFIGURE", "problem": "\\udc00\\ud800"}',
    "leading zero": '{"type": "ADD_POINT", "x": 01, "y": 0, "label": 0}',
    "leading plus": '{"type": "ADD_POINT", "x": +1, "y": 0, "label": 0}',
    "leading point": '{"type": "ADD_POINT", "x": .5, "y": 0, "label": 0}',
    "trailing point": '{"type": "ADD_POINT", "x": 5., "y": 0, "label": 0}',
    "hexadecimal": '{"type": "ADD_POINT", "x": 0x1, "y": 0, "label": 0}',
    "True": '{"type": "VIEW", "visible": True}',
    "an array": '["CLEAR_POINTS"]',
    "an empty array": "[]",
    "a string": '"CLEAR_POINTS"',
    "a number": "7",
    "null": "null",
    "deep in a field": '{"type": "CONFIGURE", "learning_rate": ' + "[" * 30_000 + "]" * 30_000 + "}",
    "deep and never closed": "[" * 60_000,
    "deep objects": '{"a": ' * 10_000,
}

IMPOSSIBLE_NUMBERS: Final = {
    "x of 5,000 digits": ("x", {"x": DIGITS}),
    "negative x of 5,000 digits": ("x", {"x": "-" + DIGITS}),
    "label of 5,000 digits": ("label", {"label": DIGITS}),
    "id of 5,000 digits": ("id", {"id": DIGITS}),
    "1e400": ("x", {"x": "1e400"}),
    "minus 1e400": ("y", {"y": "-1e400"}),
    "exponent of 5,000 digits": ("x", {"x": "1e" + DIGITS}),
    "an integer too big for 64 bits": ("label", {"label": "18446744073709551616"}),
    "an id that no browser can tell from the next": ("id", {"id": "9007199254740992"}),
}


def point(**fields: str) -> str:
    """ADD_POINT of numbers as they are written."""
    written = {"x": "0", "y": "0", "label": "0", **fields}
    return '{"type": "ADD_POINT", ' + ", ".join(f'"{name}": {number}' for name, number in written.items()) + "}"


async def error_of(client: Client, text: str) -> dict[str, Any]:
    """Send a text and wait for the next ERROR."""
    seen = len(client.of_type("ERROR"))
    await client.send_raw(text)
    await client.until(lambda: len(client.of_type("ERROR")) > seen)
    return client.last("ERROR")


async def assert_nothing_has_changed(client: Client) -> None:
    """Training goes on, and had a message added a point or changed a setting, the next number would tell."""
    await train_on(client)
    assert (await client.request("ADD_POINT", x=1, y=1, label=0))["point_ids"] == [17]
    assert client.of_type("CONFIG") == []


async def test_broken_json_is_answered_with_a_sentence_and_changes_nothing(scene: Standing) -> None:
    async with Client(scene.address) as client:
        await begin_training(client)
        for name, text in BROKEN_JSON.items():
            error = await error_of(client, text)
            assert (error["code"], error["id"], error["path"]) == ("malformed", None, None), name
            assert error["message"].endswith("."), name
            assert error["message"].isprintable(), name
        await assert_nothing_has_changed(client)


async def test_impossible_numbers_are_named_and_change_nothing(scene: Standing) -> None:
    async with Client(scene.address) as client:
        await begin_training(client)
        for name, (path, fields) in IMPOSSIBLE_NUMBERS.items():
            error = await error_of(client, point(**fields))
            assert (error["code"], error["path"]) == ("invalid_field", path), name
            assert len(error["message"]) < 200, name
        await assert_nothing_has_changed(client)


async def test_of_fields_given_twice_the_last_counts_and_two_types_are_refused(scene: Standing) -> None:
    async with Client(scene.address) as client:
        await client.send_raw(point(id="1")[:-1] + ', "x": 2, "id": 2}')
        assert (await client.answer_to(2))["point_ids"] == [1]
        error = await error_of(client, '{"type": "ADD_POINT", "type": "CLEAR_POINTS", "x": 0, "y": 0, "label": 0}')
        assert (error["code"], error["path"]) == ("invalid_field", "type")
    async with Client(scene.address, client.session_id) as again:
        assert [row[:4] for row in again.session["state"]["points"]] == [[1, 2.0, 0.0, 0]]


async def test_names_that_no_field_has_are_not_repeated_to_a_person(scene: Standing) -> None:
    async with Client(scene.address) as client:
        for name in ["", "a\nb", "\0", "a`b", "\u2028", "\u202e", "x" * 60_000, "{}", "<b>"]:
            error = await error_of(client, json.dumps({"type": "CLEAR_POINTS", name: 1}))
            assert (error["code"], error["path"]) == ("invalid_field", None), name
            assert error["message"] == "There is a field that is not known here."


@pytest.mark.parametrize("kind", ["NO_SUCH", "CONFIGURE", "ADD_POINTS"])
async def test_100_000_nested_brackets_are_too_big_or_too_deep(scene: Standing, kind: str) -> None:
    async with Client(scene.address) as client:
        await begin_training(client)
        await client.send_raw(f'{{"type": "{kind}", "points": ' + "[" * 100_000 + "]" * 100_000 + "}")
        assert await client.until_closed() == 1009
    async with Client(scene.address, client.session_id) as again:
        await assert_nothing_has_changed(again)


async def test_a_binary_message_is_closed_with_1003(scene: Standing) -> None:
    async with Client(scene.address) as client:
        await begin_training(client)
        await client.send_raw(b'{"type": "CLEAR_POINTS"}')
        assert await client.until_closed() == 1003
    async with Client(scene.address, client.session_id) as again:
        await assert_nothing_has_changed(again)


async def test_100_000_messages_in_a_burst_are_all_answered() -> None:
    burst = 100_000
    messages = [frame(TEXT, b'{"type": "VIEW", "visible": true, "id": %d}' % number) for number in range(burst)]
    sent = b"".join(messages) + frame(CLOSE, struct.pack("!H", 1000))
    async with (
        standing("--messages-per-second", f"{burst}", "--message-burst", f"{burst}") as scene,
        RawClient(scene.address, receive_buffer_bytes=1_000_000) as client,
    ):
        sending = asyncio.create_task(client.send_bytes(sent))
        receiving = asyncio.create_task(client.received_until_end(120))
        await scene.undisturbed()
        await sending
        hello, *answers = [json.loads(data) for opcode, data in (await receiving).frames if opcode == TEXT]
        assert hello["type"] == "SESSION"
        assert answers == [{"type": "OK", "id": number} for number in range(burst)]
