"""How much is measured, and how long it may take: five minutes, or one."""

from dataclasses import dataclass, replace
from typing import Final

from tests.bench.crowd import Pace


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What the cases are given.

    Attributes:
        title: what the report is called.
        cases: which are measured if none are named.
        is_quick: whether only some shapes are stepped alone, and no crowd looks at its diagrams.
        pairs: how often what is compared takes turns, where no `Pace` says it.
        step_slice_s: a turn of a step, of thread time.
        engine_slice_s: a turn of the scalar engine.
        streaming: turns of the plain loop and one session.
        diagram_window_s: a turn with, and one without the diagram.
        crowds: sizes, and the turns of the plain loop and a crowd of that size.
        link_window_s: a turn on a link.
        stall_s: how long a link stands still.
        fresh_servers: how many servers are started for the cold start.
        warm_sessions: how many sessions are started on a warm one.
        seeds: of the classic experiments over the wire.
        classics: their data sets.
        weighed_sessions: how many sessions are weighed.
        page_s: how long the page is watched.
        budget_s: how long each case may take, the server's start left out.
    """

    title: str
    cases: tuple[str, ...]
    is_quick: bool
    pairs: int
    step_slice_s: float
    engine_slice_s: float
    streaming: Pace
    diagram_window_s: float
    crowds: dict[int, Pace]
    link_window_s: float
    stall_s: float
    fresh_servers: int
    warm_sessions: int
    seeds: tuple[int, ...]
    classics: tuple[str, ...]
    weighed_sessions: int
    page_s: float
    budget_s: dict[str, float]


FULL: Final = Plan(
    title="Boundary Lab, benchmark",
    cases=(
        "step",
        "engine",
        "streaming",
        "crowd",
        "links",
        "stall",
        "starts",
        "learning",
        "memory",
        "browser",
        "classic",
    ),
    is_quick=False,
    pairs=5,
    step_slice_s=0.08,
    engine_slice_s=0.2,
    streaming=Pace(5, 0.6, 1.5),
    diagram_window_s=0.6,
    crowds={4: Pace(5, 0.4, 0.7), 10: Pace(5, 0.5, 1.2), 20: Pace(5, 0.4, 0.7), 30: Pace(5, 0.6, 1.5)},
    link_window_s=1.2,
    stall_s=10,
    fresh_servers=3,
    warm_sessions=20,
    seeds=(1, 2, 3, 4, 5),
    classics=("circle", "xor", "gauss", "spiral"),
    weighed_sessions=200,
    page_s=2.5,
    budget_s={
        "step": 25,
        "engine": 10,
        "streaming": 14,
        "diagram": 8,
        "crowd": 11,
        "links": 18,
        "stall": 14,
        "starts": 10,
        "learning": 14,
        "memory": 10,
        "browser": 25,
        "classic": 45,
    },
)

QUICK: Final = replace(
    FULL,
    title="Boundary Lab, quick benchmark: fewer pairs and cases than `make bench`",
    cases=("step", "engine", "streaming", "crowd", "links", "starts", "learning"),
    is_quick=True,
    pairs=3,
    step_slice_s=0.05,
    engine_slice_s=0.1,
    streaming=Pace(3, 0.4, 0.8),
    diagram_window_s=0.4,
    crowds={10: Pace(2, 0.4, 0.8), 30: Pace(2, 0.5, 1.0)},
    link_window_s=0.8,
    fresh_servers=1,
    warm_sessions=10,
    seeds=(1,),
    classics=("spiral",),
    budget_s=FULL.budget_s
    | {"step": 4, "engine": 4, "streaming": 7, "diagram": 4, "crowd": 5, "links": 7, "starts": 5, "learning": 3},
)
