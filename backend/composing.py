"""What the pump sends, put together: frames and messages out of snapshots and what was seen of them."""

import math

from backend.frames import MapFrame, encode_map
from backend.logic.classification_map import ClassificationMap
from backend.logic.evaluation import NO_SCORES, Scores
from backend.logic.insight import Insight
from backend.logic.neuron_maps import NeuronMaps
from backend.logic.run_state import RunState
from backend.logic.session import TrainingSession
from backend.logic.snapshot import Snapshot
from backend.neuron_frames import NeuronFrame, encode_neurons
from backend.server_messages import Metrics, TrainingStatus


def map_frame(seq: int, snapshot: Snapshot, scores: Scores, picture: ClassificationMap) -> bytes:
    """The bytes of a MAP_UPDATE."""
    return encode_map(
        MapFrame(
            seq=seq,
            config_version=snapshot.config_version,
            step=snapshot.step,
            epoch=snapshot.epoch,
            train_loss=_finite(scores.train_loss),
            classes=picture.classes,
            width=picture.width,
            height=picture.height,
            cells=picture.cells,
            unit=picture.unit,
        )
    )


def neuron_frame(seq: int, snapshot: Snapshot, scores: Scores, maps: NeuronMaps) -> bytes:
    """The bytes of a NEURON_MAPS."""
    return encode_neurons(
        NeuronFrame(
            seq=seq,
            config_version=snapshot.config_version,
            step=snapshot.step,
            epoch=snapshot.epoch,
            train_loss=_finite(scores.train_loss),
            maps=maps,
        )
    )


def metrics_message(snapshot: Snapshot, insight: Insight) -> Metrics:
    """How a snapshot learns."""
    return Metrics(
        step=snapshot.step,
        train_confusion=insight.train_confusion,
        test_confusion=insight.test_confusion,
        gradient_norms=insight.gradient_norms,
        dead_shares=insight.dead_shares,
        learning_rate=snapshot.learning_rate,
    )


def status_message(session: TrainingSession, scored: Snapshot | None, scores: Scores) -> TrainingStatus:
    """Where a run is and how well it does.

    Args:
        session: whose run.
        scored: the snapshot of the last map, which a status tells of while training.
        scores: of that map, or at rest of the snapshot of the end.
    """
    is_training = session.run_state is RunState.TRAINING
    has_diverged = session.run_state is RunState.DIVERGED
    told = NO_SCORES if has_diverged else scores
    snapshot = (
        scored if scored is not None and is_training and scored.generation == session.generation else session.snapshot
    )
    return TrainingStatus(
        run_state=session.run_state,
        step=session.step if has_diverged or snapshot is None else snapshot.step,
        epoch=session.epoch if has_diverged or snapshot is None else snapshot.epoch,
        train_loss=_finite(told.train_loss),
        test_loss=_finite(told.test_loss),
        train_accuracy=told.train_accuracy,
        test_accuracy=told.test_accuracy,
        steps_per_second=snapshot.steps_per_second if snapshot is not None and is_training else None,
        reason=session.reason,
    )


def _finite(value: float | None) -> float | None:
    """The value, None if it is not finite."""
    return value if value is not None and math.isfinite(value) else None
