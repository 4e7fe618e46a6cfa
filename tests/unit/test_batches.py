"""The batches of a data set."""

import pytest
import torch
from torch import Tensor

from backend.logic.batches import Batches, Columns
from backend.logic.learner_state import seeded

OUTPUTS = 3
COLUMNS = Columns.of(2, OUTPUTS)


def batches_of(count: int, batch_size: int) -> Batches:
    inputs = torch.arange(2.0 * count).view(count, 2)
    return Batches(inputs, torch.arange(count) % OUTPUTS, OUTPUTS, batch_size, seeded(1, 1))


def points_in(batch: Tensor) -> list[int]:
    """Which points a batch has, told by their first feature."""
    present = batch[COLUMNS.weights][0] > 0
    return [int(x) // 2 for x in batch[0, present].tolist()]


@pytest.mark.parametrize(("count", "batch_size"), [(25, 10), (20, 10), (7, 1), (7, 100), (1, 1)])
def test_every_pass_has_every_point_once_in_an_order_of_its_own(count: int, batch_size: int) -> None:
    batches = batches_of(count, batch_size)
    orders = []
    for passes in range(3):
        order: list[int] = []
        while not order or not batches.is_between_passes:
            order += points_in(batches.next())
            assert (batches.passes, batches.taken) == (passes, len(order))
        assert sorted(order) == list(range(count))
        orders.append(order)
    assert count == 1 or orders[0] != orders[1] != orders[2]


def test_a_smaller_batch_weighs_its_points_by_their_number_and_the_rest_of_its_room_by_nothing() -> None:
    batches = batches_of(25, 10)
    weights = [batches.next()[COLUMNS.weights][0].tolist() for _ in range(3)]
    assert weights == [[pytest.approx(0.1)] * 10] * 2 + [[pytest.approx(0.2)] * 5 + [0.0] * 5]


def test_a_column_has_what_is_wanted_of_its_point_and_its_pull() -> None:
    batch = batches_of(9, 9).next()
    labels = [point % OUTPUTS for point in points_in(batch)]
    assert batch[COLUMNS.wanted].argmax(dim=0).tolist() == labels
    torch.testing.assert_close(batch[COLUMNS.pulls], -batch[COLUMNS.wanted] / 9)
    values = Batches(torch.zeros(2, 2), torch.tensor([0.5, -1.0]), 1, 2, seeded(1, 1)).next()
    assert sorted(values[Columns.of(2, 1).wanted][0].tolist()) == [-1.0, 0.5]


def test_another_size_goes_on_from_where_the_pass_is_and_the_next_pass_is_whole_again() -> None:
    resized, usual = batches_of(25, 10), batches_of(25, 10)
    order = points_in(resized.next())
    resized.resize(4)
    assert (resized.taken, resized.left) == (10, 4)
    order += [point for _ in range(2) for point in points_in(resized.next())]
    resized.resize(6)
    assert (resized.taken, resized.left) == (18, 2)
    order += [point for _ in range(2) for point in points_in(resized.next())]
    assert resized.is_between_passes
    assert resized.left == 5
    order += [point for _ in range(5) for point in points_in(resized.next())]
    assert order == [point for _ in range(6) for point in points_in(usual.next())]
    assert resized.passes == usual.passes == 1


def test_more_outputs_leave_the_pass_as_it_is() -> None:
    batches, usual = batches_of(25, 10), batches_of(25, 10)
    batches.next()
    usual.next()
    batches.use_outputs(5)
    batch = batches.next()
    assert batch.shape == (Columns.of(2, 5).total, 10)
    assert torch.equal(batch[:2], usual.next()[:2])


def test_so_many_batches_at_once_are_those_that_come_one_by_one() -> None:
    pieces, singles = batches_of(25, 10), batches_of(25, 10)
    taken = torch.cat([piece.clone() for piece in pieces.take(7)])
    assert torch.equal(taken, torch.stack([singles.next().clone() for _ in range(7)]))
    assert (pieces.passes, pieces.taken) == (singles.passes, singles.taken) == (2, 10)
    assert pieces.left == singles.left == 2
