"""Who may come in and who has to leave: sessions, addresses, idle times, memory, and how fast messages are read."""

import json
import secrets
import time
from contextlib import AsyncExitStack
from typing import Any

import pytest
from tornado.escape import utf8
from tornado.websocket import websocket_connect

from backend.settings import Settings
from tests.support.client import Client, RefusedByServerError
from tests.support.raw import RawClient
from tests.support.runs import XOR_ROWS, begin_training, eventually, train_on
from tests.support.server import local_server

HOUR_S = 3600.0


class Dial:
    """A reading that goes as it is told."""

    def __init__(self, value: float) -> None:
        self.value = value

    def __call__(self) -> float:
        return self.value


async def sent_away(client: Client) -> tuple[str, int | None]:
    """The code of the last ERROR that a client is told, and what closes its connection then."""
    close_code = await client.until_closed()
    error = client.last("ERROR")
    assert error["id"] is None
    assert error["message"].endswith(".")
    # For a place a page tries again by itself, and no sooner than it is told: nobody is asked to.
    is_about_room = error["code"] in {"server_full", "too_many_connections", "ended_for_memory"}
    assert error.get("retry_after_s") == (2 if is_about_room else None)
    assert not is_about_room or "try again" not in error["message"]
    return error["code"], close_code


async def test_one_session_more_than_there_can_be_is_refused_and_nobody_notices() -> None:
    async with local_server(Settings(max_sessions=3)) as server, AsyncExitStack() as stack:
        there = [await stack.enter_async_context(Client(server.address)) for _ in range(3)]
        for each in there:
            await begin_training(each)
        async with Client(server.address) as refused:
            assert await sent_away(refused) == ("server_full", 1013)
            assert refused.of_type("SESSION") == []
        for each in there:
            await train_on(each)
            assert each.of_type("ERROR") == []


async def test_a_place_that_becomes_free_is_free_at_once() -> None:
    async with local_server(Settings(max_sessions=1, max_connections_per_address=1)) as server:
        for _ in range(5):
            async with Client(server.address) as visitor:
                assert visitor.session["resumed"] is False


async def test_who_comes_and_goes_with_ever_new_sessions_fills_no_server() -> None:
    async with local_server(Settings(max_sessions=6, max_connections_per_address=3)) as server:
        left = []
        for _ in range(8):
            async with Client(server.address) as passing:
                await passing.request("ADD_POINT", x=0, y=0, label=0)
                left.append(passing.session_id)
        registry = server.app.services.registry
        assert [session_id for session_id in left if session_id in registry] == left[-3:]
        async with Client(server.address, left[-3]) as again, Client(server.address) as newcomer:
            assert (again.session["resumed"], newcomer.session["resumed"]) == (True, False)


async def test_one_connection_more_than_an_address_can_have_is_refused_until_one_leaves() -> None:
    settings = Settings(max_connections_per_address=2)
    async with local_server(settings) as server, Client(server.address) as first:
        await begin_training(first)
        async with Client(server.address):
            async with Client(server.address) as refused:
                assert await sent_away(refused) == ("too_many_connections", 1008)
            await train_on(first)
        async with Client(server.address) as third:
            assert third.of_type("SESSION")
        assert first.of_type("ERROR") == []


async def test_whoever_comes_back_takes_the_place_of_their_own_connection_that_is_half_open() -> None:
    async with (
        local_server(Settings(max_connections_per_address=1)) as server,
        RawClient(server.address) as lost,
        Client(server.address, lost.session_id) as again,
    ):
        assert again.session["resumed"] is True
        async with Client(server.address) as refused:
            assert await sent_away(refused) == ("too_many_connections", 1008)


async def test_whoever_does_nothing_for_a_day_is_told_and_can_restore_and_a_neighbour_stays() -> None:
    clock = Dial(0.0)
    async with (
        local_server(clock=clock) as server,
        Client(server.address) as idle,
        Client(server.address) as neighbour,
    ):
        await begin_training(neighbour)
        clock.value = 23 * HOUR_S
        # Frames are acknowledged all the time; that alone is no sign of a person.
        await neighbour.request("PROBE", x=0, y=0)
        clock.value = 25 * HOUR_S
        assert await sent_away(idle) == ("ended_idle", 1001)
        await train_on(neighbour)
        async with Client(server.address, idle.session_id) as again:
            assert again.session["resumed"] is False


