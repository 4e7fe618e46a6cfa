"""Neuron maps, maps of one unit, values and METRICS over the wire."""

from typing import Any

import pytest

from backend.neuron_frames import NeuronFrame, encode_neurons
from tests.support.client import Client, RefusedByServerError
from tests.support.proxy import proxied
from tests.support.runs import XOR_ROWS, begin_training, stop_training, tell_figure, train_on
from tests.support.server import LocalServer


async def until_neurons(client: Client, count: int = 1) -> NeuronFrame:
    """Wait until so many more neuron maps have come, and return the last."""
    wanted = len(client.neuron_frames) + count
    await client.until(lambda: len(client.neuron_frames) >= wanted)
    return client.neuron_frames[wanted - 1]


async def test_neuron_maps_come_while_they_are_asked_for(client: Client) -> None:
    await begin_training(client)
    assert client.neuron_frames == []
    await client.request("VIEW", neurons=True)
    shown = await until_neurons(client, 3)
    assert shown.maps.side == 24
    assert shown.step > 0
    assert shown.train_loss is not None
    steps = [frame.step for frame in client.neuron_frames]
    assert steps == sorted(steps)
    await client.request("VIEW", neurons=False)
    seen = len(client.neuron_frames)
    await client.until_frames(10)
    assert len(client.neuron_frames) == seen


async def test_maps_and_neuron_maps_are_numbered_together(client: Client) -> None:
    await client.request("VIEW", neurons=True)
    await begin_training(client)
    await until_neurons(client, 3)
    numbers = sorted(frame.seq for frame in [*client.frames, *client.neuron_frames])
    assert numbers == list(range(1, len(numbers) + 1))


async def test_at_rest_map_neuron_maps_metrics_and_status_are_of_one_step(client: Client) -> None:
    await client.request("VIEW", neurons=True, metrics=True)
    await begin_training(client)
    step = (await stop_training(client))["step"]
    await client.until(
        lambda: client.frames[-1].step == client.neuron_frames[-1].step == client.last("METRICS")["step"] == step
    )


async def test_a_diagram_before_the_first_start_shows_the_network_at_step_0(client: Client) -> None:
    await client.request("VIEW", neurons=True)
    frame = await until_neurons(client)
    assert (frame.step, frame.maps.unit_counts) == (0, (2, 8, 8, 2))
    assert client.frames[0].step == 0
    await client.request("CONFIGURE", hidden_layers=[3], features=["x1", "x2", "sin_x1"])
    await client.until(lambda: client.neuron_frames[-1].maps.unit_counts == (3, 3, 2))
    assert client.neuron_frames[-1].step == 0
    await begin_training(client)
    await client.until(lambda: client.neuron_frames[-1].step > 0)


async def test_a_session_that_has_a_model_to_look_at_can_still_be_restored(client: Client) -> None:
    await client.request("VIEW", neurons=True)
    await until_neurons(client)
    await client.request("RESTORE", config={"hidden_layers": [5], "classes": 3}, points=[[0, 0, 2], [1, 1, 0]])
    await client.until(lambda: client.neuron_frames[-1].maps.unit_counts == (2, 5, 3))
    assert client.frames[-1].classes == 3


async def test_a_hidden_page_has_no_model_built(client: Client) -> None:
    await client.request("VIEW", neurons=True, visible=False)
    assert (await client.request("PROBE", x=0, y=0))["step"] is None
    await client.request("VIEW", visible=True)
    await until_neurons(client)


async def test_a_resumed_connection_gets_its_neuron_maps_at_once(server: LocalServer, client: Client) -> None:
    await begin_training(client)
    status = await stop_training(client)
    async with Client(server.address, client.session_id) as again:
        await again.request("VIEW", neurons=True)
        assert (await until_neurons(again)).step == status["step"]


async def test_of_ten_layers_of_a_hundred_the_first_eight_units_are_told_and_the_true_count(client: Client) -> None:
    await client.request("CONFIGURE", hidden_layers=[100] * 10, classes=8)
    await client.request("VIEW", neurons=True, width=50, height=50, tile_size=50)
    frame = await until_neurons(client)
    assert frame.maps.unit_counts == (2, *[100] * 10, 8)
    assert [len(tiles) for tiles in frame.maps.tiles] == [2, *[8] * 10, 8]
    assert [len(rows) for rows in frame.maps.weights] == [8] * 11
    expected = 32 + 90 * 50 * 50 + 4 * (90 + 16 + 64 * 10 + 88) + 3 * 12 + 1
    assert len(encode_neurons(frame)) == expected


async def test_the_map_shows_a_unit_at_once_while_resting_and_while_training(client: Client) -> None:
    await begin_training(client)
    await stop_training(client)
    await client.request("VIEW", unit=[1, 7])
    await client.until(lambda: client.frames[-1].unit is not None)
    assert client.frames[-1].unit is not None
    assert client.frames[-1].unit[:2] == (1, 7)
    await client.request("START_TRAINING")
    await train_on(client)
    assert client.frames[-1].unit is not None
    await client.request("VIEW", unit=None)
    await client.until(lambda: client.frames[-1].unit is None)


