"""What pupils do: those who stay and edit every few seconds, and those who come, try this and that, and go."""

import asyncio
import math
import random
import time
from collections.abc import Awaitable, Callable
from typing import Final

from tests.bench import networks
from tests.bench.plain import Layers
from tests.load.pupil import SESSIONS, Pupil, Row
from tests.load.tally import Tally

_MOST_POINTS: Final = 300
_FEWEST_OF_A_CLASS: Final = 3
_GARBAGE: Final = (
    "no message",
    '{"type": "ADD_POINT", "x": 99, "y": 0, "label": 0}',
    '{"type": "DANCE"}',
    '{"type": "ACK", "seq": 4294967295}',
    "[" * 500,
    '{"type": "REMOVE_POINTS", "ids": [9007199254740991]}',
)
_LEARNING_RATES: Final = (0.003, 0.01, 0.02)
_OPTIMIZERS: Final = ("adam", "adamw", "rmsprop", "momentum")

Act = Callable[["Behaviour"], Awaitable[None]]


class Behaviour:
    """Decides what a pupil does next.

    Args:
        pupil: whose session it is.
        layers: their network.
        chance: decides.
        resume_window_s: the server keeps a lost session for so long.
    """

    def __init__(self, pupil: Pupil, layers: Layers, chance: random.Random, resume_window_s: float) -> None:
        self.pupil = pupil
        self._layers, self._chance, self._resume_window_s = layers, chance, resume_window_s

    async def begin(self) -> None:
        """Come, draw and train."""
        await self.pupil.come()
        await self.pupil.configure(**networks.config(self._layers, self._chance.randrange(1000)))
        await self.pupil.add([self._point(label) for label in (0, 1) for _ in range(10)])
        await self.pupil.train()

    async def edit(self) -> None:
        """Do one of the things that a pupil does without letting go of the run."""
        await self._chance.choice(_EDITS)(self)

    async def try_something(self) -> None:
        """Do one of all things."""
        await self._chance.choice((*_EDITS, *_TRIALS))(self)

    def wait_s(self, average_s: float) -> float:
        """How long to wait until the next thing."""
        return average_s * self._chance.uniform(0.5, 1.5)

    async def pause(self, least_s: float, most_s: float) -> None:
        """Look at it for a while."""
        await asyncio.sleep(self._chance.uniform(least_s, most_s))

    async def draw(self) -> None:
        """Add some points, or begin anew with a ready data set when there are too many."""
        if len(self.pupil.rows) > _MOST_POINTS:
            await self.pupil.load(self._chance.choice(networks.DATASETS), 60)
        else:
            await self.pupil.add([self._point(self._chance.randrange(2)) for _ in range(self._chance.randint(1, 12))])

    async def move(self) -> None:
        """Put a point elsewhere."""
        point_id = self._chance.choice(list(self.pupil.rows))
        await self.pupil.change(point_id, self._point(self.pupil.rows[point_id][2]))

    async def erase(self) -> None:
        """Remove a point, if enough of its class are left."""
        point_id = self._chance.choice(list(self.pupil.rows))
        label = self.pupil.rows[point_id][2]
        if sum(row[2] == label for row in self.pupil.rows.values()) > _FEWEST_OF_A_CLASS:
            await self.pupil.remove(point_id)

    async def set_rate(self) -> None:
        """Change what can be changed while it trains."""
        await self.pupil.configure(learning_rate=self._chance.choice(_LEARNING_RATES))

    async def set_optimizer(self) -> None:
        """Take another optimizer, and keep the weights small or not."""
        await self.pupil.configure(optimizer=self._chance.choice(_OPTIMIZERS), l2=self._chance.choice((0, 0.001)))

    async def point_at(self) -> None:
        """Ask what the network says at a place."""
        x, y, _ = self._point(0)
        await self.pupil.ask("PROBE", x=x, y=y)

    async def look_closer(self) -> None:
        """Look at the diagram and the figures, and away again."""
        await self.pupil.ask("VIEW", neurons=True, metrics=True)
        await self.pause(0.3, 1)
        await self.pupil.ask("VIEW", neurons=False, metrics=False)

    async def begin_anew(self) -> None:
        """Take new weights while it trains."""
        await self.pupil.reset()
        await self.pupil.train()

    async def rebuild(self) -> None:
        """Stop, take another network, and train that."""
        await self.pupil.stop()
        await self.pupil.configure(hidden_layers=[self._chance.randint(3, 14), self._chance.randint(3, 8)])
        await self.pupil.train()

    async def lose_the_connection(self) -> None:
        """Drop out for a moment, and find all as it was."""
        self.pupil.drop()
        await self.pause(0, self._resume_window_s / 4)
        await self.pupil.resume()
        await self.pupil.train()

    async def come_back_too_late(self) -> None:
        """Stay away for so long that the session has ended, and bring back what was drawn."""
        self.pupil.drop()
        # Well beyond the window: what ends in the very moment of coming back is no loss.
        await asyncio.sleep(2 * self._resume_window_s)
        await self.pupil.restore()
        await self.pupil.train()

    async def take_over(self) -> None:
        """Open the session a second time."""
        await self.pupil.resume()
        await self.pupil.train()

    async def keep_the_run(self) -> None:
        """Save and download the run, with or without a lost connection, and perhaps go back to it."""
        saved = await self.pupil.save(drops_out=self._chance.random() < 0.3)
        packed = None if saved is None else await self.pupil.download(saved)
        if saved is not None and packed is not None and self._chance.random() < 0.5:
            await self.pupil.open(packed, saved)
        await self.pupil.train()

    async def talk_nonsense(self) -> None:
        """Send what is no message."""
        await self.pupil.misbehave(self._chance.choice(_GARBAGE))

    def _point(self, label: int) -> Row:
        """A place in quarters, which text carries exactly; the classes lie in rings: there is something to learn."""
        radius, angle = 2.5 * label + self._chance.uniform(0, 2), self._chance.uniform(0, 2 * math.pi)
        return (round(4 * radius * math.cos(angle)) / 4, round(4 * radius * math.sin(angle)) / 4, label)


