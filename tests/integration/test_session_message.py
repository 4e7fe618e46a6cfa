"""SESSION, ids and the order of messages: what every connection can rely on."""

import json

import msgspec
import pytest

from backend.logic.config import RunConfig
from backend.settings import Settings
from tests.support.client import Client, RefusedByServerError
from tests.support.runs import begin_training, train_on
from tests.support.server import LocalServer, local_server


async def test_the_first_message_is_session_with_limits_defaults_and_no_points(client: Client) -> None:
    assert client.messages[0] == {
        "type": "SESSION",
        "protocol": 1,
        "resumed": False,
        "limits": {
            "points": 5000,
            "parameters": 100_000,
            "classes": 8,
            "hidden_layers": 10,
            "units": 100,
            "message_bytes": 64 * 1024,
            "bulk_message_bytes": 512 * 1024,
            "frames_in_flight": 2,
            "resume_window_s": 60.0,
            "run_bytes": 16 * 1024 * 1024,
        },
        "finds_runs": True,
        "state": {
            "run_state": "IDLE",
            "config": json.loads(msgspec.json.encode(RunConfig())),
            "config_version": 1,
            "revision": 0,
            "points": [],
            "step": 0,
            "epoch": 0.0,
            "reason": None,
            "frozen": [],
        },
    }


async def test_session_tells_the_limits_that_were_set() -> None:
    settings = Settings(max_frames_in_flight=5, resume_window_s=7.5)
    async with local_server(settings) as server, Client(server.address) as client:
        limits = client.session["limits"]
        assert (limits["frames_in_flight"], limits["resume_window_s"]) == (5, 7.5)


@pytest.mark.parametrize("message_id", [0, 1, 2**53 - 1])
@pytest.mark.parametrize(
    "message",
    [
        {"type": "ADD_POINT", "x": 0, "y": 0, "label": 0},
        {"type": "ADD_POINT", "x": 0, "y": 0, "label": 5},
        {"type": "ADD_POINT", "x": 7, "y": 0, "label": 0},
        {"type": "STOP_TRAINING"},
        {"type": "PROBE", "x": 0, "y": 0},
        {"type": "ACK", "seq": 3},
        {"type": "NO_SUCH"},
    ],
    ids=["accepted", "refused by the session", "refused by the decoder", "illegal", "probe", "ack", "unknown"],
)
async def test_an_answer_carries_the_id_of_its_message(
    client: Client, message: dict[str, object], message_id: int
) -> None:
    await client.send_raw(json.dumps({**message, "id": message_id}))
    await client.until(lambda: len(client.messages) > 1)
    assert client.messages[1]["id"] == message_id


async def test_a_message_without_an_id_is_answered_with_null(client: Client) -> None:
    await client.send_raw('{"type": "ADD_POINT", "x": 0, "y": 0, "label": 0}')
    await client.send_raw('{"type": "ADD_POINT", "x": 9, "y": 0, "label": 0}')
    await client.until(lambda: len(client.messages) > 2)
    assert [(m["type"], m["id"]) for m in client.messages[1:]] == [("OK", None), ("ERROR", None)]


async def test_an_ack_without_an_id_is_not_answered(client: Client) -> None:
    await client.acknowledge(1)
    await client.request("PROBE", x=0, y=0)
    assert [m["type"] for m in client.messages] == ["SESSION", "PROBABILITIES"]


async def test_messages_sent_in_a_burst_are_answered_in_their_order(client: Client) -> None:
    await begin_training(client)
    seen = len(client.messages)
    ids = [await client.send("ADD_POINT", x=0, y=5, label=index % 2) for index in range(50)]
    await client.answer_to(ids[-1])
    answers = [m for m in client.messages[seen:] if m["type"] == "OK"]
    assert [m["id"] for m in answers] == ids
    assert [m["point_ids"] for m in answers] == [[17 + index] for index in range(50)]
    await train_on(client)


async def test_the_answer_comes_before_the_state_it_causes(client: Client) -> None:
    await client.request("LOAD_DATASET", dataset="xor")
    for kind in ("START_TRAINING", "STOP_TRAINING", "RESET_MODEL"):
        told = len(client.of_type("TRAINING_STATUS"))
        before = client.last("TRAINING_STATUS")["run_state"] if told else "IDLE"
        answer = await client.request(kind)
        await client.until(
            lambda told=told, before=before: any(  # type: ignore[misc]
                s["run_state"] != before for s in client.of_type("TRAINING_STATUS")[told:]
            )
        )
        change = next(s for s in client.of_type("TRAINING_STATUS")[told:] if s["run_state"] != before)
        position = next(i for i, m in enumerate(client.messages) if m is change)
        assert client.messages.index(answer) < position


async def test_a_full_server_says_so_and_keeps_the_sessions_it_has() -> None:
    async with local_server(Settings(max_sessions=1)) as server, Client(server.address) as first:
        await begin_training(first)
        async with Client(server.address) as refused:
            assert await refused.until_closed() == 1013
        (error,) = refused.messages
        assert (error["type"], error["id"], error["code"]) == ("ERROR", None, "server_full")
        assert error["message"].endswith(".")
        await train_on(first)
        # It is a session that has no room, not a connection: the first comes back.
        await first.close()
        async with Client(server.address, first.session_id) as again:
            assert again.session["resumed"] is True


async def test_two_sessions_do_not_see_each_other(server: LocalServer, client: Client) -> None:
    async with Client(server.address) as other:
        await other.request("ADD_POINT", x=1, y=1, label=1)
        await client.request("ADD_POINT", x=2, y=2, label=0)
        await other.request("CONFIGURE", seed=1)
        with pytest.raises(RefusedByServerError):
            await client.request("REMOVE_POINTS", ids=[2])
        await client.request("REMOVE_POINTS", ids=[1])
        assert client.of_type("CONFIG") == []
