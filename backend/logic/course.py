"""Course: a Learner and all that was done to it since it was new, so that it can be kept and repeated."""

from typing import assert_never

from backend.logic.changes import Change, Freeze, SetParameters, UseConfig, UseDataset
from backend.logic.config import RunConfig
from backend.logic.dataset import Dataset
from backend.logic.dataset_difference import DatasetDifference
from backend.logic.journal import Journal
from backend.logic.run_record import Applied, RunRecord
from backend.logic.training import Learner, MakeLearner


class Course:
    """What becomes of a Learner. Whoever owns that may make its steps; all changes are made here.

    Args:
        learner: the learner.
        journal: what has been done to it.
        is_exact: whether all its steps were made alone, and by what makes them now.

    Attributes:
        learner: the same.
        is_exact: whether they still are: then the same beginning and the same changes give the same bits.
    """

    def __init__(self, learner: Learner, journal: Journal, *, is_exact: bool) -> None:
        self.learner = learner
        self.is_exact = is_exact
        self._journal = journal

    @classmethod
    def begun(cls, make_learner: MakeLearner, config: RunConfig, dataset: Dataset) -> "Course":
        """A new model, with the weights of the config's seed."""
        learner = make_learner(config, dataset)
        return cls(learner, Journal.at_beginning(config, dataset), is_exact=learner.is_repeatable)

    @classmethod
    def resumed(cls, make_learner: MakeLearner, record: RunRecord) -> "Course":
        """A run that was kept, where it was then."""
        checkpoint = record.checkpoint
        learner = make_learner(checkpoint.config, checkpoint.dataset)
        learner.resume(checkpoint)
        is_same_engine = record.engine == learner.engine or checkpoint.step == 0
        is_exact = record.is_exact and is_same_engine and learner.is_repeatable
        return cls(learner, Journal.of(record), is_exact=is_exact)

    def change(self, change: Change) -> None:
        """Make a change between two steps, and keep it."""
        learner = self.learner
        was_untouched = learner.is_untouched
        match change:
            case UseConfig():
                learner.use_config(change.config)
            case UseDataset():
                learner.use_dataset(change.dataset)
            case SetParameters():
                learner.set_parameters(change.values)
            case Freeze():
                learner.freeze(change.parameters)
            case _:
                assert_never(change)
        if was_untouched and learner.is_untouched:
            # It is what a new one of its config and its points would be: it begins with these.
            self._journal = Journal.at_beginning(learner.config, learner.dataset)
        else:
            self._journal.note(learner.step_count, change)

    def repeat(self, applied: Applied) -> None:
        """Make a change that was made in another course of the same beginning."""
        kept = applied.change
        match kept:
            case RunConfig():
                self.change(UseConfig(kept, config_version=0))
            case DatasetDifference():
                self.change(UseDataset(kept.applied_to(self.learner.dataset)))
            case SetParameters() | Freeze():
                self.change(kept)
            case _:
                assert_never(kept)

    def record(self) -> RunRecord:
        """All of it that is kept, between two steps; without a history."""
        learner, journal = self.learner, self._journal
        return RunRecord(
            checkpoint=learner.checkpoint(),
            beginning=journal.beginning,
            changes=journal.changes,
            history=(),
            moments=(),
            engine=learner.engine,
            is_exact=self.is_exact,
        )