_EDITS: Final[tuple[Act, ...]] = (
    Behaviour.draw,
    Behaviour.draw,
    Behaviour.move,
    Behaviour.erase,
    Behaviour.set_rate,
    Behaviour.point_at,
)
"""None of them changes what a step costs."""
_TRIALS: Final[tuple[Act, ...]] = (
    Behaviour.set_optimizer,
    Behaviour.look_closer,
    Behaviour.begin_anew,
    Behaviour.rebuild,
    Behaviour.lose_the_connection,
    Behaviour.lose_the_connection,
    Behaviour.come_back_too_late,
    Behaviour.take_over,
    Behaviour.keep_the_run,
    Behaviour.keep_the_run,
    Behaviour.talk_nonsense,
)


async def stay(behaviour: Behaviour, tally: Tally, ends_s: float, edit_interval_s: float) -> None:
    """Train until then, and edit every now and then.

    Args:
        behaviour: of a pupil who has begun.
        tally: of what is seen.
        ends_s: when to end, by `time.monotonic`.
        edit_interval_s: between edits, on average.
    """
    while (left_s := ends_s - time.monotonic()) > 0:
        await asyncio.sleep(min(left_s, behaviour.wait_s(edit_interval_s)))
        try:
            await behaviour.edit()
            await behaviour.pupil.see_training_go_on()
        except (ConnectionError, TimeoutError) as error:
            tally.lose(SESSIONS, f"of one who stays: {type(error).__name__} {error}")
            return


async def visit_again_and_again(
    address: str, tally: Tally, chance: random.Random, ends_s: float, resume_window_s: float
) -> None:
    """Come, try things, and go, one session after another, until then.

    Args:
        address: the server's.
        tally: of what is seen.
        chance: decides.
        ends_s: when to end, by `time.monotonic`.
        resume_window_s: the server keeps a lost session for so long.
    """
    shapes = networks.different(30)
    while time.monotonic() < ends_s:
        pupil = Pupil(address, tally, chance.random() / 60)
        try:
            await _visit(Behaviour(pupil, chance.choice(shapes), chance, resume_window_s), chance, ends_s)
        except (ConnectionError, TimeoutError) as error:
            tally.lose(SESSIONS, f"of one who came: {type(error).__name__} {error}")
        tally.done["visits"] += 1
        if chance.random() < 0.5:
            pupil.drop()
        else:
            pupil.leave()


async def _visit(behaviour: Behaviour, chance: random.Random, ends_s: float) -> None:
    await behaviour.begin()
    for _ in range(chance.randint(1, 8)):
        if time.monotonic() >= ends_s:
            break
        await behaviour.try_something()
        await behaviour.pause(0.1, 1.5)
    # Whoever goes has looked once more whether all is there.
    await behaviour.lose_the_connection()
