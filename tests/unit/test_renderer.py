"""The renderer: what is made together, in which order, and what of it fails or is wanted no more."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
import pytest_asyncio
import torch

from backend.logic.config import RunConfig
from backend.logic.gate import ComputeGate
from backend.logic.observation import Look, Observation, Observer
from backend.logic.snapshot import Examples, Snapshot
from backend.logic.watchdog import Watchdog
from backend.renderer import Renderer
from tests.support.runs import eventually
from tests.unit.networks import observe, snapshot_of

LOOK = Look(16, 12)
EQUAL = [snapshot_of(RunConfig(seed=seed, initialisation="large")) for seed in range(4)]
OTHER = snapshot_of(RunConfig(hidden_layers=(3,)))


class Booth:
    """A renderer whose gate is held until everybody has asked, and the batches in which it looks.

    Attributes:
        gate: the gate.
        renderer: the renderer.
        batches: the snapshots that were looked at together, in order.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.gate = ComputeGate()
        self.renderer = Renderer(self.gate)
        self.batches: list[list[Snapshot]] = []
        look = Observer.observe

        def noted(observer: Observer, snapshots: Sequence[Snapshot], wanted: Look) -> list[Observation]:
            self.batches.append(list(snapshots))
            return look(observer, snapshots, wanted)

        monkeypatch.setattr(Observer, "observe", noted)

    async def together(self, *asked: Callable[[], Any], before: Callable[[list[asyncio.Task[Any]]], Any] = id) -> Any:
        """What comes of requests that are all made before the first can be computed, or the exceptions they raise.

        Args:
            asked: each makes a request.
            before: called with their tasks before the gate is opened.
        """
        with self.gate.turn("training"):
            tasks = [asyncio.ensure_future(each()) for each in asked]
            # Each of them runs up to where it waits.
            await asyncio.sleep(0)
            before(tasks)
        return await asyncio.gather(*tasks, return_exceptions=True)


@pytest_asyncio.fixture
async def booth(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Booth]:
    made = Booth(monkeypatch)
    yield made
    made.renderer.close()


def looking(booth: Booth, snapshots: Sequence[Snapshot], look: Look = LOOK) -> list[Callable[[], Any]]:
    async def observation(snapshot: Snapshot) -> Observation:
        return (await booth.renderer.observe(snapshot, look))[0]

    return [partial(observation, snapshot) for snapshot in snapshots]


async def test_maps_of_equal_networks_are_made_together_and_everyone_gets_their_own(booth: Booth) -> None:
    seen = await booth.together(*looking(booth, EQUAL))
    assert booth.batches == [EQUAL]
    assert len({each.picture.cells for each in seen}) == len(EQUAL)
    assert [each.picture for each in seen] == [observe(snapshot, 16, 12).picture for snapshot in EQUAL]


async def test_what_differs_is_made_apart_and_whoever_waits_longest_comes_first(booth: Booth) -> None:
    first, second, third, _ = EQUAL
    asked = [*looking(booth, [first, OTHER, second]), *looking(booth, [third], Look(12, 16))]
    seen = await booth.together(*asked)
    assert booth.batches == [[first, second], [OTHER], [third]]
    assert [len(each.picture.cells) for each in seen] == [16 * 12] * 4
    assert seen[3].picture.width == 12


async def test_what_looks_inside_a_network_goes_alone(booth: Booth) -> None:
    await booth.together(*looking(booth, EQUAL[:2], Look(16, 12, unit=(1, 0))))
    await booth.together(*looking(booth, EQUAL[:2], Look(16, 12, tile_size=4)))
    assert [len(batch) for batch in booth.batches] == [1, 1, 1, 1]


async def test_so_many_are_made_together_that_nobody_waits_long(booth: Booth) -> None:
    await booth.together(*looking(booth, [EQUAL[0]] * 40, Look(100, 100)))
    assert sum(map(len, booth.batches)) == 40
    assert max(map(len, booth.batches)) == Observer().most_together(EQUAL[0], Look(100, 100)) < 10


