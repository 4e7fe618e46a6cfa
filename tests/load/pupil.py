"""Pupil: one session over all its connections, and what the server must still know of it."""

import asyncio
import secrets
import time
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import urlsplit

from tests.bench.client import LoadClient, Painted
from tests.bench.websocket import Message
from tests.load.tally import Steps, Tally
from tests.support.http import fetch
from tests.support.kept_runs import bring

POINTS, STEPS, COMMANDS, SESSIONS, RUNS = "points", "steps", "commands", "sessions", "runs"
"""What can be lost."""

_NEW_MODEL: Final = frozenset({"hidden_layers", "seed", "activation", "features"})
_MOMENT_S: Final = 30.0

Row = tuple[float, float, int]
"""x, y and label of a point."""


class _Connection(LoadClient):
    """A connection that keeps nothing but counts, and tells its pupil what comes."""

    def __init__(self, host: str, phase_s: float, pupil: "Pupil") -> None:
        super().__init__(host, phase_s, pupil.session_id)
        self.session: Message = {}
        self.points: Message = {}
        self.saved: Message = {}
        self.opened: Message = {}
        self.ended = asyncio.Event()
        self._pupil = pupil

    def on_message(self, message: Message) -> None:
        match message["type"]:
            case "SESSION":
                self.session = message
                if message["resumed"] and self._pupil.is_at(self):
                    # Now: a status that comes with it tells of a later step.
                    self._pupil.see_step(self._pupil.status_steps, message["state"]["step"])
            case "POINTS":
                self.points = message
            case "RUN_SAVED":
                self.saved = message
            case "ERROR" if message["code"] == "save_failed":
                self.saved = message
            case "RUN_OPENED":
                self.opened = message
            case "TRAINING_STATUS" if self._pupil.is_at(self):
                self._pupil.see_step(self._pupil.status_steps, message["step"])
        super().on_message(message)

    def on_end(self) -> None:
        super().on_end()
        self.ended.set()

    def on_painted(self, painted: Painted) -> None:
        if self._pupil.is_at(self):
            self._pupil.see_map(painted)


