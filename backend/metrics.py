"""The Prometheus objects. Whoever knows a figure sets it; /metrics shows them all."""

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

REGISTRY: Final = CollectorRegistry()
CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

sessions: Final = Gauge("boundary_lab_sessions", "Sessions there are, connected or not.", registry=REGISTRY)
connections: Final = Gauge("boundary_lab_connections", "Open websocket connections.", registry=REGISTRY)
frames_sent: Final = Counter("boundary_lab_frames_sent", "Binary frames sent.", ["kind"], registry=REGISTRY)
frame_bytes: Final = Counter(
    "boundary_lab_frame_bytes", "Bytes of binary frames before compression.", ["kind"], registry=REGISTRY
)
snapshots_dropped: Final = Counter(
    "boundary_lab_snapshots_dropped", "Snapshots nobody has seen.", ["reason"], registry=REGISTRY
)
snapshots_replaced: Final = snapshots_dropped.labels("replaced")
snapshots_outdated: Final = snapshots_dropped.labels("outdated")
render_seconds: Final = Histogram(
    "boundary_lab_render_seconds",
    "From asking for a map to having it, waiting for the gate included.",
    buckets=(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1),
    registry=REGISTRY,
)
ioloop_late_seconds: Final = Histogram(
    "boundary_lab_ioloop_late_seconds",
    "By how much the timers of frame pumps came late: how long the IOLoop lets everybody wait.",
    buckets=(0.0005, 0.001, 0.0015, 0.002, 0.003, 0.004, 0.005, 0.0075, 0.01, 0.02, 0.05, 0.1, 0.5),
    registry=REGISTRY,
)
messages: Final = Counter(
    "boundary_lab_messages", "Messages from clients that were accepted.", ["type"], registry=REGISTRY
)
errors: Final = Counter("boundary_lab_errors", "ERROR messages sent.", ["code"], registry=REGISTRY)


def exposition() -> bytes:
    """All metrics in Prometheus' text format."""
    return generate_latest(REGISTRY)
