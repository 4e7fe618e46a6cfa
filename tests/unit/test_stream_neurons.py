"""The frame pump: neuron maps, maps of a unit, and METRICS."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from backend.logic.config import ConfigChanges
from backend.logic.run_state import RunState
from backend.neuron_frames import NeuronFrame
from backend.view import ViewWish
from tests.unit.pump_rig import Rig

DIAGRAM = ViewWish(neurons=True)


def rests(rig: Rig) -> bool:
    return bool(rig.statuses) and rig.statuses[-1].run_state is not RunState.TRAINING


def all_of_last_step(rig: Rig) -> Callable[[], bool]:
    """Whether the run rests, and map and neuron maps of its final step have come."""
    return lambda: (
        rests(rig)
        and bool(rig.frames)
        and bool(rig.neurons)
        and rig.frames[-1].step == rig.neurons[-1].step == rig.statuses[-1].step
    )


async def test_no_neuron_maps_when_nobody_asks(rig: Rig) -> None:
    rig.do(lambda: rig.session.train_for(500, "step"))
    await rig.acknowledging_until(lambda: rests(rig))
    assert rig.neurons == []


async def test_neuron_maps_come_with_the_map_of_the_same_snapshot_under_one_numbering(rig: Rig) -> None:
    rig.pump.view(DIAGRAM)
    rig.do(rig.session.start)
    await rig.acknowledging_until(lambda: len(rig.neurons) == 4)
    assert [frame.seq for frame in rig.sent] == list(range(1, len(rig.sent) + 1))
    steps = {frame.step for frame in rig.frames}
    assert all(neurons.step in steps for neurons in rig.neurons)
    assert rig.neurons[-1].maps.side == 24
    assert rig.neurons[-1].maps.unit_counts == (2, 8, 8, 2)


@pytest.mark.parametrize(("training_sessions", "side", "most"), [(1, 24, 10), (5, 16, 5)])
async def test_neuron_maps_come_less_often_than_maps_and_the_less_the_more_train(
    rig: Rig, training_sessions: int, side: int, most: int
) -> None:
    rig.training_sessions = training_sessions
    rig.pump.view(replace(DIAGRAM, frames_per_second=60))
    rig.do(rig.session.start)
    await rig.acknowledging_until(lambda: len(rig.neurons) == 6)
    times_s = rig.times_of(NeuronFrame)
    # The second follows the first at once, and so may one that was late.
    assert times_s[5] - times_s[0] > 3 / most
    assert rig.neurons[-1].maps.side == side
    assert len(rig.frames) > len(rig.neurons)


async def test_the_weights_are_those_of_the_step_that_the_frame_tells(rig: Rig) -> None:
    rig.pump.view(DIAGRAM)
    rig.do(lambda: rig.session.train_for(77, "step"))
    await rig.acknowledging_until(all_of_last_step(rig))
    snapshot = rig.session.snapshot
    assert snapshot is not None
    assert rig.neurons[-1].step == 77
    first = snapshot.architecture.layers(snapshot.parameters)[0]
    assert rig.neurons[-1].maps.weights[0] == tuple(tuple(row) for row in first.weight.tolist())
    assert rig.neurons[-1].maps.biases[0] == tuple(first.bias.tolist())


@pytest.mark.parametrize("max_frames_in_flight", [1, 2, 3])
async def test_map_and_neuron_maps_of_the_final_step_both_arrive_however_slowly_they_are_acknowledged(
    max_frames_in_flight: int,
) -> None:
    rig = Rig(max_frames_in_flight)
    rig.pump.view(DIAGRAM)
    rig.do(rig.session.start)
    await rig.until(lambda: len(rig.sent) == max_frames_in_flight)
    await rig.trained(300)
    rig.do(rig.session.stop)
    await rig.until(lambda: rests(rig))
    assert len(rig.sent) == max_frames_in_flight
    acknowledged = 0
    while not all_of_last_step(rig)():
        acknowledged += 1
        rig.pump.acknowledge(acknowledged)
        await rig.until(lambda wanted=acknowledged: len(rig.sent) > wanted)  # type: ignore[misc]
    await rig.close()


async def test_neuron_maps_are_never_as_many_as_maps_however_slow_those_are(rig: Rig) -> None:
    rig.pump.view(replace(DIAGRAM, frames_per_second=8))
    # There is a new snapshot whenever one is due, from the first step on.
    rig.do(lambda: rig.session.configure(ConfigChanges(speed=1000.0)))
    rig.do(rig.session.start)
    await rig.acknowledging_until(lambda: len(rig.neurons) == 4)
    # Where no newer snapshot has come, on a busy machine, they go alone now and then.
    assert len(rig.frames) > len(rig.neurons)


async def test_with_one_frame_in_flight_maps_and_neuron_maps_take_turns() -> None:
    rig = Rig(max_frames_in_flight=1)
    rig.pump.view(DIAGRAM)
    rig.do(rig.session.start)
    await rig.acknowledging_until(lambda: len(rig.neurons) == 3)
    assert len(rig.frames) >= 3
    await rig.close()


async def test_after_a_stall_neuron_maps_are_of_the_newest_step_and_nothing_is_replayed(rig: Rig) -> None:
    rig.pump.view(DIAGRAM)
    rig.do(rig.session.start)
    await rig.until(lambda: len(rig.sent) == 2)
    await rig.trained(500)
    known = rig.session.step
    await rig.acknowledging_until(lambda: len(rig.neurons) == 2)
    assert all(frame.step >= known for frame in rig.sent[2:])


async def test_a_hidden_page_gets_no_neuron_maps_and_both_at_once_when_it_is_seen_again(rig: Rig) -> None:
    rig.pump.view(replace(DIAGRAM, visible=False, metrics=True))
    rig.do(lambda: rig.session.train_for(100, "step"))
    await rig.until(lambda: rests(rig))
    assert rig.sent == []
    assert rig.figures == []
    rig.pump.view(replace(DIAGRAM, metrics=True))
    await rig.until(lambda: len(rig.sent) == 2 and bool(rig.figures))
    assert (rig.frames[0].step, rig.neurons[0].step, rig.figures[0].step) == (100, 100, 100)


async def resting(rig: Rig) -> None:
    """Train a little, and wait until everything of it has been shown."""
    rig.do(lambda: rig.session.train_for(100, "step"))
    await rig.acknowledging_until(lambda: rests(rig) and bool(rig.frames) and rig.frames[-1].step == 100)
    rig.acknowledge_all()


async def test_neuron_maps_asked_for_while_resting_come_at_once_and_alone(rig: Rig) -> None:
    await resting(rig)
    maps = len(rig.frames)
    rig.pump.view(DIAGRAM)
    await rig.until(lambda: len(rig.neurons) == 1)
    assert rig.neurons[0].step == 100
    assert len(rig.frames) == maps


async def test_tiles_of_another_size_are_sent_at_once(rig: Rig) -> None:
    await resting(rig)
    rig.pump.view(DIAGRAM)
    await rig.until(lambda: len(rig.neurons) == 1)
    rig.acknowledge_all()
    rig.pump.view(replace(DIAGRAM, tile_size=50))
    await rig.until(lambda: len(rig.neurons) == 2)
    assert rig.neurons[1].maps.side == 50


async def test_another_unit_is_shown_at_once_also_while_resting(rig: Rig) -> None:
    await resting(rig)
    for unit in ((1, 3), (3, 1), (0, 0)):
        rig.pump.view(ViewWish(unit=unit))
        await rig.until(lambda: rig.frames[-1].unit is not None and rig.frames[-1].unit[:2] == unit)  # noqa: B023
        rig.acknowledge_all()
    rig.pump.view(ViewWish())
    await rig.until(lambda: rig.frames[-1].unit is None)
    assert rig.frames[-1].step == 100


async def test_when_the_unit_is_gone_the_networks_own_map_comes_by_itself(rig: Rig) -> None:
    await resting(rig)
    rig.pump.view(ViewWish(unit=(2, 7)))
    await rig.until(lambda: rig.frames[-1].unit is not None)
    rig.acknowledge_all()
    rig.do(lambda: rig.session.configure(ConfigChanges(hidden_layers=(8, 4))))
    await rig.acknowledging_until(lambda: rig.frames[-1].unit is None and rig.frames[-1].step == 0)
    assert rig.frames[-1].classes == 2


async def test_a_model_that_nobody_has_trained_is_shown_at_step_0(rig: Rig) -> None:
    rig.pump.view(DIAGRAM)
    rig.do(rig.session.ensure_model)
    await rig.until(lambda: len(rig.sent) == 2)
    assert (rig.frames[0].step, rig.neurons[0].step) == (0, 0)
    assert rig.statuses[-1].run_state is RunState.IDLE


async def test_a_model_that_is_reset_while_it_is_looked_at_is_not_shown(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    observe = rig.renderer.observe
    seen: list[int] = []

    async def observe_while_reset(*arguments: Any, **wishes: Any) -> object:
        observation = await observe(*arguments, **wishes)
        if arguments[0].step > 0 and not seen:
            rig.session.reset()
            seen.append(len(rig.sent))
        return observation

    monkeypatch.setattr(rig.renderer, "observe", observe_while_reset)
    rig.pump.view(DIAGRAM)
    rig.do(rig.session.start)
    await rig.acknowledging_until(all_of_last_step(rig))
    assert all(frame.step == 0 for frame in rig.sent[seen[0] :])


async def test_metrics_are_told_less_often_than_maps_and_once_at_rest(rig: Rig) -> None:
    rig.pump.view(ViewWish(metrics=True))
    rig.do(rig.session.start)
    times_s: list[float] = []
    while len(times_s) < 4:
        seen = len(rig.figures)
        await rig.acknowledging_until(lambda seen=seen: len(rig.figures) > seen)  # type: ignore[misc]
        times_s.append(asyncio.get_running_loop().time())
    assert times_s[3] - times_s[0] > 1 / 3
    assert len(rig.frames) > len(rig.figures)
    rig.do(rig.session.stop)
    await rig.acknowledging_until(lambda: rests(rig) and rig.figures[-1].step == rig.statuses[-1].step)
    told = len(rig.figures)
    rig.acknowledge_all()
    rig.pump.view(ViewWish(metrics=True, width=40))
    await rig.until(lambda: rig.frames[-1].width == 40)
    assert len(rig.figures) == told


async def test_no_metrics_when_nobody_asks_and_at_once_when_somebody_does(rig: Rig) -> None:
    await resting(rig)
    assert rig.figures == []
    rig.pump.view(ViewWish(metrics=True))
    await rig.until(lambda: len(rig.figures) == 1)
    figures = rig.figures[0]
    assert sum(map(sum, figures.train_confusion)) == 40
    assert (len(figures.gradient_norms), len(figures.dead_shares)) == (3, 2)
    assert figures.learning_rate == rig.session.config.learning_rate


async def test_metrics_do_not_pile_up_for_a_client_that_does_not_acknowledge(rig: Rig) -> None:
    rig.pump.view(ViewWish(metrics=True))
    rig.do(rig.session.start)
    await rig.until(lambda: len(rig.frames) == 2)
    told = len(rig.figures)
    await rig.trained(500)
    assert len(rig.figures) <= told + 1
