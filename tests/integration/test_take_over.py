"""A second connection with the same id takes the session over, whatever the first one is doing."""

from tests.support.client import Client
from tests.support.raw import RawClient
from tests.support.runs import XOR_ROWS, begin_training, eventually, train_on
from tests.support.server import LocalServer


async def test_the_first_is_closed_with_4409_and_the_second_is_streamed_to(server: LocalServer, client: Client) -> None:
    await begin_training(client)
    async with Client(server.address, client.session_id) as second:
        assert second.session["resumed"] is True
        assert await client.until_closed() == 4409
        await second.until_frames(3)
        assert second.frames[0].seq == 1
        await train_on(second)


async def test_the_second_has_its_own_credit(server: LocalServer, client: Client) -> None:
    client.acknowledges = False
    await begin_training(client)
    await client.until(lambda: len(client.frames) == 2)
    async with Client(server.address, client.session_id) as second:
        await second.until_frames(5)


async def test_a_first_that_never_reads_is_taken_over_all_the_same(server: LocalServer) -> None:
    async with RawClient(server.address) as first:
        await first.send("ADD_POINTS", points=XOR_ROWS)
        await first.send("START_TRAINING")
        async with Client(server.address, first.session_id) as second:
            await second.until(lambda: bool(second.frames))
            await train_on(second)
            await second.request("PROBE", x=0, y=0)


async def test_what_the_first_still_sends_is_not_carried_out(server: LocalServer) -> None:
    async with RawClient(server.address) as first:
        await first.send("ADD_POINT", x=1, y=1, label=0)
        async with Client(server.address, first.session_id) as second:
            # It has not answered the close, so the server still reads from it.
            await first.send("ADD_POINT", x=0.5, y=0.5, label=0)
            await first.send("CLEAR_POINTS")
            await begin_training(second)
            await second.request("ADD_POINT", x=3, y=3, label=1)
            await train_on(second)
        async with Client(server.address, first.session_id) as third:
            positions = [row[1:3] for row in third.session["state"]["points"]]
            assert [1.0, 1.0] in positions
            assert [3.0, 3.0] in positions
            assert [0.5, 0.5] not in positions


async def test_the_second_keeps_the_session_when_the_first_has_gone(server: LocalServer, client: Client) -> None:
    await begin_training(client)
    async with Client(server.address, client.session_id) as second:
        await client.until_closed()
        await eventually(lambda: server.app.services.registry.connected_count == 1)
        await train_on(second)
        assert len(server.app.services.registry) == 1
