"""A slow link, and one that stands still: what is shown is the newest. What they cost is for `make bench`."""

from backend.settings import Settings
from tests.support.client import Client
from tests.support.proxy import proxied
from tests.support.runs import begin_training, tell_figure
from tests.support.server import LocalServer

SLOW_BYTES_PER_S = 16_000
WIDE_VIEW = {"width": 200, "height": 200, "frames_per_second": 60}
"""Far more than the link carries."""
STALL_S = 10


async def begin_a_run_that_changes_its_map(client: Client) -> None:
    """A network too small for its points, with a rate too high, never comes to rest: its maps stay different."""
    await client.request("CONFIGURE", classes=8)
    await client.request("ADD_POINTS", points=[[x, y, (3 * x + 5 * y) % 8] for x in range(-5, 6) for y in range(-5, 6)])
    await begin_training(client, learning_rate=0.1, hidden_layers=[12, 12])
    # The rate is measured over a second.
    await client.until(lambda: len(client.of_type("TRAINING_STATUS")) > 12)


async def test_on_a_link_that_carries_less_than_is_asked_for_no_more_frames_are_under_way_than_may_be(
    server: LocalServer,
) -> None:
    async with proxied(server.address, SLOW_BYTES_PER_S) as link, Client(link.address) as client:
        await client.request("VIEW", **WIDE_VIEW)
        await begin_a_run_that_changes_its_map(client)
        for _ in range(10):
            seen = len(client.frames)
            await client.request("PROBE", x=0, y=0)
            # The answer comes behind all that was under way: no more than may be unacknowledged, and one or the other
            # that was just arriving, or followed at once.
            assert len(client.frames) - seen <= Settings().max_frames_in_flight + 2
            await client.until_frames(1)


async def test_after_a_stall_of_10_seconds_the_newest_map_comes_and_nothing_of_the_stall(server: LocalServer) -> None:
    async with proxied(server.address) as link, Client(link.address) as client, Client(server.address) as clock:
        await begin_a_run_that_changes_its_map(client)
        await clock.request("VIEW", frames_per_second=10)
        await begin_training(clock)
        link.stall()
        maps, messages = len(client.frames), len(client.messages)
        began_s = clock.frame_times_s[-1]
        # The neighbour's maps are the clock.
        while clock.frame_times_s[-1] - began_s < STALL_S:
            await clock.until_frames(1)
        stalled_at, carried = client.frames[maps - 1], link.downstream_bytes
        # It stands still one way only: the question arrives, and is answered, before the link carries again.
        asked = await client.send("PROBE", x=0, y=0)
        await clock.until_frames(3)
        link.flow()
        await client.until(lambda: len(client.frames) >= maps + 4)
        shown = client.frames[maps : maps + 4]
        newest = (await client.answer_to(asked))["step"]
        tell_figure(
            f"steps: {stalled_at.step:,} before the stall, then {[f'{each.step:,}' for each in shown]}, "
            f"asked at {newest:,}; {link.downstream_bytes - carried:,} bytes until then"
        )
        # What was under way when the link stood still, then at once what the run has come to meanwhile.
        assert [each.seq for each in shown] == list(range(stalled_at.seq + 1, stalled_at.seq + 5))
        assert shown[2].step >= newest > shown[1].step
        statuses = [message for message in client.messages[messages:] if message["type"] == "TRAINING_STATUS"]
        assert len(statuses) <= len(client.frames) - maps
