"""The frame pump: maps and statuses."""

import pytest

from backend import metrics
from backend.alarm import Alarm
from backend.frames import MapFrame
from backend.logic.config import ConfigChanges
from backend.logic.observation import Look, Observation
from backend.logic.run_state import RunState
from backend.logic.snapshot import Snapshot
from backend.server_messages import Error
from backend.view import ViewWish, granted
from tests.unit.pump_rig import Rig


async def test_a_session_is_seen_while_its_page_is(rig: Rig) -> None:
    seen = []
    for visible in (False, True):
        rig.pump.view(ViewWish(visible=visible))
        seen.append(rig.session.is_seen)
    assert seen == [False, True]


async def test_no_more_frames_than_credit_and_then_the_newest(rig: Rig) -> None:
    rig.do(rig.session.start)
    await rig.until(lambda: len(rig.frames) == 2)
    await rig.trained(500)
    assert len(rig.frames) == 2
    known = rig.session.step
    rig.pump.acknowledge(2)
    await rig.until(lambda: len(rig.frames) >= 3)
    assert rig.frames[2].step >= known
    assert [frame.seq for frame in rig.frames[:3]] == [1, 2, 3]


async def test_forged_acknowledgements_give_no_credit(rig: Rig) -> None:
    rig.do(rig.session.start)
    await rig.until(lambda: len(rig.frames) == 2)
    rig.pump.acknowledge(99)
    rig.pump.acknowledge(1)
    await rig.until(lambda: len(rig.frames) == 3)
    rig.pump.acknowledge(1)
    await rig.trained(500)
    assert len(rig.frames) == 3


async def test_the_last_frame_and_the_last_status_show_the_final_step(rig: Rig) -> None:
    rig.do(lambda: rig.session.train_for(123, "step"))
    await rig.acknowledging_until(lambda: bool(rig.statuses) and rig.statuses[-1].run_state is RunState.PAUSED)
    assert rig.frames[-1].step == rig.statuses[-1].step == 123
    assert rig.statuses[-1].train_loss == pytest.approx(rig.frames[-1].train_loss)
    assert rig.statuses[-1].steps_per_second is None


async def test_whatever_has_been_scored_is_history(rig: Rig) -> None:
    rig.do(rig.session.ensure_model)
    await rig.acknowledging_until(lambda: len(rig.frames) == 1)
    rig.do(lambda: rig.session.train_for(123, "step"))
    await rig.acknowledging_until(lambda: bool(rig.statuses) and rig.statuses[-1].run_state is RunState.PAUSED)
    known = {row.step: row.train_loss for row in rig.session.history}
    for frame in rig.frames:
        assert known[frame.step] == pytest.approx(frame.train_loss)
    assert (min(known), max(known)) == (0, 123)


async def test_what_nobody_has_been_shown_has_its_final_step_in_history(rig: Rig) -> None:
    rig.do(lambda: rig.session.train_for(5000, "step"))
    await rig.until(lambda: bool(rig.statuses) and rig.statuses[-1].run_state is RunState.PAUSED)
    assert len(rig.frames) == 2
    assert rig.session.history[-1].step == 5000


async def test_the_first_map_that_moves_does_not_wait_for_the_next_frame_to_be_due(rig: Rig) -> None:
    rig.pump.view(ViewWish(frames_per_second=2))
    rig.do(rig.session.ensure_model)
    await rig.acknowledging_until(lambda: len(rig.frames) == 1)
    rig.do(rig.session.start)
    await rig.acknowledging_until(lambda: len(rig.frames) == 3)
    assert (rig.frames[0].step, rig.frames[1].step > 0) == (0, True)
    first, second, third = rig.times_of(MapFrame)
    assert second - first < (third - second) / 2


async def test_without_credit_the_final_status_comes_all_the_same(rig: Rig) -> None:
    rig.do(lambda: rig.session.train_for(5000, "step"))
    await rig.until(lambda: bool(rig.statuses) and rig.statuses[-1].run_state is RunState.PAUSED)
    assert len(rig.frames) == 2
    assert rig.statuses[-1].step == 5000
    rig.pump.acknowledge(2)
    await rig.until(lambda: len(rig.frames) == 3)
    assert rig.frames[-1].step == 5000


async def test_a_hidden_page_gets_no_frames_and_one_at_once_when_it_is_seen_again(rig: Rig) -> None:
    rig.pump.view(ViewWish(visible=False))
    rig.do(lambda: rig.session.train_for(100, "step"))
    await rig.until(lambda: bool(rig.statuses) and rig.statuses[-1].run_state is RunState.PAUSED)
    assert rig.statuses[-1].step == 100
    assert rig.frames == []
    rig.pump.view(ViewWish(visible=True))
    await rig.until(lambda: bool(rig.frames))
    assert rig.frames[0].step == 100


