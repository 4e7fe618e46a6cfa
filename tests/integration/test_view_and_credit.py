"""VIEW and ACK: what a client is shown, and how much of it may be unacknowledged."""

from typing import Any

import pytest

from backend.frames import MapFrame
from tests.support.client import Client
from tests.support.runs import (
    XOR_ROWS,
    begin_training,
    frame_after,
    resting_frame,
    status_after,
    stop_training,
    train_on,
)
from tests.support.server import LocalServer


async def served(client: Client, times: int = 10) -> None:
    """Let the server go through its loop: each probe waits for its turn behind whatever could be sent before it."""
    for _ in range(times):
        await client.request("PROBE", x=0, y=0)


async def starve(client: Client) -> MapFrame:
    """Train without acknowledging until the credit is used up, and return the last frame there was credit for."""
    client.acknowledges = False
    await client.request("ADD_POINTS", points=XOR_ROWS)
    await client.request("START_TRAINING")
    await client.until_frames(2)
    return client.frames[-1]


async def until_step(client: Client, step: int) -> None:
    """Wait until the trainer is beyond a step, as PROBE tells it."""
    while ((await client.request("PROBE", x=0, y=0))["step"] or 0) <= step:
        pass


async def test_frames_count_up_from_1(client: Client) -> None:
    await begin_training(client)
    await client.until_frames(5)
    assert [frame.seq for frame in client.frames] == list(range(1, len(client.frames) + 1))
    steps = [frame.step for frame in client.frames]
    assert steps == sorted(steps)


async def test_without_an_acknowledgement_there_are_two_frames_and_no_more(client: Client) -> None:
    last = await starve(client)
    await until_step(client, last.step + 2000)
    assert [frame.seq for frame in client.frames] == [1, 2]


async def test_statuses_do_not_pile_up_for_a_client_that_does_not_acknowledge(client: Client) -> None:
    last = await starve(client)
    await until_step(client, last.step + 2000)
    assert len(client.of_type("TRAINING_STATUS")) <= 3


async def test_when_credit_returns_the_newest_snapshot_is_sent(client: Client) -> None:
    last = await starve(client)
    await until_step(client, last.step + 2000)
    await client.acknowledge(2)
    await client.until(lambda: len(client.frames) >= 4)
    assert client.frames[2].step > last.step + 2000
    await served(client)
    assert [frame.seq for frame in client.frames] == [1, 2, 3, 4]


async def test_an_ack_gives_back_only_its_own_frame_and_those_before(client: Client) -> None:
    await starve(client)
    await client.acknowledge(1)
    await client.until(lambda: len(client.frames) >= 3)
    await served(client)
    assert len(client.frames) == 3


@pytest.mark.parametrize("seq", [3, 4, 1000, 2**32 - 1])
async def test_an_ack_for_a_frame_that_was_not_sent_changes_nothing(client: Client, seq: int) -> None:
    last = await starve(client)
    await client.request("ACK", seq=seq)
    await until_step(client, last.step + 500)
    assert len(client.frames) == 2
    await client.acknowledge(2)
    await client.until(lambda: len(client.frames) >= 4)


async def test_an_old_ack_again_changes_nothing(client: Client) -> None:
    await starve(client)
    await client.acknowledge(2)
    await client.until(lambda: len(client.frames) >= 4)
    last = client.frames[-1]
    for seq in (1, 2, 2, 1):
        await client.request("ACK", seq=seq)
    await until_step(client, last.step + 500)
    assert len(client.frames) == 4


async def test_a_stop_without_credit_is_told_at_once_and_its_frame_comes_with_the_credit(client: Client) -> None:
    last = await starve(client)
    await until_step(client, last.step + 500)
    status = await stop_training(client)
    assert status["step"] > last.step
    assert status["train_loss"] is not None
    assert len(client.frames) == 2
    await client.acknowledge(2)
    await client.until(lambda: len(client.frames) == 3)
    assert client.frames[2].step == status["step"]


