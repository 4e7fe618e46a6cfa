"""`train`: a run without a browser, by the engine of the page, saved as one of the page is."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from msgspec import json

from backend.command_line.errors import FailedError, WrongUsageError
from backend.command_line.orders import TrainOrder
from backend.command_line.progress import Progress
from backend.command_line.reading import changes_in, config_in, points_in
from backend.command_line.telling import Fact, say, tell_facts
from backend.learners import device_of, look_for_numba, make_learner_of
from backend.logic.config import RunConfig, differing
from backend.logic.dataset import Dataset, why_not_trainable
from backend.logic.dataset_difference import DatasetDifference
from backend.logic.gate import compute_single_threaded
from backend.logic.offline import train_offline
from backend.logic.run_record import Applied, Beginning, RunRecord
from backend.logic.training import DivergedError
from backend.runs.errors import RunFileError
from backend.runs.folders import check_directory
from backend.runs.layout import INDEX, VERIFICATION, new_run_id
from backend.runs.makers import makers_of
from backend.runs.points_file import points_bytes
from backend.runs.verification import Verification, verify_script
from backend.runs.writing import Maker, SavedRun, save_run


def train(order: TrainOrder) -> None:
    """Train, save, and tell what came out.

    Raises:
        RunFileError: a file is not what it should be, or the directory of the runs none that could be written.
        WrongUsageError: the files do not go together, or nobody could train on the points.
        NotHereError: what should compute is not there.
        FailedError: training diverged, or the run could not be saved.
        KeyboardInterrupt: a person ended it; its text says what is lost.
    """
    check_directory(order.settings.runs_dir)
    check = partial(verify_script, timeout_s=order.settings.verify_timeout_s)
    makers = makers_of(tensorboard=order.settings.tensorboard, fiftyone=order.fiftyone, check=check)
    record = trained(order)
    run = saved(order, record, makers)
    tell_facts({**_facts(record, run), **_verified(run.path)}, as_json=order.speech.as_json)


def trained(order: TrainOrder) -> RunRecord:
    """The run that is asked for.

    Raises:
        RunFileError: a file is not what it should be.
        WrongUsageError: the files do not go together, or nobody could train on the points.
        NotHereError: what should compute is not there.
        FailedError: training diverged.
        KeyboardInterrupt: a person ended it; its text says what is lost.
    """
    look_for_numba(order.settings)
    beginning, changes = _given(order)
    make_learner = make_learner_of(
        order.settings, lambda: _note(order, "Compiling the training kernel (once) …"), lambda note: _note(order, note)
    )
    compute_single_threaded()
    with Progress(order.steps, is_quiet=order.speech.is_quiet) as progress:
        try:
            return train_offline(beginning, changes, order.steps, make_learner, on_progress=progress)
        except DivergedError as error:
            raise FailedError(f"{error} Nothing is saved.") from error
        except KeyboardInterrupt as error:
            raise KeyboardInterrupt(
                f"Ended after {progress.done:,} of {order.steps:,} steps. Nothing of it is saved."
            ) from error


def _note(order: TrainOrder, sentence: str) -> None:
    if not order.speech.is_quiet:
        say(sentence)


def _given(order: TrainOrder) -> tuple[Beginning, Sequence[Applied]]:
    """What the run begins with, and what is changed on the way.

    Raises:
        RunFileError: a file is not what it should be.
        WrongUsageError: the files do not go together, or nobody could train on the points.
    """
    config = config_in(order.config)
    dataset = points_in(order.points, config)
    if not len(dataset):
        raise WrongUsageError(f"There are no points in {order.points}.")
    beginning, changes = Beginning(config, dataset), tuple[Applied, ...]()
    if order.changes is not None:
        beginning, changes = changes_in(order.changes)
    last_config, last_dataset = _followed(order, beginning, changes)
    if fields := differing(last_config, config):
        raise WrongUsageError(
            f"{order.changes} does not end with the settings in {order.config}: {', '.join(sorted(fields))}."
        )
    if points_bytes(last_dataset) != points_bytes(dataset):
        raise WrongUsageError(f"{order.changes} does not end with the points in {order.points}.")
    if changes and changes[-1].step > order.steps:
        _note(order, f"What {order.changes} changes after step {order.steps:,} is left out.")
    return beginning, changes


def _followed(order: TrainOrder, beginning: Beginning, changes: Sequence[Applied]) -> Beginning:
    """What a run has after all changes.

    Raises:
        WrongUsageError: nobody could train on what it has before.
    """
    config, dataset = beginning
    since = 0
    for step, change in changes:
        _check_trainable(order, config, dataset, since, step)
        since = step
        if isinstance(change, RunConfig):
            config = change
        elif isinstance(change, DatasetDifference):
            dataset = change.applied_to(dataset)
    _check_trainable(order, config, dataset, since, order.steps)
    return Beginning(config, dataset)


def _check_trainable(order: TrainOrder, config: RunConfig, dataset: Dataset, since: int, until: int) -> None:
    """See that steps can be made from one step to another, if any are to be."""
    if since < min(until, order.steps) and (why_not := why_not_trainable(dataset, config.problem)):
        raise WrongUsageError(f"Nobody can train on the points in {order.points} at step {since:,}. {why_not}")


def saved(order: TrainOrder, record: RunRecord, makers: Sequence[Maker]) -> SavedRun:
    """The run as it is kept.

    Raises:
        FailedError: it could not be saved.
        KeyboardInterrupt: a person ended it.
    """
    settings, run_id = order.settings, new_run_id()
    _note(order, "Saving …")
    try:
        return save_run(
            record,
            settings.runs_dir,
            run_id,
            makers=makers,
            device=device_of(settings),
            kept_days=settings.kept_days,
        )
    except RunFileError as error:
        raise FailedError(f"The run was trained, but it is not saved: {error}") from error
    except KeyboardInterrupt as error:
        raise KeyboardInterrupt(_what_is_left(settings.runs_dir / run_id)) from error


def _what_is_left(folder: Path) -> str:
    """What there is of a run whose saving was ended: all or nothing, but perhaps before it was listed."""
    if folder.exists():
        return f"Ended when the run was saved in {folder}, perhaps before it was listed in {INDEX}."
    return "Ended while the run was being saved. Nothing of it is saved."


def _facts(record: RunRecord, run: SavedRun) -> dict[str, Fact]:
    last = record.history[-1]
    return {
        "run_id": run.run_id,
        "config_hash": run.config_hash,
        "checkpoint_id": run.checkpoint_id,
        "directory": str(run.path),
        "steps": record.checkpoint.step,
        "epochs": last.epoch,
        "train_loss": last.train_loss,
        "test_loss": last.test_loss,
        "train_accuracy": last.train_accuracy,
        "test_accuracy": last.test_accuracy,
        "bytes": run.bytes,
    }


def _verified(folder: Path) -> dict[str, Fact]:
    """What came out of trying out the train.py."""
    found = json.decode((folder / VERIFICATION).read_bytes(), type=Verification)
    return {
        "verified_steps": found.steps,
        "largest_difference": found.largest_difference,
        "is_same_curve": found.is_same,
        "why_not_verified": found.why_not,
    }