@pytest.mark.parametrize("fields", [{}, {"id": 7}])
async def test_acknowledging_frames_is_no_sign_of_a_person(fields: dict[str, int]) -> None:
    clock = Dial(0.0)
    async with local_server(clock=clock) as server, Client(server.address) as client:
        await begin_training(client)
        clock.value = 25 * HOUR_S
        await client.send_raw(json.dumps({"type": "ACK", "seq": client.frames[-1].seq, **fields}))
        assert await sent_away(client) == ("ended_idle", 1001)


async def test_training_in_a_hidden_page_is_stopped_after_an_hour_and_says_why() -> None:
    clock = Dial(0.0)
    async with (
        local_server(clock=clock) as server,
        Client(server.address) as hidden,
        Client(server.address) as seen,
    ):
        for each in (hidden, seen):
            await begin_training(each)
        await hidden.request("VIEW", visible=False)
        clock.value = 2 * HOUR_S
        status = await hidden.until_state("PAUSED")
        assert status["reason"] == "Training stopped: nobody looked at it for 1 hour."
        await train_on(seen)
        await hidden.request("START_TRAINING")
        assert (await hidden.until_state("TRAINING"))["reason"] is None


async def test_while_memory_is_short_the_idle_are_ended_and_can_be_restored_and_the_active_train_on() -> None:
    clock, memory = Dial(0.0), Dial(0.5)
    async with (
        local_server(clock=clock, read_memory=memory) as server,
        Client(server.address) as idle,
        Client(server.address) as active,
    ):
        await idle.request("CONFIGURE", seed=5)
        await begin_training(idle)
        clock.value = HOUR_S
        await begin_training(active)
        memory.value = 0.9
        assert await sent_away(idle) == ("ended_for_memory", 1013)
        await train_on(active)
        async with Client(server.address, idle.session_id) as again:
            assert again.session["resumed"] is False
            await again.request("RESTORE", config={"seed": 5}, points=XOR_ROWS)
            await again.request("START_TRAINING")
            await train_on(again)
        assert active.of_type("ERROR") == []


async def test_while_memory_is_scarce_nobody_new_comes_in_and_whoever_has_a_session_does() -> None:
    memory = Dial(0.95)
    async with local_server(read_memory=memory) as server:
        await eventually(lambda: server.app.services.admission.is_memory_scarce)
        async with Client(server.address) as refused:
            assert await sent_away(refused) == ("server_full", 1013)
        memory.value = 0.5
        await eventually(lambda: not server.app.services.admission.is_memory_scarce)
        async with Client(server.address) as client:
            await client.request("ADD_POINT", x=0, y=0, label=0)
        memory.value = 0.95
        await eventually(lambda: server.app.services.admission.is_memory_scarce)
        async with Client(server.address, client.session_id) as again:
            assert again.session["resumed"] is True


@pytest.mark.parametrize("message", [{"kind": "PROBE", "x": 0, "y": 0}, {"kind": "ACK", "seq": 1}])
async def test_more_messages_than_the_rate_are_read_later_and_none_is_lost(message: dict[str, Any]) -> None:
    settings = Settings(messages_per_second=50, message_burst=50)
    async with (
        local_server(settings) as server,
        Client(server.address) as eager,
        Client(server.address) as neighbour,
    ):
        began_s = time.monotonic()
        asked = [await eager.send(**message) for _ in range(80)]
        for _ in range(10):
            await neighbour.request("PROBE", x=0, y=0)
        await eager.answer_to(asked[-1])
        assert [answer["id"] for answer in eager.messages if answer["type"] != "SESSION"] == asked
        # A burst at once, then fifty a second: this many cannot have been read sooner.
        assert time.monotonic() - began_s >= 29 / 50
        assert eager.close_code is None


