"""A small TCP proxy on the loopback address that counts bytes and can be a slow or a dead link."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

_CHUNK_BYTES = 1460
"""What one Ethernet packet carries: a slow link hands over no more at a time."""


class Link:
    """What the proxy does to the bytes from server to client.

    Attributes:
        bytes_per_second: the link's speed, None for as fast as it goes.
        is_stalled: whether it carries nothing now.
        is_black_hole: whether it swallows what comes from either end, and tells neither.
        downstream_bytes: how many bytes it has carried to the client.
        address: of the proxy, `http://host:port/`.
    """

    def __init__(self, bytes_per_second: float | None) -> None:
        self.bytes_per_second = bytes_per_second
        self.is_black_hole = False
        self.downstream_bytes = 0
        self.address = ""
        self._flowing = asyncio.Event()
        self._flowing.set()

    @property
    def is_stalled(self) -> bool:
        """Whether it carries nothing now."""
        return not self._flowing.is_set()

    def stall(self) -> None:
        """Carry nothing from now on."""
        self._flowing.clear()

    def flow(self) -> None:
        """Carry again."""
        self._flowing.set()

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, downstream: bool) -> None:
        """Carry one direction until it ends."""
        try:
            while data := await reader.read(_CHUNK_BYTES):
                if self.is_black_hole:
                    continue
                if downstream:
                    await self._flowing.wait()
                    self.downstream_bytes += len(data)
                    if self.bytes_per_second is not None:
                        await asyncio.sleep(len(data) / self.bytes_per_second)
                writer.write(data)
                await writer.drain()
        except (ConnectionError, asyncio.CancelledError):
            # Either end has gone; so does the other.
            pass
        finally:
            writer.close()


@asynccontextmanager
async def proxied(address: str, bytes_per_second: float | None = None) -> AsyncIterator[Link]:
    """A link to the server at an address."""
    link = Link(bytes_per_second)
    target = urlsplit(address)
    tasks: set[asyncio.Task[None]] = set()

    async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        # A small receive limit, so that the proxy holds back no more than a link would.
        server_reader, server_writer = await asyncio.open_connection(target.hostname, target.port, limit=4096)
        for task in (
            asyncio.create_task(link.carry(reader, server_writer, downstream=False)),
            asyncio.create_task(link.carry(server_reader, writer, downstream=True)),
        ):
            tasks.add(task)

    server = await asyncio.start_server(connect, "127.0.0.1", 0)
    link.address = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
    try:
        yield link
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
