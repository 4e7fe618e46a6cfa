"""The registry: who is connected to what, and for how long."""

import asyncio
import threading
from collections.abc import Callable

import pytest

from backend.addresses import Place
from backend.errors import EndedIdleError, ServerFullError
from backend.logic.points import TrainingExample
from backend.logic.run_state import RunState
from backend.logic.session import TrainingSession
from backend.logic.training_thread import TrainingThread
from backend.sessions import SessionRegistry
from backend.settings import Settings
from tests.support.client import DEADLINE_S
from tests.support.fake_connection import FakeConnection
from tests.support.runs import eventually

A, B = "a" * 32, "b" * 32
TWO_CLASSES = [TrainingExample(1, 1, 0), TrainingExample(-1, -1, 1)]


class Registries:
    """Makes registries whose runs are trained in one thread."""

    def __init__(self, thread: TrainingThread) -> None:
        self.thread = thread

    def __call__(self, max_sessions: int = 10, resume_window_s: float = 60) -> SessionRegistry:
        settings = Settings(max_sessions=max_sessions, resume_window_s=resume_window_s)
        return SessionRegistry(self.thread, settings)


@pytest.fixture
def registry(thread: TrainingThread) -> Registries:
    return Registries(thread)


async def until_left(sessions: SessionRegistry, count: int) -> None:
    await eventually(lambda: len(sessions) <= count)


async def test_the_same_id_finds_the_same_session(registry: Registries) -> None:
    sessions, first = registry(), FakeConnection()
    session, resumed = sessions.attach(A, first)
    assert not resumed
    sessions.detach(A, first)
    assert sessions.attach(A, FakeConnection()) == (session, True)
    assert sessions.attach(B, FakeConnection())[0] is not session


async def test_a_second_connection_takes_over_and_the_first_cannot_detach_it(registry: Registries) -> None:
    sessions, first, second = registry(), FakeConnection(), FakeConnection()
    session, _ = sessions.attach(A, first)
    assert sessions.attach(A, second) == (session, True)
    assert first.was_taken_over
    assert not second.was_taken_over
    sessions.detach(A, first)
    sessions.attach(A, FakeConnection())
    assert second.was_taken_over


async def test_a_lost_session_trains_on_until_its_window_ends_and_then_its_run_is_let_go(registry: Registries) -> None:
    sessions, connection = registry(resume_window_s=0.05), FakeConnection()
    session, _ = sessions.attach(A, connection)
    session.add_points(TWO_CLASSES)
    session.start()
    sessions.detach(A, connection)
    assert session.run_state is RunState.TRAINING
    assert sessions.training_count == 1
    await until_left(sessions, 0)
    await sessions.close()
    assert registry.thread.run_count == 0
    assert sessions.attach(A, FakeConnection())[1] is False


async def test_a_session_is_seen_while_somebody_is_connected(registry: Registries) -> None:
    sessions, connection = registry(), FakeConnection()
    session, _ = sessions.attach(A, connection)
    seen = [session.is_seen]
    sessions.detach(A, connection)
    seen.append(session.is_seen)
    sessions.attach(A, connection)
    seen.append(session.is_seen)
    assert seen == [True, False, True]


async def test_coming_back_in_time_keeps_the_session_for_good(registry: Registries) -> None:
    sessions, connection = registry(resume_window_s=0.05), FakeConnection()
    sessions.attach(A, connection)
    sessions.detach(A, connection)
    sessions.attach(A, connection)
    other = FakeConnection()
    sessions.attach(B, other)
    sessions.detach(B, other)
    await until_left(sessions, 1)
    assert sessions.attach(A, FakeConnection())[1] is True


async def test_a_full_server_refuses_new_sessions_and_keeps_the_old(registry: Registries) -> None:
    sessions, connection = registry(max_sessions=1, resume_window_s=0.01), FakeConnection()
    sessions.attach(A, connection)
    with pytest.raises(ServerFullError, match="full"):
        sessions.attach(B, FakeConnection())
    assert sessions.attach(A, connection)[1] is True
    sessions.detach(A, connection)
    await until_left(sessions, 0)
    assert sessions.attach(B, FakeConnection())[1] is False


async def test_visits_that_left_nothing_behind_make_room(registry: Registries) -> None:
    sessions, visitor, worker = registry(max_sessions=2), FakeConnection(), FakeConnection()
    sessions.attach(A, visitor)
    session, _ = sessions.attach(B, worker)
    session.add_points(TWO_CLASSES)
    sessions.detach(A, visitor)
    sessions.detach(B, worker)
    sessions.attach("c" * 32, FakeConnection())
    assert len(sessions) == 2
    with pytest.raises(ServerFullError):
        sessions.attach("d" * 32, FakeConnection())
    assert sessions.attach(B, FakeConnection()) == (session, True)


