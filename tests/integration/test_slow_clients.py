"""Clients and links that cannot keep up: they see the newest, and nobody else notices them."""

from tests.support.client import Client
from tests.support.proxy import proxied
from tests.support.raw import RawClient
from tests.support.runs import begin_training, tell_figure, train_on
from tests.support.server import LocalServer


async def test_answers_to_a_client_that_never_reads_do_not_pile_up(server: LocalServer, client: Client) -> None:
    asked = 60
    async with RawClient(server.address) as silent:
        for _ in range(asked):
            # Each is answered by about 150 kB of points, of which the operating system takes some megabytes.
            await silent.send("LOAD_DATASET", dataset="xor", count=5000)
        for _ in range(asked):
            await client.request("LOAD_DATASET", dataset="xor", count=5000)
            client.messages.clear()
        # In the time in which the neighbour got as many answers, this one's were not even made.
        async with Client(server.address, silent.session_id) as second:
            assert 0 < second.session["state"]["revision"] < asked


async def test_after_a_stall_the_first_new_frame_is_the_newest(server: LocalServer) -> None:
    async with proxied(server.address) as link, Client(link.address) as client, Client(server.address) as watcher:
        await begin_training(client)
        await train_on(client)
        link.stall()
        await begin_training(watcher)
        # The watcher's frames are the clock: 30 a second and no sleep.
        await watcher.until_frames(60)
        seen = len(client.frames)
        stalled_at = client.frames[-1]
        link.flow()
        # At most the two frames in flight are from before the stall ended; the third is the newest.
        await client.until(lambda: len(client.frames) >= seen + 4)
        shown = client.frames[seen : seen + 4]
        answer = await client.request("PROBE", x=0, y=0)
        tell_figure(
            f"steps: {stalled_at.step:,} when it stalled, then {[f'{f.step:,}' for f in shown]}, now {answer['step']:,}"
        )
        assert [frame.seq for frame in shown] == list(range(stalled_at.seq + 1, stalled_at.seq + 5))
        fresh = shown[2]
        trained_in_the_stall = fresh.step - stalled_at.step
        assert answer["step"] - fresh.step < trained_in_the_stall
        assert fresh.step - shown[1].step > trained_in_the_stall / 2


async def test_a_stalled_link_does_not_hold_up_training(server: LocalServer) -> None:
    async with proxied(server.address) as link, Client(link.address) as client:
        await begin_training(client)
        session_id = client.session_id
        link.stall()
        step = client.frames[-1].step
        async with Client(server.address, session_id) as second:
            # Taking over past the stalled link finds the run far ahead of what was shown.
            await second.until(lambda: bool(second.frames) and second.frames[-1].step > step + 1000)
        link.flow()


async def test_a_link_cut_in_the_middle_of_a_frame_leaves_the_session_to_be_resumed(server: LocalServer) -> None:
    async with proxied(server.address, bytes_per_second=20_000) as link:
        client = Client(link.address)
        await client.connect()
        await begin_training(client)
        await train_on(client)
    await client.until_closed()
    await client.close()
    async with Client(server.address, client.session_id) as again:
        assert again.session["state"]["run_state"] == "TRAINING"
        await train_on(again)
