"""What the page draws its thumbnails of the ready data sets from: points of the generators themselves."""

from functools import cache
from typing import Final

import msgspec

from backend.logic.generators import CATALOGUE, LEAST_CLASSES, DatasetName, generate

_COUNT: Final = 200
_SEED: Final = 7
_CLASSES: Final[dict[DatasetName, int]] = {"rings": 3, "blobs": 3, "anisotropic": 3}
"""With how many classes a data set is shown, if not with the least."""


@cache
def gallery() -> bytes:
    """JSON: name, problem, least and most classes and 200 points of each data set, rounded to 2 digits.

    A point is [x, y, label], in regression [x, y, label, value].
    """
    entries = []
    for name, kind in CATALOGUE.items():
        examples = generate(name, _COUNT, 0.0, _CLASSES.get(name, LEAST_CLASSES), _SEED)
        entries.append(
            {
                "name": name,
                "problem": kind.problem,
                "classes": [LEAST_CLASSES, kind.most_classes],
                "points": [
                    [round(x, 2), round(y, 2), label] + ([] if value is None else [round(value, 2)])
                    for x, y, label, value in examples
                ],
            }
        )
    return msgspec.json.encode(entries)
