"""Which parameters a person may name, to set or to freeze them."""

from collections.abc import Sequence
from typing import Final

from backend.logic.architecture import Architecture, ParameterId
from backend.logic.errors import FieldError, LimitError

MAX_FROZEN: Final = 5_000


def check_parameters(parameters: Sequence[ParameterId], architecture: Architecture) -> None:
    """See that the network has all of these.

    Raises:
        FieldError: it has not.
    """
    sizes = architecture.sizes
    for index, (layer, unit, before) in enumerate(parameters):
        if layer >= len(sizes):
            message = f"There is no layer {layer}: the last one, the outputs, is layer {len(sizes) - 1}."
            raise FieldError(message, f"parameters[{index}][0]")
        if unit >= sizes[layer]:
            message = f"Layer {layer} has no unit {unit}: its units are 0 to {sizes[layer] - 1}."
            raise FieldError(message, f"parameters[{index}][1]")
        if before is not None and before >= sizes[layer - 1]:
            message = f"Layer {layer} has no input {before}: its inputs are 0 to {sizes[layer - 1] - 1}."
            raise FieldError(message, f"parameters[{index}][2]")


def with_frozen(
    before: frozenset[ParameterId], parameters: Sequence[ParameterId], *, frozen: bool
) -> frozenset[ParameterId]:
    """The frozen parameters, with these frozen or no longer so.

    Raises:
        LimitError: there would be too many.
    """
    after = before.union(parameters) if frozen else before.difference(parameters)
    if len(after) > MAX_FROZEN:
        raise LimitError(
            f"There can be {MAX_FROZEN:,} frozen parameters at most: {len(after):,} would be.", "parameters"
        )
    return after
