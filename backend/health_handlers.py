"""What watches over the server reads here: whether it is alive, whether it takes new sessions, and its figures."""

from backend import metrics
from backend.forwarding import is_near
from backend.guarded import Guarded


class Health(Guarded):
    """GET /healthz: alive, and how many sessions there are."""

    def is_admitted(self) -> bool:
        """Whoever watches over the server has no token."""
        return True

    def get(self) -> None:
        """Answer with JSON."""
        self.finish_json({"status": "ok", "sessions": len(self.services.registry)})


class Readiness(Guarded):
    """GET /readyz: whether somebody who comes now would get a session. It is asked for only after the warm-up."""

    def is_admitted(self) -> bool:
        """Whoever watches over the server has no token."""
        return True

    def get(self) -> None:
        """Answer with JSON: 200, or 503 and what stands in the way."""
        reason = self._why_not()
        self.set_header("Cache-Control", "no-store")
        if reason is None:
            self.finish_json({"status": "ready"})
        else:
            self.set_status(503)
            self.finish_json({"status": "not ready", "reason": reason})

    def _why_not(self) -> str | None:
        registry = self.services.registry
        if registry.is_draining:
            return "draining"
        if self.services.admission.is_memory_scarce:
            return "memory"
        return "full" if registry.is_full else None


class PrometheusMetrics(Guarded):
    """GET /metrics."""

    def is_admitted(self) -> bool:
        """From this computer it needs no token, unless a proxy passes it on."""
        return is_near(self.request) or super().is_admitted()

    def get(self) -> None:
        """Answer in Prometheus' text format."""
        metrics.trainers.set(self.services.registry.training_count)
        self.set_header("Content-Type", metrics.CONTENT_TYPE)
        self.finish(metrics.exposition())