async def test_pings_are_read_no_faster_than_messages() -> None:
    settings = Settings(messages_per_second=50, message_burst=50)
    async with local_server(settings) as server:
        connection = await websocket_connect(f"{server.address.replace('http', 'ws')}ws/{secrets.token_hex(16)}")
        began_s = time.monotonic()
        for _ in range(80):
            connection.ping(b"")
        await connection.write_message('{"type": "PROBE", "id": 1, "x": 0, "y": 0}')
        answer: str | bytes | None = None
        while answer is None or b'"id":1' not in utf8(answer):
            answer = await connection.read_message()
            assert answer is not None
        assert time.monotonic() - began_s >= 30 / 50
        connection.close()


async def test_acknowledgements_without_an_id_are_as_slow_and_as_safe() -> None:
    settings = Settings(messages_per_second=50, message_burst=50)
    async with local_server(settings) as server, Client(server.address) as eager:
        began_s = time.monotonic()
        for _ in range(80):
            await eager.acknowledge(1)
        await eager.request("PROBE", x=0, y=0)
        assert time.monotonic() - began_s >= 30 / 50
        assert eager.of_type("ERROR") == []


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("LOAD_DATASET", {"dataset": "xor", "count": 5000}),
        ("ADD_POINTS", {"points": [[0.125, 0.5, 1]] * 5000}),
    ],
)
async def test_a_long_message_and_a_long_answer_are_as_slow_as_many(kind: str, fields: dict[str, Any]) -> None:
    settings = Settings(messages_per_second=25, message_burst=25)
    async with local_server(settings) as server, Client(server.address) as eager:
        began_s = time.monotonic()
        await eager.request(kind, **fields)
        await eager.request("PROBE", x=0, y=0)
        # More than 90 kB went one way or the other: as many as 44 messages.
        assert time.monotonic() - began_s >= (44 - 25) / 25
        assert eager.of_type("ERROR") == []


async def test_limits_that_are_set_lower_hold_and_are_told() -> None:
    settings = Settings(max_points=20, max_parameters=500, max_message_bytes=2000, max_bulk_message_bytes=3000)
    async with local_server(settings) as server, Client(server.address) as client:
        limits = client.session["limits"]
        told = [limits[name] for name in ("points", "parameters", "message_bytes", "bulk_message_bytes")]
        assert told == [20, 500, 2000, 3000]
        too_much: list[tuple[str, dict[str, Any]]] = [
            ("ADD_POINTS", {"points": [[0, 0, 0]] * 21}),
            ("LOAD_DATASET", {"dataset": "xor", "count": 21}),
            ("CONFIGURE", {"hidden_layers": [100, 100]}),
            ("RESTORE", {"config": {"hidden_layers": [100, 100]}, "points": []}),
        ]
        for kind, fields in too_much:
            with pytest.raises(RefusedByServerError, match="at most") as refused:
                await client.request(kind, **fields)
            assert refused.value.code == "limit_exceeded"
        await client.request("LOAD_DATASET", dataset="xor", count=20)
        await client.send_raw('{"type": "CLEAR_POINTS"}'.ljust(2001))
        assert await client.until_closed() == 1009


async def test_maps_are_no_finer_than_is_set() -> None:
    async with local_server(Settings(max_map_side=16)) as server, Client(server.address) as client:
        await client.request("VIEW", width=100, height=50)
        await begin_training(client)
        assert all((frame.width, frame.height) == (16, 8) for frame in client.frames)


async def test_a_client_that_answers_no_ping_is_given_up_and_its_session_can_be_resumed() -> None:
    async with local_server(Settings(ping_interval_s=0.2)) as server, Client(server.address) as neighbour:
        async with RawClient(server.address) as silent:
            await eventually(lambda: server.app.services.registry.connected_count == 1)
            async with Client(server.address, silent.session_id) as again:
                assert again.session["resumed"] is True
        await neighbour.request("PROBE", x=0, y=0)
        assert neighbour.close_code is None


async def test_whoever_has_to_wait_for_being_read_is_not_taken_for_lost() -> None:
    settings = Settings(messages_per_second=20, message_burst=20, ping_interval_s=0.3)
    async with local_server(settings) as server, Client(server.address) as eager:
        # It takes two seconds until all is read; answers to pings come behind it.
        for _ in range(60):
            await eager.acknowledge(1)
        await eager.request("PROBE", x=0, y=0)
        assert eager.close_code is None
