"""`python -m tests.support.client_process ADDRESS SESSION_ID`: a client that trains, and can be stopped as a process.

It prints "training" when it has seen a step, and "closed" when the server has closed its connection.
"""

import asyncio
import sys
from typing import Final

from tests.support.client import Client
from tests.support.runs import begin_training

_LONGEST_S: Final = 120.0


async def _train_until_closed(address: str, session_id: str) -> None:
    async with Client(address, session_id) as client:
        await begin_training(client)
        print("training", flush=True)
        await client.until_closed(_LONGEST_S)
    print("closed", flush=True)


if __name__ == "__main__":
    asyncio.run(_train_until_closed(*sys.argv[1:]))
