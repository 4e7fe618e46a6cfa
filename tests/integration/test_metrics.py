"""What a scraper reads of a server that is used."""

import asyncio
import re
import shutil
import subprocess

from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from backend.neuron_frames import encode_neurons
from tests.support.client import DEADLINE_S, Client
from tests.support.http import fetch
from tests.support.raw import RawClient
from tests.support.runs import XOR_ROWS, begin_training, stop_training
from tests.support.server import LocalServer

SECRETS = re.compile(r"[0-9a-f]{32}|\d+\.\d+\.\d+\.\d+|::1|localhost")


async def families(server: LocalServer) -> list[Metric]:
    """All families, as the client library's own parser reads them."""
    response = await fetch(server.address, "metrics")
    assert response.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    return list(text_string_to_metric_families(response.body.decode()))


async def samples(server: LocalServer) -> dict[str, float]:
    """The metrics: name and values of labels, and the value."""
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in await families(server)
        for sample in family.samples
    }


async def test_the_metrics_count_what_happens(server: LocalServer, client: Client) -> None:
    before = await samples(server)
    assert before["boundary_lab_trainers"] == 0
    await client.request("VIEW", neurons=True, tile_size=10)
    await begin_training(client)
    assert (await samples(server))["boundary_lab_trainers"] == 1
    await client.until_frames(3)
    await client.send_raw("{")
    await client.until(lambda: bool(client.of_type("ERROR")))
    steps = (await stop_training(client))["step"]
    # The server reads in order: what was acknowledged before has been counted when this is answered.
    await client.request("PROBE", x=0, y=0)
    after = await samples(server)

    def grown(name: str) -> float:
        return after[name] - before[name]

    assert (after["boundary_lab_sessions"], after["boundary_lab_connections"]) == (1, 1)
    assert after["boundary_lab_trainers"] == 0
    frames = len(client.frames)
    assert grown("boundary_lab_frames_sent_total map") == frames
    assert grown("boundary_lab_frame_bytes_total map") == frames * (32 + 100 * 100)
    assert grown("boundary_lab_frames_sent_total neurons") == len(client.neuron_frames) > 0
    neuron_bytes = sum(len(encode_neurons(frame)) for frame in client.neuron_frames)
    assert grown("boundary_lab_frame_bytes_total neurons") == neuron_bytes
    assert grown("boundary_lab_acknowledge_seconds_count") == frames + len(client.neuron_frames)
    assert grown("boundary_lab_render_seconds_count") >= frames
    assert grown("boundary_lab_steps_total") == steps
    assert 0 < grown("boundary_lab_step_seconds_count") <= steps
    assert grown("boundary_lab_gate_wait_seconds_count training") > 0
    assert grown("boundary_lab_gate_wait_seconds_count render") > 0
    assert grown("boundary_lab_messages_total START_TRAINING") == 1
    assert grown("boundary_lab_errors_total malformed") == 1
    assert grown("boundary_lab_frames_dropped_total replaced") > 0


async def test_connections_are_counted_by_how_they_were_closed(server: LocalServer, client: Client) -> None:
    before = await samples(server)
    async with Client(server.address, client.session_id) as second:
        assert await client.until_closed() == 4409
        await second.send_raw(b"binary")
        assert await second.until_closed() == 1003
    async with RawClient(server.address) as deaf, Client(server.address, deaf.session_id):
        # It has been closed as taken over, and does not answer that. Who takes over leaves without a code.
        deaf.vanish()
    async with RawClient(server.address) as lost:
        lost.vanish()

    async def grown() -> dict[str, float]:
        after = await samples(server)
        return {name.split()[1]: after[name] - before[name] for name in after if "closes_total" in name}

    async with asyncio.timeout(DEADLINE_S):
        while sum((await grown()).values()) < 5:
            # A connection that is lost is noticed when it is.
            continue
    assert {code: count for code, count in (await grown()).items() if count} == {"4409": 2, "1003": 1, "1006": 2}


async def test_no_label_tells_who_somebody_is(server: LocalServer, client: Client) -> None:
    await begin_training(client)
    await client.send_raw(f'{{"type": "{client.session_id}"}}')
    await client.send("ADD_POINTS", points=[*XOR_ROWS, [client.session_id]])
    await client.until(lambda: len(client.of_type("ERROR")) == 2)
    for family in await families(server):
        for sample in family.samples:
            assert [value for value in sample.labels.values() if SECRETS.search(value)] == [], sample.name


async def test_promtool_finds_nothing_wrong(server: LocalServer, client: Client) -> None:
    await begin_training(client)
    promtool = shutil.which("promtool")
    assert promtool is not None, "promtool comes with Prometheus"
    text = (await fetch(server.address, "metrics")).body
    checked = subprocess.run(  # noqa: ASYNC221 - it takes a moment, and nobody else waits
        [promtool, "check", "metrics"], input=text, capture_output=True, check=False
    )
    assert (checked.returncode, checked.stdout + checked.stderr) == (0, b"")