async def test_while_no_run_is_let_go_nobody_else_waits_for_a_thread(
    registry: Registries, monkeypatch: pytest.MonkeyPatch
) -> None:
    sessions, is_let_go = registry(max_sessions=50, resume_window_s=0.01), threading.Event()
    close = TrainingSession.close

    def slow(session: TrainingSession) -> Callable[[], None]:
        join = close(session)

        def wait() -> None:
            assert is_let_go.wait(DEADLINE_S)
            join()

        return wait

    monkeypatch.setattr(TrainingSession, "close", slow)
    for number in range(50):
        lost = FakeConnection()
        sessions.attach(f"{number:032x}", lost)
        sessions.detach(f"{number:032x}", lost)
    await until_left(sessions, 0)
    try:
        await asyncio.wait_for(asyncio.to_thread(threading.get_ident), DEADLINE_S / 3)
    finally:
        is_let_go.set()
    await sessions.close()


async def test_the_end_of_the_server_ends_lost_sessions_of_one_place_once(registry: Registries) -> None:
    sessions, place = registry(max_sessions=100), Place(b"a")

    class Leaving(FakeConnection):
        def restarting(self) -> None:
            sessions.detach(A, self, place)

    sessions.attach(A, Leaving())
    for number in range(Settings().max_connections_per_address):
        lost = FakeConnection()
        sessions.attach(f"{number:032x}", lost)
        sessions.detach(f"{number:032x}", lost, place)
    await sessions.close()
    assert len(sessions) == 0


async def test_closing_lets_every_run_go_and_tells_every_client(registry: Registries) -> None:
    sessions = registry()
    connections = [FakeConnection() for _ in range(5)]
    for number, connection in enumerate(connections):
        session, _ = sessions.attach(f"{number:032x}", connection)
        session.add_points(TWO_CLASSES)
        session.start()
    await eventually(lambda: registry.thread.run_count == 5)
    await sessions.close()
    assert len(sessions) == 0
    assert registry.thread.run_count == 0
    assert all(connection.was_told_to_come_back for connection in connections)


class Timed:
    """A registry whose clock goes as it is told."""

    def __init__(self, thread: TrainingThread, settings: Settings) -> None:
        self.now_s = 0.0
        self.sessions = SessionRegistry(thread, settings, lambda: self.now_s)

    def sweep_at(self, now_s: float) -> None:
        self.now_s = now_s
        self.sessions.sweep()


async def test_a_session_in_which_nothing_is_done_for_long_is_ended_and_told(thread: TrainingThread) -> None:
    timed, idle, active = Timed(thread, Settings(idle_timeout_s=7200)), FakeConnection(), FakeConnection()
    timed.sessions.attach(A, idle)
    timed.sessions.attach(B, active)
    timed.sweep_at(7199)
    timed.sessions.touch(B)
    assert len(timed.sessions) == 2
    timed.sweep_at(7200)
    assert A not in timed.sessions
    assert isinstance(idle.why_ended, EndedIdleError)
    assert "2 hours" in str(idle.why_ended)
    assert active.why_ended is None
    timed.sweep_at(7199 + 7200)
    assert len(timed.sessions) == 0


async def test_a_lost_session_is_left_to_its_window(thread: TrainingThread) -> None:
    timed, connection = Timed(thread, Settings(idle_timeout_s=10)), FakeConnection()
    timed.sessions.attach(A, connection)
    timed.sessions.detach(A, connection)
    timed.sweep_at(1000)
    assert A in timed.sessions
    await timed.sessions.close()


async def test_training_that_nobody_looks_at_for_long_is_stopped_with_a_reason(thread: TrainingThread) -> None:
    timed, told = Timed(thread, Settings(unseen_training_s=60)), []
    session, _ = timed.sessions.attach(A, FakeConnection())
    session.on_change = lambda: told.append(session.reason)
    session.add_points(TWO_CLASSES)
    session.start()
    timed.sweep_at(1000)
    session.is_seen = False
    states = []
    for now_s in (1059, 1060):
        timed.sweep_at(now_s)
        states.append(session.run_state)
    assert states == [RunState.TRAINING, RunState.PAUSED]
    assert told == [session.reason] == ["Training stopped: nobody looked at it for 1 minute."]
    # Started again it has its whole time again.
    timed.sweep_at(2000)
    session.start()
    timed.sweep_at(2059)
    assert timed.sessions.training_count == 1
    await timed.sessions.close()


async def test_training_that_is_seen_now_and_then_goes_on(thread: TrainingThread) -> None:
    timed = Timed(thread, Settings(unseen_training_s=60))
    session, _ = timed.sessions.attach(A, FakeConnection())
    session.add_points(TWO_CLASSES)
    session.start()
    for now_s in range(0, 1000, 50):
        session.is_seen = now_s % 100 == 0
        timed.sweep_at(now_s)
    assert session.run_state is RunState.TRAINING
    await timed.sessions.close()
