"""A session's run is kept and opened again: in another session, of another training thread, it just goes on."""

import time
from contextlib import ExitStack
from dataclasses import replace

import numpy as np
import pytest

from backend.logic.config import ConfigChanges, RunConfig
from backend.logic.dataset import Dataset
from backend.logic.ensemble import FEWEST_MEMBERS
from backend.logic.evaluation import Scores
from backend.logic.offline import train_offline
from backend.logic.points import TrainingExample
from backend.logic.run_record import RunRecord
from backend.logic.run_state import RunState
from backend.logic.training import Learner, MakeLearner
from backend.logic.training_thread import TrainingThread
from tests.support.checkpoints import differences
from tests.support.native import native_learner
from tests.support.threads import training_thread
from tests.unit.desk import DEADLINE_S, TWO_CLASSES, Desk, opened_desk
from tests.unit.keeping import BIAS, kept, live_an_eventful_life, shown, train


@pytest.mark.parametrize("make_learner", [Learner, native_learner], ids=["torch", "native"])
def test_a_run_that_is_opened_in_another_training_thread_goes_on_with_the_same_bits(make_learner: MakeLearner) -> None:
    with training_thread(make_learner=make_learner) as thread, opened_desk(thread) as desk:
        live_an_eventful_life(desk)
        record = kept(desk)
        assert record.checkpoint.step == 65
        train(desk, 500)
        never_interrupted = kept(desk)
    with training_thread(make_learner=make_learner) as later, opened_desk(later) as reopened:
        reopened.session.open(record)
        train(reopened, 500)
        went_on = kept(reopened)
    assert never_interrupted.checkpoint.step == 565
    assert differences(went_on.checkpoint, never_interrupted.checkpoint) == []
    assert (went_on.is_exact, went_on.engine) == (True, make_learner(RunConfig(), Dataset.empty(1.0, 7)).engine)
    assert len(went_on.changes) == len(never_interrupted.changes)


def test_whatever_was_changed_in_a_session_the_run_comes_again_without_one(desk: Desk) -> None:
    live_an_eventful_life(desk)
    record = kept(desk)
    assert record.beginning is not None
    assert [applied.step for applied in record.changes] == [33, 43, 43, 43, 43, 55, 55, 55, 64]
    again = train_offline(record.beginning, record.changes, record.checkpoint.step)
    assert differences(again.checkpoint, record.checkpoint) == []


def test_keeping_a_run_that_trains_does_not_disturb_it(desk: Desk, other: Desk) -> None:
    for each in (desk, other):
        each.session.load_dataset("xor", count=40, seed=1)
        each.session.configure(ConfigChanges(dropout=0.3))
    desk.session.train_for(1_500, "step")
    records = [kept(desk) for _ in range(20)]
    desk.settle()
    train(other, 1_500)
    assert differences(kept(desk).checkpoint, kept(other).checkpoint) == []
    steps = [record.checkpoint.step for record in records]
    assert steps == sorted(steps)
    assert records[0].beginning is not None
    again = train_offline(records[0].beginning, records[0].changes, steps[0])
    assert differences(again.checkpoint, records[0].checkpoint) == []


def test_one_that_trains_with_others_is_kept_with_its_own_state_and_is_not_exact(thread: TrainingThread) -> None:
    with ExitStack() as stack:
        desks = [stack.enter_context(opened_desk(thread)) for _ in range(FEWEST_MEMBERS + 1)]
        for each in desks:
            each.session.is_seen = False
            each.session.load_dataset("xor", count=40, seed=1)
            each.session.start()
        ends_s = time.monotonic() + DEADLINE_S
        while kept(desks[0]).is_exact:
            assert time.monotonic() < ends_s
        checkpoint = kept(desks[0]).checkpoint
        # Adam counts as many steps as were made: what the others' stack held of it came along.
        assert checkpoint.optimizer_step == checkpoint.step > 0
        assert all(np.any(moment) for moment in checkpoint.moments)
        for each in desks:
            each.session.stop()


