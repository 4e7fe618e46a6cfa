"""Decoding what clients send and encoding what the server says."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backend.client_messages import AddPoint, Configure
from backend.codec import decode, encode, id_of
from backend.errors import InvalidFieldError, MalformedError, MessageTooBigError, UnknownTypeError
from backend.logic.errors import RefusedError
from backend.logic.run_state import RunState
from backend.server_messages import Ok, TrainingStatus
from backend.settings import BULK_MESSAGE_BYTES, MESSAGE_BYTES


def refusal(text: str) -> RefusedError:
    with pytest.raises(RefusedError) as refused:
        decode(text)
    return refused.value


def test_a_message_is_typed() -> None:
    assert decode('{"type":"ADD_POINT","x":1,"y":-2.5,"label":1,"id":3}') == AddPoint(x=1.0, y=-2.5, label=1, id=3)
    assert decode('{"type":"CONFIGURE","learning_rate":0.1}') == Configure(learning_rate=0.1)


@pytest.mark.parametrize(
    "text", ["", "{", "nul", '{"type":"PROBE","x":NaN,"y":0}', '{"type":"PROBE","x":Infinity,"y":0}', "[" * 50_000]
)
def test_what_is_not_json_is_malformed(text: str) -> None:
    assert isinstance(refusal(text), MalformedError)


@pytest.mark.parametrize("text", ["[]", "5", '"ADD_POINT"', "null", "true"])
def test_what_is_not_an_object_is_malformed(text: str) -> None:
    assert "object" in str(refusal(text))


@pytest.mark.parametrize("text", ["{}", '{"type":5}', '{"type":"NOPE"}', '{"type":"add_point"}', '{"type":null}'])
def test_an_unknown_type_is_named_so(text: str) -> None:
    assert isinstance(refusal(text), UnknownTypeError)


@pytest.mark.parametrize(
    ("fields", "path", "words"),
    [
        ({"type": "ADD_POINT", "y": 0, "label": 0}, "x", "missing"),
        ({"type": "ADD_POINT", "x": 0, "y": 0, "label": 0, "z": 1}, "z", "no field"),
        ({"type": "ADD_POINT", "x": "0", "y": 0, "label": 0}, "x", "must be a number, not a text"),
        ({"type": "ADD_POINT", "x": 6.01, "y": 0, "label": 0}, "x", "6"),
        ({"type": "ADD_POINT", "x": 0, "y": 0, "label": 8}, "label", "7 at most"),
        ({"type": "ADD_POINT", "x": 0, "y": 0, "label": True}, "label", "true or false"),
        ({"type": "ADD_POINTS", "points": []}, "points", "1 entries at least"),
        ({"type": "ADD_POINTS", "points": [[0, 0, 0], [0, 0]]}, "points[1]", "3 to 4 entries"),
        ({"type": "ADD_POINTS", "points": [[0, 0, 0, 1.01]]}, "points[0][3]", "1.0 at most"),
        (
            {"type": "ADD_POINT", "x": 0, "y": 0, "label": 0, "value": "1"},
            "value",
            "must be a number or null, not a text",
        ),
        ({"type": "CHANGE_POINTS", "points": []}, "points", "1 entries at least"),
        ({"type": "CHANGE_POINTS", "points": [[1, 0, 0, 0], [1, 0, 0]]}, "points[1]", "4 to 5 entries"),
        ({"type": "CHANGE_POINTS", "points": [[0, 0, 0, 0]]}, "points[0][0]", "1 at least"),
        ({"type": "CHANGE_POINTS", "points": [[1, 0, 6.5, 0]]}, "points[0][2]", "6.0 at most"),
        ({"type": "CONFIGURE", "hidden_layers": [1] * 11}, "hidden_layers", "10 entries at most"),
        ({"type": "CONFIGURE", "hidden_layers": [1, 101]}, "hidden_layers[1]", "100 at most"),
        ({"type": "CONFIGURE", "learning_rate": 0}, "learning_rate", "more than 0"),
        ({"type": "CONFIGURE", "activation": "hardtanh"}, "activation", "hardtanh"),
        ({"type": "CONFIGURE", "batch_size": 10**30}, "batch_size", "5000 at most"),
        ({"type": "RESTORE", "config": {"color": 1}, "points": []}, "config.color", "no field"),
        ({"type": "ACK", "seq": 0}, "seq", "1 at least"),
        ({"type": "PROBE", "x": 0, "y": 0, "id": -1}, "id", "0 at least"),
    ],
)
def test_a_wrong_field_is_named_with_its_place(fields: dict[str, object], path: str, words: str) -> None:
    error = refusal(json.dumps(fields))
    assert isinstance(error, InvalidFieldError)
    assert error.path == path
    assert words in str(error)
    assert "`" not in str(error)


def test_a_number_beyond_doubles_is_refused() -> None:
    assert refusal('{"type":"PROBE","x":1e999,"y":0}').path == "x"


@given(st.text(max_size=300) | st.dictionaries(st.text(max_size=8), st.integers() | st.text()).map(json.dumps))
def test_any_text_is_a_message_or_a_refusal(text: str) -> None:
    with suppress(RefusedError):
        assert encode(Ok(id=decode(text).id))


@pytest.mark.parametrize(
    ("text", "message_id"),
    [
        ('{"type":"NOPE","id":5}', 5),
        ('{"id":7,"x":{"y":[1]}}', 7),
        ('{"id":true}', None),
        ('{"id":1.5}', None),
        ('{"id":"5"}', None),
        ('{"id":-1}', None),
        ("[1]", None),
        ("{", None),
    ],
)
def test_the_id_is_found_in_a_wrong_message(text: str, message_id: int | None) -> None:
    assert id_of(text) == message_id


def padded(kind: str, size: int) -> str:
    text = json.dumps({"type": kind, "points": [[0, 0, 0]]}) if kind == "ADD_POINTS" else json.dumps({"type": kind})
    return text + " " * (size - len(text))


@pytest.mark.parametrize(("kind", "limit"), [("CLEAR_POINTS", MESSAGE_BYTES), ("ADD_POINTS", BULK_MESSAGE_BYTES)])
def test_each_type_may_have_so_many_bytes_and_no_more(kind: str, limit: int) -> None:
    decode(padded(kind, limit))
    with pytest.raises(MessageTooBigError):
        decode(padded(kind, limit + 1))


@pytest.mark.parametrize(("kind", "limit"), [("CLEAR_POINTS", 2_000), ("ADD_POINTS", 3_000)])
def test_fewer_bytes_can_be_set(kind: str, limit: int) -> None:
    decode(padded(kind, limit), message_bytes=2_000, bulk_message_bytes=3_000)
    with pytest.raises(MessageTooBigError):
        decode(padded(kind, limit + 1), message_bytes=2_000, bulk_message_bytes=3_000)


def test_what_is_not_finite_becomes_null() -> None:
    status = TrainingStatus(
        run_state=RunState.DIVERGED,
        step=1,
        epoch=0.5,
        train_loss=float("nan"),
        test_loss=float("inf"),
        train_accuracy=None,
        test_accuracy=None,
        steps_per_second=None,
        reason=None,
    )
    told = json.loads(encode(status))
    assert (told["run_state"], told["train_loss"], told["test_loss"]) == ("DIVERGED", None, None)


def test_what_a_reply_does_not_have_is_left_out() -> None:
    assert json.loads(encode(Ok(id=None))) == {"type": "OK", "id": None}
