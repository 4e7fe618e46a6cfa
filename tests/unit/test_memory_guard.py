"""While memory is short, the longest idle sessions are ended, a few at a time."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from backend import memory_guard
from backend.errors import EndedForMemoryError
from backend.logic.training_thread import TrainingThread
from backend.memory_guard import MemoryGuard
from backend.sessions import SessionRegistry
from backend.settings import Settings
from tests.support.fake_connection import FakeConnection


class Scene:
    """A registry with its own clock, and a guard."""

    def __init__(self, thread: TrainingThread) -> None:
        self.now_s = 1000.0
        self.registry = SessionRegistry(thread, Settings(), lambda: self.now_s)
        self.guard = MemoryGuard(self.registry, lambda: 0.0, shed_percent=85, refuse_percent=92)
        self.connections: dict[str, FakeConnection] = {}

    def attach(self, name: str) -> None:
        """A session whose person does something now."""
        self.connections[name] = FakeConnection()
        self.registry.attach(name, self.connections[name])

    def told(self) -> set[str]:
        """Whose connections have been told the end."""
        return {name for name, each in self.connections.items() if isinstance(each.why_ended, EndedForMemoryError)}


@pytest_asyncio.fixture
async def scene(thread: TrainingThread) -> AsyncIterator[Scene]:
    made = Scene(thread)
    yield made
    await made.registry.close()


async def test_at_the_limit_nobody_is_ended_and_above_it_the_longest_idle_is(scene: Scene) -> None:
    for name in "abc":
        scene.attach(name)
        scene.now_s += 100
    scene.guard.act(0.85)
    assert len(scene.registry) == 3
    scene.guard.act(0.86)
    assert scene.told() == {"a"}
    scene.guard.act(0.86)
    assert scene.told() == {"a", "b"}
    scene.guard.act(0.85)
    assert "c" in scene.registry


async def test_whoever_was_just_active_is_left_alone(scene: Scene) -> None:
    scene.attach("a")
    scene.attach("b")
    scene.now_s += 100
    scene.registry.touch("a")
    scene.now_s += 59
    for _ in range(5):
        scene.guard.act(0.99)
    assert scene.told() == {"b"}
    scene.now_s += 1
    scene.guard.act(0.99)
    assert scene.told() == {"a", "b"}


async def test_of_those_that_are_about_equally_idle_one_without_a_connection_goes_first(scene: Scene) -> None:
    scene.attach("connected")
    scene.now_s += 3
    scene.attach("lost")
    scene.registry.detach("lost", scene.connections["lost"])
    scene.now_s += 100
    scene.guard.act(0.9)
    assert "lost" not in scene.registry
    assert "connected" in scene.registry


async def test_with_many_sessions_more_of_them_are_ended_at_a_time(scene: Scene) -> None:
    for number in range(100):
        scene.attach(f"{number}")
    scene.now_s += 100
    scene.guard.act(0.9)
    assert len(scene.registry) == 94


@pytest.mark.parametrize(("used", "is_scarce"), [(0.0, False), (0.92, False), (0.921, True), (1.0, True)])
async def test_above_its_limit_no_new_session_is_to_begin(scene: Scene, used: float, is_scarce: bool) -> None:  # noqa: FBT001
    scene.guard.act(used)
    assert scene.guard.is_scarce is is_scarce
    scene.guard.act(0.5)
    assert not scene.guard.is_scarce


async def test_that_memory_is_short_and_then_no_longer_is_logged_once(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    scene.attach("secret")
    scene.now_s += 100
    for used in (0.5, 0.9, 0.9, 0.5, 0.5):
        scene.guard.act(used)
    assert [record.getMessage() for record in caplog.records if record.name == "backend.memory_guard"] == [
        "Memory is short: 90 % are used.",
        "Memory is no longer short: 50 % are used.",
    ]


async def test_what_ended_sessions_held_is_given_back_before_it_is_read_again(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    given_back: list[None] = []
    monkeypatch.setattr(memory_guard, "give_back", lambda: given_back.append(None))
    counts = []
    for used in (0.5, 0.9, 0.9, 0.5, 0.5):
        scene.guard.read()
        scene.guard.act(used)
        counts.append(len(given_back))
    assert counts == [0, 0, 1, 2, 2]
