"""A link of 1 Mbit/s: what it shows is fresh, and what it costs the training is told."""

import statistics

from tests.support.client import Client
from tests.support.proxy import proxied
from tests.support.runs import begin_training, tell_figure
from tests.support.server import LocalServer

MEGABIT_BYTES_PER_S = 125_000
WIDE_VIEW = {"width": 200, "height": 200, "frames_per_second": 60}
"""Far more than the link carries."""
STALL_S = 10


async def steps_per_second(client: Client, statuses: int) -> float:
    """The median of the rates that the next statuses tell."""
    seen = len(client.of_type("TRAINING_STATUS"))
    await client.until(lambda: len(client.of_type("TRAINING_STATUS")) >= seen + statuses)
    rates: list[float] = [s["steps_per_second"] for s in client.of_type("TRAINING_STATUS")[seen:]]
    return statistics.median(rates)


async def begin_a_run_that_changes_its_map(client: Client) -> None:
    """A network too small for its points, with a rate too high, never comes to rest: its maps stay different."""
    await client.request("CONFIGURE", classes=8)
    await client.request("ADD_POINTS", points=[[x, y, (3 * x + 5 * y) % 8] for x in range(-5, 6) for y in range(-5, 6)])
    await begin_training(client, learning_rate=0.1, hidden_layers=[12, 12])
    # The rate is measured over a second.
    await client.until(lambda: len(client.of_type("TRAINING_STATUS")) > 12)


async def test_on_a_link_of_1_megabit_the_shown_step_is_less_than_2_seconds_old(server: LocalServer) -> None:
    async with proxied(server.address, MEGABIT_BYTES_PER_S) as link, Client(link.address) as client:
        await client.request("VIEW", **WIDE_VIEW)
        await begin_a_run_that_changes_its_map(client)
        first_seq, carried, began_s = client.frames[-1].seq, link.downstream_bytes, client.frame_times_s[-1]
        lags_s = []
        for _ in range(15):
            await client.until_frames(2)
            shown = client.frames[-1].step
            newest = (await client.request("PROBE", x=0, y=0))["step"]
            # How long the trainer, at its own rate, took from the shown step to the newest one.
            lags_s.append((newest - shown) / client.last("TRAINING_STATUS")["steps_per_second"])
        window_s = client.frame_times_s[-1] - began_s
        tell_figure(
            f"1 Mbit/s: {(client.frames[-1].seq - first_seq) / window_s:.0f} frames/s of "
            f"{(link.downstream_bytes - carried) / (client.frames[-1].seq - first_seq):,.0f} bytes, "
            f"shown step {statistics.median(lags_s):.2f} s behind, at most {max(lags_s):.2f} s"
        )
        assert statistics.median(lags_s) < 2


async def test_a_slow_link_does_not_slow_the_training(server: LocalServer) -> None:
    async with Client(server.address) as client:
        await begin_a_run_that_changes_its_map(client)
        free = await steps_per_second(client, 20)
    async with proxied(server.address, MEGABIT_BYTES_PER_S) as link, Client(link.address, client.session_id) as client:
        await client.until(lambda: len(client.of_type("TRAINING_STATUS")) > 12)
        throttled = await steps_per_second(client, 20)
        tell_figure(f"training at 1 Mbit/s: {throttled:,.0f} steps/s, unthrottled {free:,.0f}: {throttled / free:.0%}")
        assert throttled > 0.3 * free


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
        link.flow()
        await client.until(lambda: len(client.frames) >= maps + 4)
        shown = client.frames[maps : maps + 4]
        newest = (await client.request("PROBE", x=0, y=0))["step"]
        tell_figure(
            f"steps: {stalled_at.step:,} before the stall, then {[f'{each.step:,}' for each in shown]}, "
            f"now {newest:,}; {link.downstream_bytes - carried:,} bytes until then"
        )
        # What was under way when the link stood still, then at once what the run has come to meanwhile.
        assert [each.seq for each in shown] == list(range(stalled_at.seq + 1, stalled_at.seq + 5))
        assert shown[2].step - shown[1].step > 0.9 * (newest - stalled_at.step)
        statuses = [message for message in client.messages[messages:] if message["type"] == "TRAINING_STATUS"]
        assert len(statuses) <= len(client.frames) - maps
