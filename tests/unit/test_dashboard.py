"""The dashboard and the rules ask for metrics that there are, by labels that these have."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from backend.metrics import REGISTRY
from tests.unit.test_contracts import SPECS

DEPLOY: Final = SPECS.parent / "deploy"
DASHBOARD: Final[dict[str, Any]] = json.loads((DEPLOY / "grafana" / "boundary-lab.json").read_text())
RULES: Final = (DEPLOY / "prometheus" / "rules.yml").read_text()
PANELS: Final = DASHBOARD["panels"]
GRAPHS: Final = [panel for panel in PANELS if panel["type"] != "row"]
OF_THE_SCRAPER: Final = {"job", "instance"}
GRAFANA_VARIABLES: Final = {"$__rate_interval": "5m", "$job": "lab", "$instance": "lab"}


def labels_of_metrics() -> dict[str, set[str]]:
    """Every name that can be asked for, and its labels."""
    found: dict[str, set[str]] = {"up": set()}
    for family in REGISTRY.collect():
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    for record in re.findall(r"record: (\S+)", RULES):
        found[record] = set()
    # Where the tests run nothing of it may be told.
    for name in ("process_resident_memory_bytes", "process_cpu_seconds_total", "process_open_fds", "process_max_fds"):
        found.setdefault(name, set())
    return found


METRICS: Final = labels_of_metrics()


def expressions() -> Iterator[str]:
    """Every PromQL expression of the dashboard and of the rules."""
    for panel in GRAPHS:
        for target in panel["targets"]:
            yield target["expr"]
    yield from re.findall(r"expr: (.+)", RULES)


EXPRESSIONS: Final = sorted(set(expressions()))


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_every_expression_asks_for_metrics_that_there_are_by_labels_that_they_have(expression: str) -> None:
    without_texts = re.sub(r'"[^"]*"', '""', expression)
    names = re.findall(r"\b(?:boundary_lab|process|instance:)[\w:]*|\bup\b", without_texts)
    assert names
    assert set(names) <= set(METRICS)
    labels = set().union(*(METRICS[name] for name in names)) | OF_THE_SCRAPER
    for grouping in re.findall(r"by \(([^)]*)\)", without_texts):
        assert set(grouping.split(", ")) <= labels, grouping
    for name, matchers in re.findall(r"([\w:]+)\{([^}]*)\}", without_texts):
        asked = {re.split(r"[=!~]", matcher)[0].strip() for matcher in matchers.split(",")}
        assert asked <= METRICS[name] | OF_THE_SCRAPER, name


@pytest.mark.parametrize("label", ["code", "reason"])
def test_every_value_that_is_asked_for_exists(label: str) -> None:
    asked = {
        value
        for expression in EXPRESSIONS
        for values in re.findall(rf'\b{label}=~?"([^"]*)"', expression)
        for value in values.split("|")
    }
    there = {s.labels[label] for family in REGISTRY.collect() for s in family.samples if label in s.labels}
    assert asked
    assert asked <= there


def test_every_counter_and_histogram_is_shown() -> None:
    shown = " ".join(EXPRESSIONS)
    ours = {family.name for family in REGISTRY.collect() if family.name.startswith("boundary_lab_")}
    assert {name for name in ours if name not in shown} == set()


def test_panels_have_ids_and_places_of_their_own() -> None:
    ids = [panel["id"] for panel in PANELS]
    assert len(set(ids)) == len(ids)
    cells = [
        (x, y)
        for panel in PANELS
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    assert len(set(cells)) == len(cells)
    assert max(x for x, _ in cells) < 24


def test_every_panel_says_what_it_shows_in_which_unit_from_the_chosen_source() -> None:
    assert {variable["name"] for variable in DASHBOARD["templating"]["list"]} == {"datasource", "job", "instance"}
    assert DASHBOARD["schemaVersion"] >= 39
    titles = [panel["title"] for panel in PANELS]
    assert len(set(titles)) == len(titles)
    for panel in GRAPHS:
        assert panel["description"].endswith("."), panel["title"]
        assert panel["fieldConfig"]["defaults"]["unit"], panel["title"]
        for target in (panel, *panel["targets"]):
            assert target["datasource"] == {"type": "prometheus", "uid": "${datasource}"}
        references = [target["refId"] for target in panel["targets"]]
        assert len(set(references)) == len(references)


def promtool(*arguments: str) -> None:
    """See that promtool finds nothing wrong."""
    tool = shutil.which("promtool")
    assert tool is not None, "promtool comes with Prometheus"
    checked = subprocess.run([tool, *arguments], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_promtool_finds_nothing_wrong_with_the_rules_and_they_do_what_they_say() -> None:
    folder = DEPLOY / "prometheus"
    promtool("check", "rules", str(folder / "rules.yml"))
    promtool("check", "config", str(folder / "prometheus.yml"))
    promtool("test", "rules", str(folder / "rules_test.yml"))


def test_promtool_can_read_what_the_dashboard_asks(tmp_path: Path) -> None:
    rules = []
    for number, expression in enumerate(EXPRESSIONS):
        plain = expression
        for variable, value in GRAFANA_VARIABLES.items():
            plain = plain.replace(variable, value)
        rules.append({"record": f"expression:{number}", "expr": plain})
    path = tmp_path / "dashboard.yml"
    path.write_text(json.dumps({"groups": [{"name": "dashboard", "rules": rules}]}))
    promtool("check", "rules", str(path))
