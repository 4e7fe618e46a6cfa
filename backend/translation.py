"""Translation between the wire and a session: messages into calls, and what a session holds into messages."""

import dataclasses
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple, Self, assert_never

from msgspec import UNSET

from backend import client_messages, server_messages
from backend.logic.architecture import ParameterId
from backend.logic.config import MAX_CLASSES, MAX_HIDDEN_LAYERS, MAX_UNITS, Problem, RunConfig
from backend.logic.points import Point, PointChange, TrainingExample, ValuedPoint
from backend.logic.session import TrainingSession
from backend.server_messages import Limits, State
from backend.settings import Settings
from backend.view import ViewWish, check_unit


def apply(session: TrainingSession, change: client_messages.Change) -> range | None:  # noqa: C901, PLR0912 - one case for each
    """Have a session changed, and return the ids of the points it has got from the message.

    Raises:
        RefusedError: the session does not do it; nothing has changed.
    """
    match change:
        case client_messages.AddPoint():
            return session.add_points([TrainingExample(change.x, change.y, change.label, change.value)], "label")
        case client_messages.AddPoints():
            return session.add_points([TrainingExample(*row) for row in change.points])
        case client_messages.Restore():
            return session.restore(change.config, [TrainingExample(*row) for row in change.points])
        case client_messages.ChangePoints():
            session.change_points([PointChange(*row) for row in change.points])
        case client_messages.RemovePoints():
            session.remove_points(change.ids)
        case client_messages.ClearPoints():
            session.clear_points()
        case client_messages.LoadDataset():
            session.load_dataset(
                change.dataset, count=change.count, noise=change.noise, classes=change.classes, seed=change.seed
            )
        case client_messages.SetParameters():
            places = [ParameterId(layer, unit, before) for layer, unit, before, _ in change.parameters]
            session.set_parameters(places, [row.value for row in change.parameters])
        case client_messages.FreezeParameters():
            session.freeze_parameters([ParameterId(*row) for row in change.parameters], frozen=change.frozen)
        case client_messages.Configure():
            session.configure(change)
        case client_messages.StartTraining():
            session.start()
        case client_messages.StopTraining():
            session.stop()
        case client_messages.StepTraining():
            session.train_for(change.count, change.unit)
        case client_messages.ResetModel():
            session.reset(change.seed)
        case _:
            assert_never(change)
    return None


def points_of(session: TrainingSession) -> list[Point] | list[ValuedPoint]:
    """All points; in a regression with their values."""
    if session.config.problem == "regression":
        return session.dataset.valued_points()
    return session.dataset.points()


def frozen_of(session: TrainingSession) -> list[ParameterId]:
    """The frozen parameters in the order of layers, units and inputs, each bias before the weights of its unit."""
    return sorted(
        session.frozen, key=lambda place: (place.layer, place.unit, -1 if place.input is None else place.input)
    )


def accepted(message_id: int | None, session: TrainingSession, added: range | None) -> server_messages.Ok:
    """That a message has been accepted, with the ids of the points that it added and the splits they fell into."""
    if added is None:
        return server_messages.Ok(id=message_id)
    dataset = session.dataset
    first = len(dataset) - len(added)
    return server_messages.Ok(
        id=message_id,
        point_ids=list(added),
        splits=[dataset.split_of(index) for index in range(first, len(dataset))],
    )


class Told(NamedTuple):
    """What a client knows of a session's points, config and frozen parameters.

    Attributes:
        revision: of the points.
        config_version: of the config.
        problem: of the config.
        frozen: the frozen parameters.
    """

    revision: int
    config_version: int
    problem: Problem
    frozen: frozenset[ParameterId]

    @classmethod
    def of(cls, session: TrainingSession) -> Self:
        """All there is to know now."""
        return cls(session.revision, session.config_version, session.config.problem, session.frozen)


def news(
    session: TrainingSession, told: Told, change: client_messages.Change | None = None
) -> Iterator[server_messages.Reply]:
    """The messages that tell a client what it does not know yet.

    Args:
        session: as it is now.
        told: what the client knows.
        change: what it asked for, if it is by that: whoever names points, by value or by id, knows what has become of
            them; regression alone tells their values.
    """
    if session.config_version != told.config_version:
        yield server_messages.Config(config_version=session.config_version, config=session.config)
    if session.frozen != told.frozen or isinstance(change, client_messages.FreezeParameters):
        yield server_messages.Frozen(parameters=frozen_of(session))
    names_points = isinstance(
        change,
        client_messages.AddPoint
        | client_messages.AddPoints
        | client_messages.ChangePoints
        | client_messages.RemovePoints,
    )
    if (session.revision != told.revision and not names_points) or session.config.problem != told.problem:
        yield server_messages.Points(revision=session.revision, points=points_of(session))


def wished(wish: ViewWish, view: client_messages.View, config: RunConfig) -> ViewWish:
    """What a client wants to see after a VIEW.

    Raises:
        FieldError: the network of the config has no such unit.
    """
    fields = [field.name for field in dataclasses.fields(ViewWish)]
    given = {name: value for name in fields if (value := getattr(view, name)) is not UNSET}
    if isinstance(view.unit, tuple):
        check_unit(view.unit, config)
    return replace(wish, **given)


def limits_of(settings: Settings) -> Limits:
    """What the server allows."""
    return Limits(
        points=settings.max_points,
        parameters=settings.max_parameters,
        classes=MAX_CLASSES,
        hidden_layers=MAX_HIDDEN_LAYERS,
        units=MAX_UNITS,
        message_bytes=settings.max_message_bytes,
        bulk_message_bytes=settings.max_bulk_message_bytes,
        frames_in_flight=settings.max_frames_in_flight,
        resume_window_s=settings.resume_window_s,
        run_bytes=settings.max_run_bytes,
    )


def state_of(session: TrainingSession) -> State:
    """Where a session is."""
    return State(
        run_state=session.run_state,
        config=session.config,
        config_version=session.config_version,
        revision=session.revision,
        points=points_of(session),
        step=session.step,
        epoch=session.epoch,
        reason=session.reason,
        frozen=frozen_of(session),
    )
