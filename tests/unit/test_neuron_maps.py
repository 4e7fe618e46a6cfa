"""Tiles and drawn parameters, and maps of single units, against the same network in plain PyTorch."""

import dataclasses

import pytest
import torch
from torch import Tensor, nn

from backend.logic.classification_map import grid_features
from backend.logic.config import RunConfig
from backend.logic.neuron_maps import NeuronMaps, Tile
from backend.logic.snapshot import Snapshot
from tests.unit.networks import linears_of, observe, snapshot_of

CONFIG = RunConfig(features=("x1", "x2", "x1_x2"), hidden_layers=(10, 4), classes=3, initialisation="large")


def neurons_of(snapshot: Snapshot, width: int = 40, height: int = 20, side: int = 5) -> NeuronMaps:
    maps = observe(snapshot, width, height, tile_size=side).neurons
    assert maps is not None
    return maps


def plain_layers(snapshot: Snapshot, inputs: Tensor) -> list[Tensor]:
    """What each layer of a tanh network gives, the inputs first, from nn.Sequential."""
    linears = linears_of(snapshot)
    modules = [module for linear in linears[:-1] for module in (linear, nn.Tanh())]
    sequential = nn.Sequential(*modules, linears[-1])
    with torch.no_grad():
        hidden = [sequential[: 2 * count](inputs) for count in range(1, len(linears))]
        return [inputs, *hidden, sequential(inputs)]


def bytes_of(values: Tensor) -> list[int]:
    return [min(255, max(0, round(127.5 * (value + 1)))) for value in values.flatten().tolist()]


def values_of(tile: Tile) -> Tensor:
    return (torch.tensor(list(tile.cells)) / 127.5 - 1) * tile.scale


def test_each_tile_is_the_plain_forward_pass_averaged_over_its_cells() -> None:
    snapshot = snapshot_of(CONFIG)
    maps = neurons_of(snapshot)
    layers = plain_layers(snapshot, grid_features(40, 20, CONFIG.features).t())
    assert [len(tiles) for tiles in maps.tiles] == [3, 8, 4, 3]
    for tiles, values in zip(maps.tiles, layers, strict=True):
        for unit, tile in enumerate(tiles):
            # Blocks of 4 rows and 8 columns.
            expected = values[:, unit].view(5, 4, 5, 8).mean(dim=(1, 3))
            scale = max(1.0, expected.abs().max().item())
            assert tile.scale == pytest.approx(scale, rel=1e-5)
            assert torch.allclose(values_of(tile), expected.flatten(), atol=scale / 255 * 1.01)


def test_tiles_of_one_cell_are_the_mean_over_the_plane() -> None:
    snapshot = snapshot_of(CONFIG)
    (tile, *_), *_ = neurons_of(snapshot, side=1).tiles
    # x1 is as often left as right.
    assert (tile.cells, tile.scale) == (bytes([128]), 1.0)


def test_a_tile_may_be_finer_than_the_map() -> None:
    maps = neurons_of(snapshot_of(CONFIG), width=8, height=8, side=24)
    assert {len(tile.cells) for tiles in maps.tiles for tile in tiles} == {24 * 24}
    assert (maps.tiles[0][0].cells[:3], maps.tiles[0][0].cells[21:24]) == (bytes([0] * 3), bytes([255] * 3))


def test_of_wide_layers_the_first_eight_are_drawn_and_the_true_count_is_told() -> None:
    maps = neurons_of(snapshot_of(RunConfig(hidden_layers=(100,) * 10)))
    assert maps.unit_counts == (2, *[100] * 10, 2)
    assert [len(tiles) for tiles in maps.tiles] == [2, *[8] * 10, 2]


def test_weights_and_biases_are_those_between_the_drawn_units_in_the_order_of_nn_linear() -> None:
    snapshot = snapshot_of(CONFIG)
    maps = neurons_of(snapshot)
    for linear, weights, biases in zip(linears_of(snapshot), maps.weights, maps.biases, strict=True):
        assert weights == tuple(tuple(row) for row in linear.weight[:8, :8].tolist())
        assert biases == tuple(linear.bias[:8].tolist())
    assert [(len(rows), len(rows[0])) for rows in maps.weights] == [(8, 3), (4, 8), (3, 4)]


def test_neuron_maps_do_not_change_when_training_goes_on() -> None:
    snapshot = snapshot_of(CONFIG)
    maps = neurons_of(snapshot)
    before = dataclasses.asdict(maps)
    snapshot.parameters.add_(1)
    assert dataclasses.asdict(maps) == before


def test_a_network_without_hidden_layers_has_features_and_outputs() -> None:
    maps = neurons_of(snapshot_of(RunConfig(hidden_layers=())))
    assert (len(maps.tiles), maps.unit_counts) == (2, (2, 2))


@pytest.mark.parametrize("value", [float("inf"), float("nan"), 3e38])
def test_values_that_are_not_finite_make_no_bad_scale(value: float) -> None:
    snapshot = snapshot_of(CONFIG)
    snapshot.parameters.fill_(value)
    for tiles in neurons_of(snapshot).tiles:
        for tile in tiles:
            assert 1 <= tile.scale < float("inf")


def test_without_a_tile_size_there_are_no_neuron_maps() -> None:
    assert observe(snapshot_of(CONFIG), 10, 10).neurons is None


def test_asking_for_tiles_does_not_change_the_map() -> None:
    snapshot = snapshot_of(CONFIG)
    assert observe(snapshot, 30, 20).picture == observe(snapshot, 30, 20, tile_size=5).picture


@pytest.mark.parametrize("unit", [(0, 2), (1, 9), (2, 0), (3, 2)])
@pytest.mark.parametrize("tile_size", [None, 5])
def test_the_map_of_a_unit_is_what_the_unit_gives_over_the_grid(unit: tuple[int, int], tile_size: int | None) -> None:
    snapshot = snapshot_of(CONFIG)
    picture = observe(snapshot, 16, 12, unit=unit, tile_size=tile_size).picture
    layer, number = unit
    values = plain_layers(snapshot, grid_features(16, 12, CONFIG.features).t())[layer][:, number]
    scale = max(1.0, values.abs().max().item())
    assert picture.unit is not None
    assert picture.unit[:2] == unit
    assert picture.unit.scale == pytest.approx(scale, rel=1e-5)
    assert picture.classes == 0
    differences = [abs(a - b) for a, b in zip(picture.cells, bytes_of(values / scale), strict=True)]
    assert max(differences) <= 1


@pytest.mark.parametrize("unit", [(4, 0), (2, 4), (11, 99)])
def test_where_there_is_no_such_unit_the_map_is_the_networks_own(unit: tuple[int, int]) -> None:
    snapshot = snapshot_of(CONFIG)
    assert observe(snapshot, 16, 12, unit=unit) == observe(snapshot, 16, 12)


def test_a_hidden_unit_is_seen_behind_layer_norm_and_activation() -> None:
    config = RunConfig(hidden_layers=(4,), layer_norm=True, layer_activations=("relu",))
    snapshot = snapshot_of(config)
    (linear, _), inputs = linears_of(snapshot), grid_features(16, 12, config.features).t()
    with torch.no_grad():
        values = nn.Sequential(linear, nn.LayerNorm(4), nn.ReLU())(inputs)[:, 1]
    picture = observe(snapshot, 16, 12, unit=(1, 1)).picture
    scale = max(1.0, values.max().item())
    differences = [abs(a - b) for a, b in zip(picture.cells, bytes_of(values / scale), strict=True)]
    assert max(differences) <= 1