async def test_when_the_layer_of_the_unit_is_removed_the_networks_own_map_comes_back(client: Client) -> None:
    await client.request("VIEW", unit=[2, 7])
    await client.until(lambda: bool(client.frames) and client.frames[-1].unit is not None)
    await client.request("CONFIGURE", hidden_layers=[8])
    await client.until(lambda: client.frames[-1].unit is None)
    assert client.frames[-1].classes == 2
    with pytest.raises(RefusedByServerError, match="no unit 7 in layer 2: it has units 0 to 1"):
        await client.request("VIEW", unit=[2, 7])


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"unit": [1, 8]}, "unit[1]"),
        ({"unit": [4, 0]}, "unit[0]"),
        ({"unit": [12, 0]}, "unit[0]"),
        ({"unit": [1, 100]}, "unit[1]"),
        ({"unit": [-1, 0]}, "unit[0]"),
        ({"unit": [1]}, "unit"),
        ({"unit": [1, 1, 1]}, "unit"),
        ({"unit": "1,1"}, "unit"),
        ({"tile_size": 7}, "tile_size"),
        ({"tile_size": 51}, "tile_size"),
        ({"neurons": 1}, "neurons"),
        ({"metrics": "yes"}, "metrics"),
    ],
)
async def test_a_view_that_cannot_be_is_refused_and_changes_nothing(
    client: Client, fields: dict[str, Any], path: str
) -> None:
    with pytest.raises(RefusedByServerError) as refused:
        await client.request("VIEW", **{"width": 20, "neurons": True, **fields})
    assert (refused.value.code, refused.value.path) == ("invalid_field", path)
    await begin_training(client)
    assert client.frames[-1].width == 100
    assert client.neuron_frames == []


async def test_metrics_tell_how_the_network_learns(client: Client) -> None:
    await begin_training(client, train_fraction=0.5, schedule="cosine", schedule_epochs=1, learning_rate=0.02)
    assert client.of_type("METRICS") == []
    await client.request("VIEW", metrics=True)
    await client.until(lambda: bool(client.of_type("METRICS")))
    metrics = client.last("METRICS")
    counts = [sum(map(sum, metrics[name])) for name in ("train_confusion", "test_confusion")]
    assert sum(counts) == len(XOR_ROWS)
    assert [len(metrics["gradient_norms"]), len(metrics["dead_shares"])] == [3, 2]
    assert all(norm >= 0 for norm in metrics["gradient_norms"])
    # A cosine goes down to a hundredth, here within the first epoch.
    assert metrics["learning_rate"] == pytest.approx(0.0002)
    await client.request("VIEW", metrics=False)
    told = len(client.of_type("METRICS"))
    await client.until_frames(15)
    assert len(client.of_type("METRICS")) == told


async def test_a_regression_is_shown_scored_and_probed_as_values(client: Client) -> None:
    await client.request("CONFIGURE", problem="regression")
    await client.request("LOAD_DATASET", dataset="plane")
    await client.request("VIEW", neurons=True, metrics=True)
    await client.request("START_TRAINING")
    await client.until(lambda: bool(client.frames) and client.frames[-1].step > 1000, deadline_s=60)
    status = await stop_training(client)
    assert status["train_loss"] < 0.05
    assert (status["train_accuracy"], status["test_accuracy"]) == (None, None)
    await client.until(lambda: client.frames[-1].step == client.neuron_frames[-1].step == status["step"])
    frame = client.frames[-1]
    assert (frame.encoding, frame.classes, frame.unit) == (2, 0, None)
    assert client.neuron_frames[-1].maps.unit_counts == (2, 8, 8, 1)
    probed = await client.request("PROBE", x=-5.94, y=5.94)
    assert probed["probabilities"] == []
    assert abs(frame.cells[0] - 127.5 * (min(1, max(-1, probed["value"])) + 1)) <= 1
    await client.until(lambda: client.last("METRICS")["step"] == status["step"])
    assert (client.last("METRICS")["train_confusion"], client.last("METRICS")["test_confusion"]) == ([], [])


async def test_a_stalled_client_with_a_diagram_sees_the_newest_and_no_frame_twice(server: LocalServer) -> None:
    async with proxied(server.address) as link, Client(link.address) as client, Client(server.address) as watcher:
        await client.request("VIEW", neurons=True)
        await begin_training(client)
        await until_neurons(client, 2)
        link.stall()
        await begin_training(watcher)
        # The watcher's frames are the clock: 30 a second and no sleep.
        await watcher.until_frames(30)
        last = max(frame.seq for frame in [*client.frames, *client.neuron_frames])
        before = client.frames[-1].step
        link.flow()
        await client.until(
            lambda: sum(frame.seq > last + 2 for frame in client.frames) > 1 and client.neuron_frames[-1].seq > last + 2
        )
        # At most the two frames in flight are from before the stall ended.
        fresh = [frame.step for frame in [*client.frames, *client.neuron_frames] if frame.seq > last + 2]
        tell_figure(f"steps: {before:,} when it stalled, then {[f'{step:,}' for step in sorted(fresh)]}")
        numbers = [frame.seq for frame in [*client.frames, *client.neuron_frames]]
        assert len(set(numbers)) == len(numbers)
        now = (await client.request("PROBE", x=0, y=0))["step"]
        assert now - min(fresh) < min(fresh) - before