def test_one_that_was_alone_among_others_is_exact(desk: Desk, other: Desk) -> None:
    for each in (desk, other):
        each.session.add_points(TWO_CLASSES)
        train(each, 50)
    assert kept(desk).is_exact


def test_what_was_not_exact_stays_so_until_the_model_is_new(desk: Desk) -> None:
    desk.session.add_points(TWO_CLASSES)
    train(desk, 5)
    desk.session.open(replace(kept(desk), is_exact=False))
    train(desk, 5)
    assert not kept(desk).is_exact
    desk.session.reset()
    assert kept(desk).is_exact


def test_a_run_can_be_kept_before_it_has_begun_and_is_idle_when_it_is_opened(desk: Desk, other: Desk) -> None:
    desk.session.add_points(TWO_CLASSES)
    record = kept(desk)
    other.session.open(record)
    assert other.session.run_state is RunState.IDLE
    for each in (desk, other):
        train(each, 40)
    assert differences(kept(desk).checkpoint, kept(other).checkpoint) == []


def test_an_opened_run_is_all_that_there_is(desk: Desk, other: Desk) -> None:
    live_an_eventful_life(desk)
    record = kept(desk)
    session = other.session
    session.add_points(TWO_CLASSES)
    train(other, 7)
    versions = session.generation, session.config_version, session.revision
    session.open(record)
    assert (session.run_state, session.reason, session.is_untouched) == (RunState.PAUSED, None, False)
    # Before the training thread has said anything.
    assert (session.step, session.epoch) == (65, record.checkpoint.epoch)
    assert (session.config, session.dataset) == (desk.session.config, desk.session.dataset)
    assert session.frozen == {BIAS}
    now = session.generation, session.config_version, session.revision
    assert all(later > earlier for later, earlier in zip(now, versions, strict=True))
    other.settle()
    snapshot = shown(session)
    assert (snapshot.step, snapshot.epoch, snapshot.config_version) == (65, record.checkpoint.epoch, now[1])
    assert np.array_equal(snapshot.parameters.numpy(), record.checkpoint.parameters)


def test_points_that_are_added_to_an_opened_run_get_the_ids_and_sides_that_they_would_have_had(
    desk: Desk, other: Desk
) -> None:
    live_an_eventful_life(desk)
    other.session.open(kept(desk))
    for each in (desk, other):
        each.session.add_points([TrainingExample(0, 1, 0), TrainingExample(0, 2, 1)])
    assert other.session.dataset.points() == desk.session.dataset.points()


def test_a_run_is_kept_as_it_was_when_that_was_asked_whatever_is_done_next(desk: Desk) -> None:
    session = desk.session
    session.add_points(TWO_CLASSES)
    train(desk, 20)
    session.note(shown(session), Scores(0.5, None, 1.0, None))
    answers: list[RunRecord | None] = []
    session.capture(answers.append)
    session.reset()
    desk.until(lambda _: bool(answers))
    record = answers[0]
    assert record is not None
    assert record.checkpoint.step == 20
    assert [(row.step, row.train_loss) for row in record.history] == [(20, 0.5)]


# Its history


def test_the_history_is_that_of_the_present_model_and_is_opened_with_it(desk: Desk, other: Desk) -> None:
    session = desk.session
    session.add_points(TWO_CLASSES)
    for _ in range(3):
        train(desk, 10)
        session.note(shown(session), Scores(1 / session.step, None, 1.0, None))
    steps = [10, 20, 30]
    record = kept(desk)
    assert [row.step for row in session.history] == [row.step for row in record.history] == steps
    assert [moment.step for moment in record.moments] == steps
    assert all(moment.config == session.config for moment in record.moments)
    other.session.open(record)
    assert other.session.history == record.history
    train(other, 10)
    other.session.note(shown(other.session), Scores(0.1, None, 1.0, None))
    assert [row.step for row in other.session.history] == [*steps, 40]
    old = shown(other.session)
    other.session.reset()
    assert other.session.history == ()
    other.session.note(old, Scores(0.1, None, 1.0, None))
    assert other.session.history == ()
