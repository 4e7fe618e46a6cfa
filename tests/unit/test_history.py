"""The history of a run: thinned out, and bounded, however long it trains."""

from dataclasses import replace
from itertools import pairwise

import pytest
import torch

from backend.logic.config import RunConfig
from backend.logic.evaluation import NO_SCORES, Scores
from backend.logic.history import MOST_MOMENT_BYTES, MOST_MOMENTS, MOST_ROWS, History
from backend.logic.snapshot import Snapshot
from tests.unit.networks import snapshot_of

CONFIG = RunConfig(hidden_layers=(2,))
SNAPSHOT = snapshot_of(CONFIG)


def at(step: int) -> Snapshot:
    return replace(SNAPSHOT, step=step, epoch=step / 4)


def scores(loss: float) -> Scores:
    return Scores(loss, None, 0.5, None)


def noted(count: int, snapshot: Snapshot = SNAPSHOT) -> History:
    history = History()
    for step in range(count):
        history.note(replace(snapshot, step=step, epoch=step / 4), scores(step), CONFIG)
    return history


@pytest.mark.parametrize("count", [1, MOST_ROWS - 1, MOST_ROWS, MOST_ROWS + 1, 3 * MOST_ROWS, 12_345])
def test_it_keeps_rows_evenly_from_the_first_to_the_newest(count: int) -> None:
    rows = noted(count).rows
    assert min(count, MOST_ROWS // 2) <= len(rows) <= MOST_ROWS
    assert (rows[0].step, rows[-1].step) == (0, count - 1)
    between = {later.step - earlier.step for earlier, later in pairwise(rows[:-1])}
    assert len(between) <= 1


def test_a_row_says_how_well_it_does() -> None:
    history = History()
    history.note(at(8), Scores(0.5, 0.75, 1.0, 0.25), CONFIG)
    assert history.rows == ((8, 2.0, 0.5, 0.75, 1.0, 0.25),)


def test_of_one_step_the_newest_scores_count() -> None:
    history = History()
    for step, loss in [(1, 0.5), (1, 0.4), (2, 0.3), (2, 0.2)]:
        history.note(at(step), scores(loss), CONFIG)
    assert [(row.step, row.train_loss) for row in history.rows] == [(1, 0.4), (2, 0.2)]


def test_what_has_no_scores_or_comes_too_late_is_not_kept() -> None:
    history = History()
    history.note(at(0), NO_SCORES, CONFIG)
    history.note(at(7), scores(0.5), CONFIG)
    history.note(at(6), scores(0.6), CONFIG)
    assert [row.step for row in history.rows] == [7]


def test_its_moments_are_few_and_spread_over_the_run() -> None:
    moments = noted(1_000).moments
    assert MOST_MOMENTS // 2 <= len(moments) <= MOST_MOMENTS
    assert moments[0].step == 0
    assert len({later.step - earlier.step for earlier, later in pairwise(moments)}) == 1
    assert moments[0].config == CONFIG
    assert torch.equal(torch.tensor(moments[0].parameters), SNAPSHOT.parameters)


def test_large_networks_have_fewer_moments() -> None:
    large = replace(SNAPSHOT, parameters=torch.zeros(90_000))
    moments = noted(500, large).moments
    assert moments
    assert sum(moment.parameters.nbytes for moment in moments) <= MOST_MOMENT_BYTES


def test_a_network_of_an_unknown_config_is_no_moment() -> None:
    history = History()
    history.note(at(1), scores(0.5), None)
    assert (len(history.rows), history.moments) == (1, ())
