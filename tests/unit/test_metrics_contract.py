"""The contract of metrics says what there is to scrape, label by label, and Prometheus' conventions are kept."""

import re

from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from backend import metrics
from backend.codec import MESSAGE_TYPES
from backend.errors import CLOSE_CODES, ERROR_CODES
from tests.unit.test_contracts import SPECS, rows

TOLD = {row[0]: row for row in rows((SPECS / "005-holds" / "contracts" / "metrics.md").read_text())}
SETS = {
    "every client message": MESSAGE_TYPES,
    "every error code": ERROR_CODES,
    "every close code": frozenset(map(str, CLOSE_CODES)),
}
NOT_OUR_LABELS = {"le", "quantile"}


def ours() -> list[Metric]:
    """Our families, as a scraper reads them."""
    families = text_string_to_metric_families(metrics.exposition().decode())
    return [family for family in families if family.name.startswith("boundary_lab_")]


def labels_of(family: Metric) -> dict[str, set[str]]:
    """The labels of a family, each with the values that it has."""
    found: dict[str, set[str]] = {}
    for sample in family.samples:
        for name, value in sample.labels.items():
            if name not in NOT_OUR_LABELS:
                found.setdefault(name, set()).add(value)
    return found


def labels_told(cell: str) -> dict[str, set[str]]:
    """The labels of a row of the contract, each with all its values."""
    if not cell:
        return {}
    name, _, values = cell.partition(": ")
    return {name: {each for value in values.split(", ") for each in SETS.get(value, {value})}}


def test_every_metric_is_in_the_contract_with_its_type() -> None:
    assert {name: row[1] for name, row in TOLD.items()} == {family.name: family.type for family in ours()}


def test_every_value_of_every_label_is_there_from_the_start_and_no_other() -> None:
    assert {name: labels_told(row[2]) for name, row in TOLD.items()} == {
        family.name: labels_of(family) for family in ours()
    }


def test_the_names_keep_the_conventions() -> None:
    for family in ours():
        assert re.fullmatch(r"boundary_lab(_[a-z]+)+", family.name), family.name
        assert family.documentation.endswith("."), family.name
        assert not family.name.endswith(("_milliseconds", "_ms", "_percent", "_kilobytes", "_count", "_sum"))
        if family.type == "counter":
            assert all(sample.name == f"{family.name}_total" for sample in family.samples), family.name
        if family.type == "histogram":
            assert family.name.endswith("_seconds"), family.name


def test_a_close_code_that_is_not_ours_is_counted_as_another() -> None:
    def closes(code: str) -> float:
        return metrics.REGISTRY.get_sample_value("boundary_lab_closes_total", {"code": code}) or 0.0

    before = {code: closes(code) for code in ("4409", "1006", "other")}
    for code in (4409, None, 4999, 3000):
        metrics.count_close(code)
    assert {code: closes(code) - count for code, count in before.items()} == {"4409": 1, "1006": 1, "other": 2}


def test_a_slice_counts_its_steps_and_what_one_of_them_took() -> None:
    def value(name: str) -> float:
        return metrics.REGISTRY.get_sample_value(f"boundary_lab_{name}") or 0.0

    names = ("steps_total", "step_seconds_count", "step_seconds_sum", "slow_steps_total")
    before = [value(name) for name in names]
    observer = metrics.MeasuredCompute()
    observer.sliced(40, 0.02)
    observer.sliced(0, 0.5)
    observer.hung()
    grown = [value(name) - was for name, was in zip(names, before, strict=True)]
    assert [round(each, 9) for each in grown] == [40, 1, 0.0005, 1]
