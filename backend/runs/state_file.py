"""`state.json` and `state.safetensors`: what a run needs beside config, points and weights to go on bit for bit."""

from dataclasses import replace
from typing import Annotated, Final, NamedTuple

import numpy as np
from msgspec import Meta, Struct, to_builtins
from msgspec.json import Decoder
from numpy.typing import NDArray

from backend.logic.architecture import Architecture, ParameterId
from backend.logic.checkpoints import GENERATOR_BYTES, UnfitCheckpointError, check_checkpoint, moment_count
from backend.logic.config import RunConfig
from backend.logic.dataset import Dataset
from backend.logic.run_record import Checkpoint, Engine, Moment, RunRecord
from backend.logic.stretches import GiveWay, nobody_waits
from backend.runs.change_lines import ParameterRows, PointId, Step
from backend.runs.changes_file import rows_of
from backend.runs.decoding import check_format, decode
from backend.runs.errors import RunFileError
from backend.runs.layout import FORMAT, STATE, STATE_TENSORS, canonical_json
from backend.runs.tensor_file import TensorKind, Tensors, check_finite, read_tensors, tensor_bytes

MOST_MOMENTS: Final = 64
"""Networks that a run remembers: more than it keeps."""
MOST_MOMENT_BYTES: Final = 4_194_304
"""Of their parameters together."""

_SHUFFLING, _DROPPING, _ORDER = "generator.shuffling", "generator.dropping", "order"

_Epoch = Annotated[float, Meta(ge=0, le=2**53)]


class _Points(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the ids of the points begin, and which is the next."""

    first_id: PointId
    next_id: PointId


class _Moment(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A network that is remembered; its parameters are a tensor."""

    step: Step
    epoch: _Epoch
    config: RunConfig


class _State(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`state.json`: the fields are those of Checkpoint and RunRecord."""

    format: int
    step: Step
    epochs_before: _Epoch
    is_new: bool
    frozen: ParameterRows
    optimizer_step: Annotated[float, Meta(ge=0, le=2**53)]
    passes: Step
    has_begun: bool
    first_point: Step
    next_batch: Step
    engine: Engine
    is_exact: bool
    points: _Points
    moments: Annotated[list[_Moment], Meta(max_length=MOST_MOMENTS)]


_DECODER: Final = Decoder(_State)


class State(NamedTuple):
    """What the two files hold.

    Attributes:
        checkpoint: where the run is, whole.
        moments: the networks that it remembers.
        engine: what made its steps.
        is_exact: whether it always trained alone.
    """

    checkpoint: Checkpoint
    moments: tuple[Moment, ...]
    engine: Engine
    is_exact: bool


def state_bytes(record: RunRecord) -> bytes:
    """`state.json` of a run."""
    checkpoint = record.checkpoint
    dataset = checkpoint.dataset
    state = _State(
        format=FORMAT,
        step=checkpoint.step,
        epochs_before=checkpoint.epochs_before,
        is_new=checkpoint.is_new,
        frozen=rows_of(checkpoint.frozen),
        optimizer_step=checkpoint.optimizer_step,
        passes=checkpoint.passes,
        has_begun=checkpoint.has_begun,
        first_point=checkpoint.first_point,
        next_batch=checkpoint.next_batch,
        engine=record.engine,
        is_exact=record.is_exact,
        points=_Points(first_id=dataset.first_id, next_id=dataset.next_id),
        moments=[_Moment(step=step, epoch=epoch, config=config) for step, epoch, config, _ in record.moments],
    )
    return canonical_json(to_builtins(state))


def state_tensor_bytes(record: RunRecord) -> bytes:
    """`state.safetensors` of a run."""
    checkpoint = record.checkpoint
    tensors: Tensors = {
        _ORDER: checkpoint.order,
        _SHUFFLING: checkpoint.shuffling,
        _DROPPING: checkpoint.dropping,
        **{_of_optimizer(index): moment for index, moment in enumerate(checkpoint.moments)},
        **{_remembered(index): moment.parameters for index, moment in enumerate(record.moments)},
    }
    return tensor_bytes(tensors)


def read_state(
    data: bytes,
    tensor_data: bytes,
    config: RunConfig,
    dataset: Dataset,
    parameters: NDArray[np.float32],
    *,
    give_way: GiveWay = nobody_waits,
) -> State:
    """What the two files hold, together with what was read before.

    Args:
        data: what is in `state.json`.
        tensor_data: what is in `state.safetensors`.
        config: of the run.
        dataset: the points of `points.csv`.
        parameters: (P,) float32.
        give_way: called between the parts of the work.

    Raises:
        RunFileError: it does not go together.
    """
    check_format(data, STATE)
    state = decode(data, _DECODER, STATE)
    give_way()
    points = _whole(dataset, state.points)
    frozen = frozenset(ParameterId(*row) for row in state.frozen)
    tensors = read_tensors(tensor_data, _kinds(state, config, len(dataset.train_labels)), STATE_TENSORS)
    give_way()
    moments = tuple(tensors[_of_optimizer(index)] for index in range(moment_count(config.optimizer)))
    remembered = [tensors[_remembered(index)] for index in range(len(state.moments))]
    for moment in (*moments, *remembered):
        give_way()
        check_finite(moment, "moments", STATE_TENSORS)
    checkpoint = Checkpoint(
        config=config,
        dataset=points,
        step=state.step,
        epochs_before=state.epochs_before,
        is_new=state.is_new,
        frozen=frozen,
        parameters=parameters,
        moments=moments,
        optimizer_step=state.optimizer_step,
        shuffling=tensors[_SHUFFLING],
        dropping=tensors[_DROPPING],
        order=tensors[_ORDER],
        passes=state.passes,
        has_begun=state.has_begun,
        first_point=state.first_point,
        next_batch=state.next_batch,
    )
    give_way()
    try:
        check_checkpoint(checkpoint)
    except UnfitCheckpointError as error:
        raise RunFileError(STATE, f"is not right: {error}") from error
    kept = zip(state.moments, remembered, strict=True)
    return State(
        checkpoint,
        tuple(Moment(moment.step, moment.epoch, moment.config, array) for moment, array in kept),
        state.engine,
        state.is_exact,
    )


def _of_optimizer(index: int) -> str:
    return f"optimizer.{index}"


def _remembered(index: int) -> str:
    return f"moments.{index}"


def _whole(dataset: Dataset, facts: _Points) -> Dataset:
    if len(dataset) and not facts.first_id <= dataset.ids[0] <= dataset.ids[-1] < facts.next_id:
        raise RunFileError(
            STATE, f"does not fit the points: their ids are not all from {facts.first_id} on and below {facts.next_id}"
        )
    return replace(dataset, first_id=facts.first_id, next_id=facts.next_id)


def _kinds(state: _State, config: RunConfig, count: int) -> dict[str, TensorKind]:
    """What tensors there have to be."""
    size = Architecture.of(config).parameter_count
    sizes = [Architecture.of(moment.config).parameter_count for moment in state.moments]
    if sum(sizes) * 4 > MOST_MOMENT_BYTES:
        raise RunFileError(STATE, "remembers networks that are too large together")
    generator = TensorKind("U8", (GENERATOR_BYTES,))
    return {
        _ORDER: TensorKind("I64", (count,)),
        _SHUFFLING: generator,
        _DROPPING: generator,
        **{_of_optimizer(index): TensorKind("F32", (size,)) for index in range(moment_count(config.optimizer))},
        **{_remembered(index): TensorKind("F32", (kept,)) for index, kept in enumerate(sizes)},
    }
