"""Which crowds are measured, and what is wanted of them."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from tests.bench import networks
from tests.bench.figures import Goal
from tests.bench.plain import Layers

DIAGRAM_VIEW: Final = {"neurons": True, "metrics": True}
"""What a page asks for besides the map while its diagram is on the screen."""


@dataclass(frozen=True)
class Crowd:
    """Which sessions there are, and what is wanted of them.

    Attributes:
        name: how the report calls it.
        shapes: the network of each session.
        goals: by the names of the figures.
        view: what each client asks to see besides the map.
    """

    name: str
    shapes: list[Layers]
    goals: dict[str, Goal]
    view: dict[str, bool] = field(default_factory=dict)


_GOALS: Final[dict[tuple[int, str], dict[str, Goal]]] = {
    (10, "different"): {"frames": Goal("≥", 20), "ratio": Goal("≥", 6)},
    (10, "equal"): {"frames": Goal("≥", 20), "ratio": Goal("≥", 20)},
    (30, "different"): {
        "frames": Goal("≥", 12),
        "side": Goal("≥", 50),
        "ratio": Goal("≥", 5),
        "fair": Goal("≥", 0.7),
        "command": Goal("<", 10),
        "late": Goal("<", 5),
    },
    (30, "equal"): {"frames": Goal("≥", 12), "ratio": Goal("≥", 30)},
}


def one_session() -> Crowd:
    """Of the common network, on a map of 100 x 100."""
    return Crowd(
        "One session, 30 frames/s of 100x100", networks.equal(1), {"ratio": Goal("≥", 8), "side": Goal("≥", 100)}
    )


def crowds(counts: Collection[int], *, with_diagrams: bool) -> list[Crowd]:
    """Of each size one of different and one of equal networks; of the largest, one more that looks at all there is."""
    found = []
    for count in counts:
        for kind, shapes in (("different", networks.different(count)), ("equal", networks.equal(count))):
            found.append(Crowd(f"{count} sessions of {kind} networks", shapes, _GOALS.get((count, kind), {})))
    if not with_diagrams:
        return found
    largest = max(counts)
    name = f"{largest} sessions of equal networks, their diagrams and figures on the screen"
    return [*found, Crowd(name, networks.equal(largest), {}, DIAGRAM_VIEW)]
