"""A server that is killed and started again: how those who were there come back."""

import asyncio
import random
from dataclasses import dataclass, field

from tests.bench import networks
from tests.load.behaviour import Behaviour
from tests.load.pupil import Pupil
from tests.load.returning import come_back, most_at_once
from tests.load.tally import Tally
from tests.support import scrape
from tests.support.server import server_process

_LATENESS = "boundary_lab_ioloop_late_seconds"


@dataclass
class Returned:
    """What came out.

    Attributes:
        tally: what all have seen.
        most_at_once: attempts in the fullest tenth of a second.
        late: histogram of how late the new server's IOLoop was, in seconds, while all came back and trained.
    """

    tally: Tally = field(default_factory=Tally)
    most_at_once: int = 0
    late: dict[float, float] = field(default_factory=dict)


async def measure_returning(count: int, gone_s: float) -> Returned:
    """Kill a server while so many train, start it again on its port after a while, and wait until all train again."""
    returned = Returned()
    attempts_s: list[float] = []
    chances = [random.Random(index) for index in range(count)]  # noqa: S311 - no secret
    with server_process() as server:
        behaviours = [
            Behaviour(Pupil(server.address, returned.tally, index / count / 60), shape, chance, 0.0)
            for index, (shape, chance) in enumerate(zip(networks.different(count), chances, strict=True))
        ]
        pupils = [behaviour.pupil for behaviour in behaviours]
        await asyncio.gather(*(behaviour.begin() for behaviour in behaviours))
        server.process.kill()
        await asyncio.gather(*(pupil.until_lost() for pupil in pupils))
    coming = [
        asyncio.create_task(come_back(pupil, chance, attempts_s)) for pupil, chance in zip(pupils, chances, strict=True)
    ]
    await asyncio.sleep(gone_s)
    starting = server_process(port=server.port)
    server = await asyncio.to_thread(starting.__enter__)
    try:
        await asyncio.gather(*coming)
        await asyncio.gather(*(pupil.train() for pupil in pupils))
        await asyncio.gather(*(pupil.see_training_go_on() for pupil in pupils))
        returned.late = await scrape.buckets(server.address, _LATENESS)
        for pupil in pupils:
            pupil.leave()
    finally:
        await asyncio.to_thread(starting.__exit__, None, None, None)
    returned.most_at_once = most_at_once(attempts_s)
    return returned
