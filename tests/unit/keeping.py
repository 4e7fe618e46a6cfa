"""What is done with runs that are kept: they are asked of a session, and live before that."""

from backend.logic.architecture import ParameterId
from backend.logic.config import ConfigChanges
from backend.logic.points import PointChange, TrainingExample
from backend.logic.run_record import RunRecord
from backend.logic.session import TrainingSession
from backend.logic.snapshot import Snapshot
from tests.unit.desk import Desk

BIAS = ParameterId(1, 0, None)


def captured(desk: Desk) -> RunRecord | None:
    answers: list[RunRecord | None] = []
    desk.session.capture(answers.append)
    desk.until(lambda _: bool(answers))
    return answers[0]


def kept(desk: Desk) -> RunRecord:
    record = captured(desk)
    assert record is not None
    return record


def train(desk: Desk, steps: int) -> None:
    desk.session.train_for(steps, "step")
    desk.settle()


def shown(session: TrainingSession) -> Snapshot:
    snapshot = session.snapshot
    assert snapshot is not None
    return snapshot


def live_an_eventful_life(desk: Desk) -> None:
    """Whatever can be done to a run, with steps in between that end in the middle of a pass."""
    session = desk.session
    session.load_dataset("xor", count=57, noise=0.1, seed=1)
    session.configure(ConfigChanges(dropout=0.2, hidden_layers=(6, 5), train_fraction=0.8, optimizer="adamw"))
    train(desk, 33)
    session.configure(ConfigChanges(batch_size=7))
    train(desk, 10)
    session.set_parameters([BIAS], [0.5])
    session.freeze_parameters([BIAS], frozen=True)
    session.add_points([TrainingExample(1, 2, 0)])
    session.change_points([PointChange(3, 1, 1, 1)])
    session.configure(ConfigChanges(classes=3))
    train(desk, 12)
    session.configure(ConfigChanges(schedule="cosine", schedule_epochs=50, train_fraction=0.6))
    session.remove_points([4, 5])
    train(desk, 9)
    session.configure(ConfigChanges(batch_size=11))
    train(desk, 1)
