"""The Report: prints each figure as it comes, and keeps all for the JSON file."""

import json
import math
import os
import platform
import statistics
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

from tests.bench.figures import Figure, Goal, percentile, spread

_NAME_WIDTH, _GOAL_WIDTH, _TEXT_WIDTH = 66, 8, 34


class Report:
    """A table that grows.

    Attributes:
        figures: the rows so far.
        took_s: how long each case took.
        failed: what went wrong in the cases that could not be measured to their end.
    """

    def __init__(self, title: str) -> None:
        self.figures: list[Figure] = []
        self.took_s: dict[str, float] = {}
        self.failed: dict[str, str] = {}
        self._title, self._machine = title, machine()
        self._case = ""
        self._began_s = time.perf_counter()
        print(f"{title}\n{self._machine}\n")
        print(f"{'':<{_NAME_WIDTH}} {'goal':<{_GOAL_WIDTH}} {'measured':<{_TEXT_WIDTH}} reached")

    @contextmanager
    def case(self, name: str, budget_s: float) -> Iterator[None]:
        """The figures of the block belong to this case; how long it took is told beside how long it may take.

        A case that cannot be measured, because server or browser does not do what is asked of it, has failed; the
        others go on.
        """
        print(f"\n{name}", flush=True)
        self._case, began_s = name, time.perf_counter()
        try:
            yield
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told, and makes the benchmark fail
            self.failed[name] = f"{type(error).__name__}: {error}"
            self.say(f"FAILED: {self.failed[name]}")
        self.took_s[name] = time.perf_counter() - began_s
        print(f"{'':<{_NAME_WIDTH}} [{self.took_s[name]:.0f} s of {budget_s:.0f} s]", flush=True)

    def ratios(self, name: str, pairs: Sequence[float], *, digits: int = 2, goal: Goal | None = None) -> None:
        """One figure measured several times: the median counts, the range is told."""
        self._add(name, statistics.median(pairs), spread(pairs, digits), pairs, goal)

    def value(
        self,
        name: str,
        value: float,
        *,
        digits: int = 1,
        unit: str = "",
        samples: Sequence[float] = (),
        goal: Goal | None = None,
    ) -> None:
        """One figure, and what it was taken from."""
        self._add(name, value, f"{value:,.{digits}f} {unit}".rstrip(), samples or (value,), goal)

    def times(self, name: str, samples_ms: Sequence[float], *, goal: Goal | None = None) -> None:
        """Some milliseconds: the 95th percentile counts, the half and the 99th are told beside it."""
        p50, p95, p99 = (percentile(samples_ms, share) for share in (0.5, 0.95, 0.99))
        self._add(f"{name}, ms p50/p95/p99", p95, f"{p50:.1f} / {p95:.1f} / {p99:.1f}", samples_ms, goal)

    def say(self, sentence: str) -> None:
        """What is to be known of the figures that follow."""
        print(f"  {sentence}", flush=True)

    def write(self, path: Path) -> None:
        """Print the sum of it and write the JSON file."""
        took_s = time.perf_counter() - self._began_s
        goals = [figure.is_reached for figure in self.figures if figure.goal is not None]
        print(
            f"\n{sum(map(bool, goals))} of {len(goals)} goals reached; {took_s:.0f} s in all; {path} has every sample."
        )
        document = {
            "title": self._title,
            "machine": self._machine,
            "took_s": took_s,
            "cases_s": self.took_s,
            "failed": self.failed,
            "figures": [
                {
                    **asdict(figure),
                    "value": _number(figure.value),
                    "samples": [_number(sample) for sample in figure.samples],
                    "goal": figure.goal and str(figure.goal),
                    "reached": figure.is_reached,
                }
                for figure in self.figures
            ],
        }
        text = json.dumps(document, indent=1, ensure_ascii=False, allow_nan=False)
        path.write_text(text + "\n", encoding="utf-8")

    def _add(self, name: str, value: float, text: str, samples: Sequence[float], goal: Goal | None) -> None:
        figure = Figure(self._case, name, value, text, tuple(samples), goal)
        self.figures.append(figure)
        reached = {None: "", True: "yes", False: "NO"}[figure.is_reached]
        row = f"  {name:<{_NAME_WIDTH - 2}} {goal or ''!s:<{_GOAL_WIDTH}} {text:<{_TEXT_WIDTH}} {reached}"
        print(row.rstrip(), flush=True)


def _number(value: float) -> float | None:
    """As JSON has it, which knows neither infinity nor what is no number."""
    return value if math.isfinite(value) else None


def machine() -> str:
    """What this machine is, in words, and how much it had to do besides, where it tells."""
    words = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return f"{words}, load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else words