class Pupil:
    """A person with a page: draws, trains, loses the connection, comes back, and knows what has to be there then.

    Args:
        address: the server's.
        tally: where what is seen and missed is counted.
        phase_s: by how much their screen is out of step with the clock.

    Attributes:
        session_id: of the one session they have at a time.
        rows: the points that the server has accepted, by their ids, in order.
        painted_count: maps that were painted, over all connections.
        longest_gap_s: between two of them.
        map_steps: the steps that maps tell of.
        status_steps: those that statuses tell of.
    """

    def __init__(self, address: str, tally: Tally, phase_s: float = 0.0) -> None:
        target = urlsplit(address)
        assert target.hostname is not None
        assert target.port is not None
        self.session_id = secrets.token_hex(16)
        self.rows: dict[int, Row] = {}
        self.painted_count = 0
        self.longest_gap_s = 0.0
        self.map_steps, self.status_steps = Steps(), Steps()
        self._host, self._target, self._phase_s = target.netloc, (target.hostname, target.port), phase_s
        self._address = address
        self._tally = tally
        self._config: dict[str, Any] = {}
        self._connection: _Connection | None = None
        self._painted_s: float | None = None

    @property
    def run_state(self) -> str:
        """What the newest status tells."""
        state: str = self._connected.status.get("run_state", "IDLE")
        return state

    # Coming and going

    async def come(self) -> None:
        """Begin a session."""
        if (await self._connect())["resumed"]:
            self._tally.lose(SESSIONS, "a session that has just been made up was there already")

    async def resume(self) -> None:
        """Come back in time: all is as it was."""
        session = await self._connect()
        self._tally.done["resumed"] += 1
        if not session["resumed"]:
            self._tally.lose(SESSIONS, "a session was not kept")
        self._compare("after coming back", session["state"]["points"])
        self._connected.status = {"run_state": session["state"]["run_state"]} | self._connected.status

    async def restore(self) -> None:
        """Come back too late, and bring along what the page remembers."""
        session = await self._connect()
        self._tally.done["restored"] += 1
        if session["resumed"]:
            self._tally.lose(SESSIONS, "a session was kept for too long")
            return
        self._renew()
        rows = list(self.rows.values())
        answer = await self.ask("RESTORE", config=self._config, points=rows)
        if answer is None:
            return
        self.rows = dict(zip(answer["point_ids"], rows, strict=True))
        await self._connected.until(lambda: bool(self._connected.points))
        self._compare("after they were restored", self._connected.points["points"])

    def drop(self) -> None:
        """Lose the connection without a word."""
        self._connected.vanish()
        self._connection = None

    async def until_lost(self) -> None:
        """Wait until the server has gone."""
        await self._connected.ended.wait()
        self._connection = None

    def leave(self) -> None:
        """Close the page."""
        self._connected.close()
        self._connection = None

    # Asking

    async def ask(self, kind: str, **fields: Any) -> Message | None:
        """Send a command that is right; return its answer, or None, and count a loss, if it gets none or is refused."""
        began_s = time.perf_counter()
        self._tally.done["commands"] += 1
        try:
            answer = await self._connected.request(kind, **fields)
        except (ConnectionError, TimeoutError, ValueError) as error:
            self._tally.lose(COMMANDS, f"{kind}: {type(error).__name__} {error}")
            return None
        times_ms = self._tally.probe_ms if kind == "PROBE" else self._tally.command_ms
        times_ms.append(1000 * (time.perf_counter() - began_s))
        return answer

    async def add(self, rows: Sequence[Row]) -> None:
        """Draw points."""
        answer = await self.ask("ADD_POINTS", points=rows)
        if answer is not None:
            self.rows.update(zip(answer["point_ids"], rows, strict=True))

    async def change(self, point_id: int, row: Row) -> None:
        """Move or relabel a point."""
        if await self.ask("CHANGE_POINTS", points=[[point_id, *row]]) is not None:
            self.rows[point_id] = row

    async def remove(self, point_id: int) -> None:
        """Erase a point."""
        if await self.ask("REMOVE_POINTS", ids=[point_id]) is not None:
            del self.rows[point_id]

    async def load(self, dataset: str, count: int) -> None:
        """Replace all points by a ready data set."""
        self._connected.points = {}
        if await self.ask("LOAD_DATASET", dataset=dataset, count=count) is None:
            return
        await self._connected.until(lambda: bool(self._connected.points))
        told = self._connected.points["points"]
        self.rows = {point_id: (x, y, label) for point_id, x, y, label, _ in told}
        if len(self.rows) != count:
            self._tally.lose(POINTS, f"{len(self.rows)} of {count} of {dataset}")

    async def configure(self, **fields: Any) -> None:
        """Change settings."""
        if not _NEW_MODEL.isdisjoint(fields):
            self._renew()
        if await self.ask("CONFIGURE", **fields) is not None:
            self._config |= fields

    async def reset(self) -> None:
        """Take new weights."""
        self._renew()
        await self.ask("RESET_MODEL")

    async def save(self, *, drops_out: bool) -> Message | None:
        """Have the run saved, and return what is told of it; None, and a loss, if it is not saved.

        Args:
            drops_out: whether the connection is lost meanwhile.
        """
        self._connected.saved = {}
        if await self.ask("SAVE_RUN") is None:
            return None
        if drops_out:
            self.drop()
            await self.resume()
        await self._connected.until(lambda: bool(self._connected.saved))
        saved = self._connected.saved
        if saved["type"] != "RUN_SAVED":
            self._tally.lose(RUNS, saved["message"])
            return None
        self._tally.done["runs saved"] += 1
        return saved

    async def download(self, saved: Message) -> bytes | None:
        """The zip of a saved run; None, and a loss, if it is not to be had."""
        response = await fetch(self._address, f"runs/{self.session_id}/{saved['checkpoint_id']}.zip")
        if response.code != 200:
            self._tally.lose(RUNS, f"not downloaded: {response.code} {response.body[:200]!r}")
            return None
        self._tally.done["runs downloaded"] += 1
        return response.body

    async def open(self, packed: bytes, saved: Message) -> None:
        """Go back to a saved run, of which the points have not been changed since."""
        await self.stop()
        self._connected.opened = {}
        self._renew()
        response = await bring(self._address, self.session_id, {"zip": packed})
        if response.code != 200:
            self._tally.lose(RUNS, f"not opened: {response.code} {response.body[:200]!r}")
            return
        await self._connected.until(lambda: bool(self._connected.opened))
        state = self._connected.opened["state"]
        self._tally.done["runs opened"] += 1
        self._compare("after a run was opened", state["points"])
        if state["step"] != saved["step"]:
            self._tally.lose(RUNS, f"opened at step {state['step']}, saved at {saved['step']}")

    async def train(self) -> None:
        """Train on, until a map of a later step has been painted."""
        if self.run_state in {"DIVERGED", "FAILED"}:
            await self.reset()
        if self.run_state != "TRAINING":
            await self.ask("START_TRAINING")
            await self._until_state("TRAINING")
        await self.see_training_go_on()

    async def see_training_go_on(self) -> None:
        """Wait until two more maps have been painted."""
        wanted = self.painted_count + 2
        await self._connected.until(lambda: self.painted_count >= wanted or self.run_state != "TRAINING", _MOMENT_S)

    async def until_at_full_speed(self) -> None:
        """Wait until the first epochs are over, which are held back to be watched."""
        await self._connected.until_at_full_speed()

    async def stop(self) -> None:
        """Stop training."""
        if self.run_state == "TRAINING":
            await self.ask("STOP_TRAINING")
            await self._connected.until(lambda: self.run_state != "TRAINING", _MOMENT_S)

    async def misbehave(self, text: str) -> None:
        """Send what is no message: it is answered by an ERROR all the same, and changes nothing."""
        self._connected.send_text(text)
        self._tally.done["misbehaved"] += 1
        # Messages are answered in turn: that this one is means that the one before has been dealt with.
        await self.ask("PROBE", x=0, y=0)

    def is_at(self, connection: LoadClient) -> bool:
        """Whether this is their connection now: what is still under way on one before it counts no more."""
        return connection is self._connection

    def see_map(self, painted: Painted) -> None:
        """A map has been painted."""
        self.painted_count += 1
        self.longest_gap_s = max(self.longest_gap_s, painted.painted_s - (self._painted_s or painted.painted_s))
        self._painted_s = painted.painted_s
        self.see_step(self.map_steps, painted.step)

    def see_step(self, steps: Steps, step: int) -> None:
        """A message tells of a step."""
        before = steps.last
        if not steps.see(step):
            self._tally.lose(STEPS, f"from {before} back to {step}")

    @property
    def _connected(self) -> _Connection:
        assert self._connection is not None
        return self._connection

    async def _connect(self) -> Message:
        loop = asyncio.get_running_loop()
        made = _Connection(self._host, self._phase_s, self)
        await loop.create_connection(lambda: made, *self._target)
        self._connection = made
        await made.until_open()
        return made.session

    def _renew(self) -> None:
        self.map_steps.renew()
        self.status_steps.renew()

    async def _until_state(self, run_state: str) -> None:
        await self._connected.until_state(run_state, _MOMENT_S)

    def _compare(self, when: str, told: Sequence[Sequence[Any]]) -> None:
        """See that the points that the server tells are those that it has accepted."""
        self._tally.done["points compared"] += len(self.rows)
        found = {point_id: (x, y, label) for point_id, x, y, label, _ in told}
        if found != self.rows:
            wrong = len(found.items() ^ self.rows.items())
            self._tally.lose(POINTS, f"{when}, {wrong} of {len(self.rows)} are wrong, missing or too many")