async def test_another_size_is_sent_at_once(rig: Rig) -> None:
    rig.do(lambda: rig.session.train_for(10, "step"))
    await rig.acknowledging_until(lambda: bool(rig.statuses) and rig.statuses[-1].run_state is RunState.PAUSED)
    rig.pump.acknowledge(rig.frames[-1].seq)
    rig.pump.view(ViewWish(width=30, height=20))
    await rig.until(lambda: (rig.frames[-1].width, rig.frames[-1].height) == (30, 20))
    assert len(rig.frames[-1].cells) == 600


async def test_after_a_reset_no_frame_of_the_old_model_comes(rig: Rig) -> None:
    rig.do(rig.session.start)
    await rig.acknowledging_until(lambda: rig.session.step > 200)
    rig.do(rig.session.reset)
    await rig.acknowledging_until(lambda: bool(rig.statuses) and rig.statuses[-1].run_state is RunState.IDLE)
    assert rig.frames[-1].step == rig.statuses[-1].step == 0
    assert rig.statuses[-1].train_loss == pytest.approx(rig.frames[-1].train_loss)


async def test_divergence_is_told_without_numbers_that_are_none(rig: Rig) -> None:
    rig.session.configure(ConfigChanges(optimizer="sgd", activation="relu", learning_rate=1e6))
    rig.do(rig.session.start)
    await rig.acknowledging_until(lambda: bool(rig.statuses) and rig.statuses[-1].run_state is RunState.DIVERGED)
    status = rig.statuses[-1]
    assert status.train_loss is None
    assert status.reason is not None
    assert str(status.step) in status.reason


async def test_a_failure_is_told_as_an_error_too(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.logic.training.Learner.step", lambda _: 1 / 0)
    rig.do(rig.session.start)
    await rig.acknowledging_until(lambda: any(isinstance(message, Error) for message in rig.messages))
    (error,) = [message for message in rig.messages if isinstance(message, Error)]
    assert (error.id, error.code) == (None, "training_failed")
    assert rig.statuses[-1].run_state is RunState.FAILED


async def test_snapshots_nobody_saw_are_counted(rig: Rig) -> None:
    def dropped() -> float:
        value = metrics.REGISTRY.get_sample_value("boundary_lab_frames_dropped_total", {"reason": "replaced"})
        return value or 0.0

    before = dropped()
    rig.do(rig.session.start)
    await rig.until(lambda: len(rig.frames) == 2)
    await rig.trained(500)
    rig.pump.acknowledge(2)
    await rig.until(lambda: len(rig.frames) == 3)
    assert dropped() > before


async def test_how_late_the_loop_is_can_be_read_while_frames_are_due_and_costs_nothing_at_rest(rig: Rig) -> None:
    def counted() -> float:
        return metrics.REGISTRY.get_sample_value("boundary_lab_ioloop_late_seconds_count") or 0.0

    before = counted()
    rig.do(rig.session.start)
    await rig.acknowledging_until(lambda: counted() > before + 3)
    rig.do(rig.session.stop)
    await rig.acknowledging_until(lambda: rig.statuses[-1].run_state is RunState.PAUSED)
    at_rest, snapshot = counted(), rig.session.snapshot
    assert snapshot is not None
    for _ in range(20):
        await rig.renderer.answer(snapshot, 0, 0)
    assert counted() == at_rest


async def test_what_is_dear_to_make_becomes_coarser_while_it_trains_and_is_whole_at_rest(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    observe = rig.renderer.observe

    async def observe_at_a_price(snapshot: Snapshot, look: Look) -> tuple[Observation, float]:
        return (await observe(snapshot, look))[0], 1.0

    monkeypatch.setattr(rig.renderer, "observe", observe_at_a_price)
    rig.pump.view(ViewWish(frames_per_second=60, width=100, height=50))
    rig.do(rig.session.start)
    await rig.acknowledging_until(lambda: bool(rig.frames) and rig.frames[-1].width == 40)
    assert (rig.frames[0].width, rig.frames[-1].height) == (100, 20)
    rig.do(rig.session.stop)
    await rig.acknowledging_until(lambda: rig.statuses[-1].run_state is RunState.PAUSED)
    assert (rig.frames[-1].step, rig.frames[-1].width) == (rig.statuses[-1].step, 100)


async def test_beside_many_sessions_maps_begin_on_common_ticks(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    due_s: list[float] = []
    ring_late = Alarm._ring_late  # noqa: SLF001 - when it was to ring is seen nowhere else

    def noted(alarm: Alarm, time_s: float) -> None:
        due_s.append(time_s)
        ring_late(alarm, time_s)

    monkeypatch.setattr(Alarm, "_ring_late", noted)
    rig.training_sessions = 30
    rig.do(rig.session.start)
    await rig.acknowledging_until(lambda: len(rig.frames) > 6)
    ticks = [time_s / granted(ViewWish(), 30).tick_s for time_s in due_s[-4:]]
    assert ticks == pytest.approx([round(tick) for tick in ticks], abs=1e-3)
