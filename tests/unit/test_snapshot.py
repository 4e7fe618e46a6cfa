"""The mailbox, and that what lies in it is whole."""

import torch
from torch import Tensor

from backend.logic.config import RunConfig
from backend.logic.dataset import Dataset
from backend.logic.generators import generate
from backend.logic.snapshot import Latest, Snapshot
from backend.logic.trainer import Trainer
from backend.logic.trainer_commands import Rebuild, Train
from backend.logic.training import Learner
from backend.logic.training_thread import TrainingThread


def test_the_newest_value_stays_for_everyone() -> None:
    latest = Latest[int]()
    assert latest.take() is None
    latest.put(1)
    latest.put(2)
    assert (latest.take(), latest.take(), latest.peek()) == (2, 2, 2)


def test_what_nobody_took_is_counted_when_it_is_replaced() -> None:
    latest = Latest[int]()
    for value in (1, 2, 3):
        latest.put(value)
    latest.take()
    latest.put(4)
    assert latest.replaced == 2


def test_who_waits_is_called_once() -> None:
    latest, calls = Latest[int](), list[int]()
    latest.notify_next(lambda: calls.append(1))
    latest.put(1)
    latest.put(2)
    assert calls == [1]


def test_a_new_value_is_wanted_once_the_last_was_taken_or_somebody_waits() -> None:
    latest = Latest[int]()
    wanted = [latest.is_wanted]
    latest.put(1)
    wanted.append(latest.is_wanted)
    latest.take()
    wanted.append(latest.is_wanted)
    latest.put(2)
    latest.notify_next(lambda: None)
    wanted.append(latest.is_wanted)
    latest.put(3)
    wanted.append(latest.is_wanted)
    assert wanted == [True, False, True, True, False]


def test_a_snapshot_is_never_torn(thread: TrainingThread) -> None:
    """What a reader gets while training runs is, bit for bit, the network of a single thread at that step."""
    latest = Latest[Snapshot]()
    dataset = Dataset.empty(1.0, 0).adding(generate("xor", 50, 0.0, 2, 0))
    config = RunConfig(hidden_layers=(100, 100, 100), learning_rate=1e-3)
    trainer = Trainer(thread, latest, lambda _: None)
    trainer.send(Rebuild(1, 1, config, 1, dataset))
    trainer.send(Train(2, None))
    seen: dict[int, Tensor] = {}
    while len(seen) < 60:
        snapshot = latest.take()
        if snapshot is not None and snapshot.step not in seen:
            seen[snapshot.step] = snapshot.parameters
    trainer.close()
    trainer.join()

    learner = Learner(config, dataset)
    for step in range(max(seen) + 1):
        if step in seen:
            assert torch.equal(seen[step], learner.network.flat)
        learner.step()
