"""The Prometheus objects. Whoever knows a figure sets it; /metrics shows them all.

The contract is specs/005-holds/contracts/metrics.md; a test compares the two. Every value that a label can have is
there from the start: a rate is known from the first event on, and nothing that a client sends can become a label.
"""

from collections.abc import Iterable
from typing import Final, Literal, get_args

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)

from backend.codec import MESSAGE_TYPES
from backend.errors import CLOSE_CODES, ERROR_CODES, LOST
from backend.logic.observer import Contender

# When all counters began can be seen from the start of the process.
disable_created_metrics()  # type: ignore[no-untyped-call]

REGISTRY: Final = CollectorRegistry()
CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
OTHER: Final = "other"
"""The label of close codes that are not ours: a client may close with whatever it likes."""

Kind = Literal["map", "neurons"]
"""Of a frame."""
Drop = Literal["replaced", "outdated"]
"""Why nobody has seen a frame."""
Ending = Literal["abandoned", "idle", "memory", "draining"]
"""Why the server has ended a session."""
Refusal = Literal["full", "address", "memory", "token", "draining"]
"""Why somebody who came got no session."""
SaveOutcome = Literal["saved", "found", "refused", "failed"]
"""What has become of a save: written, there already, refused with a sentence that says why, failed by our fault."""
OpenOutcome = Literal["opened", "refused", "failed"]
"""What has become of a run that somebody brought."""

ProcessCollector(registry=REGISTRY)
PlatformCollector(registry=REGISTRY)


def _gauge(name: str, meaning: str) -> Gauge:
    return Gauge(f"boundary_lab_{name}", meaning, registry=REGISTRY)


def _counter(name: str, meaning: str) -> Counter:
    return Counter(f"boundary_lab_{name}", meaning, registry=REGISTRY)


def _counters(name: str, meaning: str, label: str, values: Iterable[str]) -> Counter:
    """A counter with one label, all values of which are there from the start."""
    counter = Counter(f"boundary_lab_{name}", meaning, [label], registry=REGISTRY)
    for value in values:
        counter.labels(value)
    return counter


def _histogram(name: str, meaning: str, buckets: tuple[float, ...]) -> Histogram:
    return Histogram(f"boundary_lab_{name}", meaning, buckets=buckets, registry=REGISTRY)


sessions: Final = _gauge("sessions", "Sessions there are, connected or not.")
connections: Final = _gauge("connections", "Open websocket connections.")
trainers: Final = _gauge("trainers", "Sessions that are training now.")
memory_used_ratio: Final = _gauge("memory_used_ratio", "Used part of the memory that this process may have, 0 to 1.")

steps: Final = _counter("steps", "Training steps made, of all sessions.")
step_seconds: Final = _histogram(
    "step_seconds",
    "How long the steps of a slice took on average: one value for each slice.",
    (0.00005, 0.0001, 0.0002, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10),
)
slow_steps: Final = _counter("slow_steps", "Training steps given up because they took too long.")
_gate_wait_seconds: Final = Histogram(
    "boundary_lab_gate_wait_seconds",
    "How long who computes waited for a turn at the gate.",
    ["contender"],
    buckets=(0.0001, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 1),
    registry=REGISTRY,
)
gate_wait_seconds: Final = {name: _gate_wait_seconds.labels(name) for name in get_args(Contender)}

frames_sent: Final = _counters("frames_sent", "Binary frames sent.", "kind", get_args(Kind))
frame_bytes: Final = _counters("frame_bytes", "Bytes of binary frames before compression.", "kind", get_args(Kind))
frames_dropped: Final = _counters(
    "frames_dropped",
    "Frames that nobody has seen: a newer snapshot came first, or the model or the view was another by then.",
    "reason",
    get_args(Drop),
)
render_seconds: Final = _histogram(
    "render_seconds",
    "From asking for a map to having it, waiting for the gate included.",
    (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1),
)
acknowledge_seconds: Final = _histogram(
    "acknowledge_seconds",
    "From sending a frame to hearing that it has been painted.",
    (0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30),
)
ioloop_late_seconds: Final = _histogram(
    "ioloop_late_seconds",
    "By how much the timers of frame pumps came late: how long the IOLoop lets everybody wait.",
    (0.0005, 0.001, 0.0015, 0.002, 0.003, 0.004, 0.005, 0.0075, 0.01, 0.02, 0.05, 0.1, 0.5),
)

messages: Final = _counters("messages", "Messages from clients that were accepted.", "type", sorted(MESSAGE_TYPES))
errors: Final = _counters("errors", "ERROR messages sent.", "code", sorted(ERROR_CODES))
_closes: Final = _counters(
    "closes", "Websocket connections closed, by either side.", "code", [*map(str, sorted(CLOSE_CODES)), OTHER]
)
sessions_ended: Final = _counters("sessions_ended", "Sessions that the server has ended.", "reason", get_args(Ending))
sessions_refused: Final = _counters("sessions_refused", "Connections that got no session.", "reason", get_args(Refusal))

saves: Final = _counters("saves", "Runs that were to be saved.", "outcome", get_args(SaveOutcome))
save_seconds: Final = _histogram(
    "save_seconds",
    "From asking for a run to be saved to having it, the line included.",
    (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300),
)
opens: Final = _counters("opens", "Saved runs that were brought to be opened.", "outcome", get_args(OpenOutcome))


class MeasuredCompute:
    """The `ComputeObserver` of a server: what is computed goes into the metrics."""

    def sliced(self, steps_made: int, seconds: float) -> None:
        """Count the steps of a slice, and how long they took."""
        if steps_made:
            steps.inc(steps_made)
            step_seconds.observe(seconds / steps_made)

    def waited(self, contender: Contender, seconds: float) -> None:
        """Take note of how long somebody waited for the gate."""
        gate_wait_seconds[contender].observe(seconds)

    def hung(self) -> None:
        """Count a step that has been given up."""
        slow_steps.inc()


def count_close(code: int | None) -> None:
    """Count a connection that is closed.

    Args:
        code: what its client or we closed it with; None if the connection was lost without one.
    """
    known = LOST if code is None else code
    _closes.labels(str(known) if known in CLOSE_CODES else OTHER).inc()


def exposition() -> bytes:
    """All metrics in Prometheus' text format."""
    return generate_latest(REGISTRY)
