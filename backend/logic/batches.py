"""The batches of a data set: every pass in a new order, laid out for a step in buffers that are made once."""

from typing import NamedTuple


class Columns(NamedTuple):
    """Where the parts of a batch lie in it: a batch is (total, B), a column of numbers for each of its B points.

    A loss that is a mean has the gradient `weight · (answer - wanted)` in each point's answer, so the product of weight
    and what is wanted is made once a pass. What fills up the last batch of a pass has weight 0.

    Attributes:
        inputs: the features.
        wanted: for each output what it should be: 1 or 0 for a class, or the value.
        pulls: -weight · wanted.
        weights: one row: 1 / (points in this batch).
        total: all of them together.
    """

    inputs: slice
    wanted: slice
    pulls: slice
    weights: slice
    total: int

    @classmethod
    def of(cls, features: int, outputs: int) -> "Columns":
        """Those of so many features and outputs."""
        pulls, weights = features + outputs, features + 2 * outputs
        return cls(
            slice(features), slice(features, pulls), slice(pulls, weights), slice(weights, weights + 1), weights + 1
        )