@pytest.mark.parametrize(("width", "height"), [(8, 8), (200, 200), (50, 20), (9, 150)])
async def test_a_view_has_the_size_that_was_asked_for(client: Client, width: int, height: int) -> None:
    await client.request("ADD_POINTS", points=XOR_ROWS)
    status = await status_after(client, "STEP_TRAINING")
    await resting_frame(client)
    frame = await frame_after(client, "VIEW", width=width, height=height)
    assert (frame.width, frame.height, len(frame.cells)) == (width, height, width * height)
    assert frame.step == status["step"]


async def test_fields_that_a_view_leaves_out_stay(client: Client) -> None:
    await client.request("VIEW", width=20)
    await client.request("VIEW", height=30)
    await begin_training(client)
    assert (client.frames[-1].width, client.frames[-1].height) == (20, 30)


async def test_a_slower_view_gets_fewer_frames(client: Client) -> None:
    await client.request("VIEW", frames_per_second=4)
    await begin_training(client)
    await client.until_frames(4)
    first, last = client.frame_times_s[0], client.frame_times_s[-1]
    # At 4 a second four more frames take a second; a frame that was late may be followed sooner.
    assert last - first > 0.6


async def test_a_hidden_view_gets_no_frames_and_one_at_once_when_it_is_seen_again(client: Client) -> None:
    await begin_training(client)
    await client.request("VIEW", visible=False)
    seen = len(client.frames)
    await until_step(client, client.frames[-1].step + 2000)
    assert len(client.frames) == seen
    hidden_step = (await client.request("PROBE", x=0, y=0))["step"]
    await client.request("VIEW", visible=True)
    await client.until(lambda: len(client.frames) > seen)
    assert client.frames[seen].step >= hidden_step
    await train_on(client)


async def test_a_resting_run_is_shown_again_when_the_view_is_seen_again(client: Client) -> None:
    await begin_training(client)
    status = await stop_training(client)
    await client.request("VIEW", visible=False)
    await served(client)
    assert (await frame_after(client, "VIEW", visible=True)).step == status["step"]


async def test_a_stop_while_hidden_is_told(client: Client) -> None:
    await begin_training(client)
    await client.request("VIEW", visible=False)
    status = await stop_training(client)
    seen = len(client.frames)
    await served(client)
    assert len(client.frames) == seen
    assert (await frame_after(client, "VIEW", visible=True)).step == status["step"]


async def test_a_size_changed_while_the_last_map_is_made_is_shown_too(
    server: LocalServer, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    await begin_training(client)
    await stop_training(client)
    renderer = server.app.services.renderer
    observe = renderer.observe
    asked: list[int] = []

    async def observe_while_resized(*arguments: Any, **wishes: Any) -> object:
        result = await observe(*arguments, **wishes)
        if not asked:
            asked.append(await client.send("VIEW", width=60, height=60))
            await client.answer_to(asked[0])
        return result

    monkeypatch.setattr(
        type(renderer), "observe", lambda _, *arguments, **wishes: observe_while_resized(*arguments, **wishes)
    )
    await client.request("VIEW", width=40, height=40)
    await client.until(lambda: client.frames[-1].width == 60)


async def test_statuses_come_with_frames_and_at_most_about_ten_a_second(client: Client) -> None:
    await begin_training(client)
    await client.until(lambda: len(client.of_type("TRAINING_STATUS")) > 2)
    told, frames, began = len(client.of_type("TRAINING_STATUS")), len(client.frames), client.frame_times_s[-1]
    await client.until(lambda: client.frame_times_s[-1] - began > 1)
    window_s = client.frame_times_s[-1] - began
    statuses = len(client.of_type("TRAINING_STATUS")) - told
    assert 1 <= statuses <= 10 * window_s + 2
    assert statuses <= len(client.frames) - frames + 1
    steps = {frame.step for frame in client.frames}
    assert all(s["step"] in steps for s in client.of_type("TRAINING_STATUS")[1:])
