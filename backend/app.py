"""make_app: routes and wiring, nothing else."""

import asyncio
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from tornado import web
from tornado.httpserver import HTTPServer

from backend import metrics
from backend.access import Access
from backend.admission import Admission
from backend.class_handlers import ClassCode, ClassLink, ClassPage
from backend.gallery import gallery
from backend.gate_thread import GateThread
from backend.guarded import FRONTEND, Services
from backend.health_handlers import Health, PrometheusMetrics, Readiness
from backend.housekeeping import Housekeeping
from backend.http_handlers import Datasets, NotFound, Page
from backend.logic.gate import ComputeGate
from backend.logic.training import Learner, MakeLearner
from backend.logic.training_thread import TrainingThread
from backend.logic.watchdog import Watchdog
from backend.memory import used_ratio
from backend.memory_guard import MemoryGuard
from backend.opening import Opener
from backend.renderer import Renderer
from backend.run_handlers import RunDownload
from backend.run_upload import RunUpload
from backend.run_writer import CheckScript, RunWriter
from backend.runs.verification import verify_script
from backend.saving import Saver
from backend.sessions import SessionRegistry
from backend.settings import Settings
from backend.shelf import Shelf
from backend.socket_handler import TrainingSocket
from backend.strict_http import StrictServer
from backend.transfers import Transfers

_LONGEST_INTERVAL_S: Final = 1.0
_DOWNLOADS_AT_ONCE: Final = 2
"""Of runs, or files of them, that a session takes."""
_TRANSPORT_MESSAGE_BYTES: Final = 1024 * 1024
"""Above this a connection is cut while the message comes in; up to it, it is closed with 1009 and a word."""


@dataclass(frozen=True, slots=True)
class App:
    """The application, and what ends it."""

    web: web.Application
    services: Services
    training: TrainingThread
    housekeeping: Housekeeping
    watchdog: Watchdog

    async def close(self) -> None:
        """Tell every client to come back later, and end every session and thread."""
        services = self.services
        services.saver.break_off()
        services.worker.break_off()
        await self.housekeeping.close()
        await services.registry.close()
        await services.saver.close()
        await asyncio.to_thread(services.worker.close)
        services.files.submit(services.shelf.clear)
        await asyncio.to_thread(services.files.shutdown)
        await asyncio.to_thread(self.training.close)
        await asyncio.to_thread(services.renderer.close)
        await asyncio.to_thread(self.watchdog.close)


def make_app(
    settings: Settings,
    make_learner: MakeLearner = Learner,
    *,
    read_memory: Callable[[], float] = used_ratio,
    clock: Callable[[], float] | None = None,
    check_script: CheckScript = verify_script,
) -> App:
    """The application; call it inside a running event loop.

    Args:
        settings: what it may do.
        make_learner: makes its models.
        read_memory: the used part of the memory there is, 0 to 1.
        clock: the time in seconds that sessions go by; the loop's if left out.
        check_script: tries out the `train.py` of runs that are saved.
    """
    # Below errors, Tornado logs requests that are none, with the address they came from.
    logging.getLogger("tornado.general").setLevel(logging.ERROR)
    measured = metrics.MeasuredCompute()
    gate = ComputeGate(measured)
    training = TrainingThread(gate, make_learner, measured)
    registry = SessionRegistry(training, settings, clock)
    guard = MemoryGuard(
        registry,
        read_memory,
        shed_percent=settings.memory_shed_percent,
        refuse_percent=settings.memory_refuse_percent,
    )
    admission = Admission(registry, guard, settings.max_connections_per_address)
    files = ThreadPoolExecutor(1, thread_name_prefix="files")
    worker = GateThread(gate)
    shelf = Shelf(settings, files, asyncio.get_running_loop().time)
    saver = Saver(gate, settings, registry, shelf, RunWriter(settings, shelf.directory, check_script))
    registry.on_end = saver.session_ended
    services = Services(
        settings=settings,
        registry=registry,
        renderer=Renderer(gate),
        admission=admission,
        access=Access(settings.token),
        shelf=shelf,
        saver=saver,
        opener=Opener(registry, shelf, worker, settings),
        downloads=Transfers(settings.max_run_downloads, _DOWNLOADS_AT_ONCE),
        files=files,
        worker=worker,
    )
    # Made here, so that no request waits for it.
    gallery()
    wired = {"services": services}
    application = web.Application(
        [
            (r"/ws/([0-9a-f]{32})", TrainingSocket, wired),
            (r"/runs/([0-9a-f]{32})", RunUpload, wired),
            (r"/runs/([0-9a-f]{32})/([0-9a-f]{64})(\.zip|/[a-z]+\.[a-z0-9]+)", RunDownload, wired),
            (r"/healthz", Health, wired),
            (r"/readyz", Readiness, wired),
            (r"/metrics", PrometheusMetrics, wired),
            (r"/datasets\.json", Datasets, wired),
            (r"/(class)", ClassPage, {**wired, "path": str(FRONTEND), "default_filename": "class.html"}),
            (r"/class\.json", ClassLink, wired),
            (r"/class\.svg", ClassCode, wired),
            (r"/(.*\..+|)", Page, {**wired, "path": str(FRONTEND), "default_filename": "index.html"}),
        ],
        default_handler_class=NotFound,
        default_handler_args=wired,
        websocket_max_message_size=_TRANSPORT_MESSAGE_BYTES,
        log_function=_log_nothing,
    )
    return App(
        application,
        services,
        training,
        Housekeeping(registry, guard, min(_LONGEST_INTERVAL_S, settings.ping_interval_s / 2)),
        Watchdog(gate, settings.slow_step_s),
    )


def make_server(app: App) -> HTTPServer:
    """The HTTP server of an application. Whoever is slow with a request, or sends too much of it, is cut off."""
    settings = app.services.settings
    return StrictServer(
        app.web,
        max_header_size=settings.max_header_bytes,
        max_body_size=settings.max_body_bytes,
        max_buffer_size=2 * _TRANSPORT_MESSAGE_BYTES,
        # Tornado takes it for the time until all headers have come, of the first request too.
        idle_connection_timeout=settings.request_timeout_s,
        body_timeout=settings.request_timeout_s,
    )


def _log_nothing(handler: web.RequestHandler) -> None:
    """Requests are counted, not logged: their records would hold addresses."""
    del handler