async def test_a_snapshot_that_fails_harms_no_other_of_its_batch(booth: Booth) -> None:
    broken = snapshot_of(RunConfig(), parameters=EQUAL[0].parameters.to("meta"))
    *seen, failure = await booth.together(*looking(booth, [*EQUAL, broken]))
    assert [each.picture for each in seen] == [observe(snapshot, 16, 12).picture for snapshot in EQUAL]
    assert isinstance(failure, RuntimeError)


async def test_points_that_fail_harm_no_other_that_waits(booth: Booth) -> None:
    points = Examples(torch.zeros(3, 2), torch.zeros(3), torch.zeros(1, 5), torch.zeros(1))
    broken = replace(EQUAL[0], examples=points)
    asked = looking(booth, [EQUAL[0], broken, EQUAL[1]])
    seen, failure, other = await asyncio.wait_for(booth.together(*asked), 30)
    assert booth.batches == [EQUAL[:2], [broken]]
    assert [seen.picture, other.picture] == [observe(snapshot, 16, 12).picture for snapshot in EQUAL[:2]]
    assert isinstance(failure, RuntimeError)


async def test_a_turn_that_fails_is_logged_once_all_who_wait_are_told_and_the_next_is_taken(
    booth: Booth, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    reckon = Observer.most_together
    faults = [ZeroDivisionError("asked for")]

    def fail_once(observer: Observer, snapshot: Snapshot, look: Look) -> int:
        if faults:
            raise faults.pop()
        return reckon(observer, snapshot, look)

    monkeypatch.setattr(Observer, "most_together", fail_once)
    failures = await asyncio.wait_for(booth.together(*looking(booth, [EQUAL[0], OTHER])), 30)
    assert [str(failure) for failure in failures] == ["asked for", "asked for"]
    assert [record.__dict__["event"] for record in caplog.records] == ["render_failed"]
    (seen,) = await asyncio.wait_for(booth.together(*looking(booth, [EQUAL[1]])), 30)
    assert seen.picture == observe(EQUAL[1], 16, 12).picture


async def test_a_look_that_sees_too_little_is_answered_with_its_failure(
    booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Observer, "observe", lambda *_: [])
    failures = await asyncio.wait_for(booth.together(*looking(booth, EQUAL[:2])), 30)
    assert [type(failure) for failure in failures] == [ValueError, ValueError]


async def test_what_is_wanted_no_more_is_not_made(booth: Booth) -> None:
    first, second, third, _ = EQUAL
    seen = await booth.together(*looking(booth, [first, second, third]), before=lambda tasks: tasks[1].cancel())
    assert booth.batches == [[first, third]]
    assert isinstance(seen[1], asyncio.CancelledError)
    assert seen[2].picture == observe(third, 16, 12).picture


async def test_whoever_leaves_while_it_is_made_takes_nothing_from_the_others(
    booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()
    leaving: list[asyncio.Task[Any]] = []
    alone = observe(EQUAL[1], 16, 12)
    look = Observer.observe

    def leave_meanwhile(observer: Observer, snapshots: Sequence[Snapshot], wanted: Look) -> list[Observation]:
        asyncio.run_coroutine_threadsafe(cancel(), loop).result()
        return look(observer, snapshots, wanted)

    async def cancel() -> None:
        leaving[0].cancel()

    monkeypatch.setattr(Observer, "observe", leave_meanwhile)
    seen = await asyncio.wait_for(
        booth.together(*looking(booth, EQUAL[:2]), before=lambda tasks: leaving.append(tasks[0])), 30
    )
    assert isinstance(seen[0], asyncio.CancelledError)
    assert seen[1] == alone


async def test_probes_scores_and_insights_are_answered_among_the_maps(booth: Booth) -> None:
    renderer, snapshot = booth.renderer, EQUAL[0]
    seen, answer, scores, insight, other = await booth.together(
        *looking(booth, [snapshot]),
        lambda: renderer.answer(snapshot, 1.0, 2.0),
        lambda: renderer.evaluate(snapshot),
        lambda: renderer.look_into(snapshot),
        *looking(booth, [EQUAL[1]]),
    )
    assert booth.batches == [[snapshot, EQUAL[1]]]
    assert sum(answer.probabilities) == pytest.approx(1)
    assert scores.train_loss == pytest.approx(seen.scores.train_loss)
    assert sum(map(sum, insight.train_confusion)) == len(snapshot.examples.train_targets)
    assert other.picture == observe(EQUAL[1], 16, 12).picture


async def test_the_renderer_rests_as_long_as_it_worked(booth: Booth, monkeypatch: pytest.MonkeyPatch) -> None:
    worked_s: list[float] = []
    times_s: list[tuple[float, float]] = []

    def slow(_: Observer, snapshots: Sequence[Snapshot], __: Look) -> list[Observation]:
        began_s, computed_s = time.perf_counter(), time.thread_time()
        while time.thread_time() - computed_s < 0.02:
            pass
        worked_s.append(time.thread_time() - computed_s)
        times_s.append((began_s, time.perf_counter()))
        return [Observation(None, None, None)] * len(snapshots)  # type: ignore[arg-type]

    monkeypatch.setattr(Observer, "observe", slow)
    # Each is longer than a turn may last, so that the second is made in the next.
    await booth.together(*looking(booth, [EQUAL[0], OTHER]))
    (_, ended_s), (next_s, _) = times_s
    assert next_s - ended_s >= worked_s[0]


async def test_what_a_map_has_cost_is_its_share_and_leaves_out_waiting(
    booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock_s = [0.0]

    def slow(_: Observer, snapshots: Sequence[Snapshot], __: Look) -> list[Observation]:
        clock_s[0] += 0.08
        return [Observation(None, None, None)] * len(snapshots)  # type: ignore[arg-type]

    monkeypatch.setattr(Observer, "observe", slow)
    monkeypatch.setattr("backend.renderer.time.thread_time", lambda: clock_s[0])
    seen = await booth.together(*[partial(booth.renderer.observe, snapshot, LOOK) for snapshot in EQUAL])
    assert [cost_s for _, cost_s in seen] == pytest.approx([0.02] * 4)


async def test_a_map_that_hangs_keeps_nobody_from_training_and_when_it_wakes_maps_come_again(
    booth: Booth, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    woken = threading.Event()
    observe_well = Observer.observe

    def hang(observer: Observer, snapshots: Sequence[Snapshot], look: Look) -> list[Observation]:
        assert woken.wait(30)
        return observe_well(observer, snapshots, look)

    monkeypatch.setattr(Observer, "observe", hang)
    watchdog = Watchdog(booth.gate, 0.2)
    (seeing,) = (asyncio.ensure_future(each()) for each in looking(booth, [EQUAL[0]]))
    await eventually(lambda: booth.gate.present() is not None)
    await asyncio.to_thread(take_a_turn, booth.gate)
    assert not seeing.done()
    woken.set()
    assert (await seeing).picture == observe(EQUAL[0], 16, 12).picture
    (again,) = await booth.together(*looking(booth, [EQUAL[1]]))
    assert again.picture == observe(EQUAL[1], 16, 12).picture
    watchdog.close()
    assert [record.message.partition(":")[0] for record in caplog.records] == ["The render thread hangs"]


async def test_who_waits_beside_a_map_that_hung_is_shown_theirs_in_a_turn_of_their_own(
    booth: Booth, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken = threading.Event()
    observe_well = Observer.observe
    has_turn = []
    # A turn is never over by what it has computed.
    monkeypatch.setattr("backend.renderer.time.thread_time", lambda: 0.0)

    def hang(observer: Observer, snapshots: Sequence[Snapshot], look: Look) -> list[Observation]:
        has_turn.append(booth.gate.present() is not None)
        assert woken.wait(30)
        return observe_well(observer, snapshots, look)

    monkeypatch.setattr(Observer, "observe", hang)
    watchdog = Watchdog(booth.gate, 0.2)
    seeing = [asyncio.ensure_future(each()) for each in looking(booth, [EQUAL[0], OTHER])]
    await eventually(lambda: booth.gate.present() is not None)
    await asyncio.to_thread(take_a_turn, booth.gate)
    woken.set()
    await asyncio.wait_for(asyncio.gather(*seeing), 30)
    watchdog.close()
    assert has_turn == [True, True]


def take_a_turn(gate: ComputeGate) -> None:
    with gate.turn("training"):
        pass
