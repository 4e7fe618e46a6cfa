"""The address takes exactly what the server takes: the page's bounds and names are held to the server's."""

import json
import math
import subprocess
from pathlib import Path
from typing import Any, Final, get_args

import pytest
from msgspec import inspect

from backend.logic.config import Feature, RunConfig
from backend.logic.generators import CATALOGUE, LEAST_CLASSES
from tests.support.tools import ROOT, find_node

_FRONTEND: Final = (ROOT / "frontend").as_uri()
_PROGRAM: Final = f"""
import {{ CONFIG_FORMS, COUNT, NOISE_PERCENT }} from "{_FRONTEND}/address_fields.js";
import {{ DATASETS, FEATURES }} from "{_FRONTEND}/run_config.js";
const ranges = Object.fromEntries(Object.entries(CONFIG_FORMS).map(([name, form]) => [name, form.range ?? null]));
const takes = (name, text) => CONFIG_FORMS[name].read(text) !== undefined;
const tried = JSON.parse(process.argv[1]).map(([name, text]) => takes(name, text));
console.log(JSON.stringify({{ ranges, DATASETS, FEATURES, tried, count: COUNT.range, noise: NOISE_PERCENT.range }}));
"""


def page(tried: list[tuple[str, str]]) -> dict[str, Any]:
    """What the page says of its bounds, and whether it takes some texts."""
    node = find_node()
    assert node is not None
    command: list[str | Path] = [node, "--input-type=module", "-e", _PROGRAM, json.dumps(tried)]
    found: dict[str, Any] = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def _fields() -> dict[str, inspect.Type]:
    struct = inspect.type_info(RunConfig)
    assert isinstance(struct, inspect.StructType)
    return {field.name: field.type for field in struct.fields}


@pytest.mark.parametrize("name", RunConfig.__struct_fields__)
def test_a_number_has_the_same_range_in_the_address_and_on_the_wire(name: str) -> None:
    kind = _fields()[name]
    if isinstance(kind, inspect.UnionType):
        kind = next(part for part in kind.types if not isinstance(part, inspect.NoneType))
    bounds = page([])["ranges"][name]
    if isinstance(kind, inspect.IntType | inspect.FloatType):
        least = kind.ge if kind.ge is not None else math.ulp(0)
        assert bounds == [least, kind.le]
    else:
        assert bounds is None


def test_every_choice_of_the_server_can_be_named_and_no_other() -> None:
    fields = {name: kind for name, kind in _fields().items() if isinstance(kind, inspect.LiteralType)}
    tried = [(name, str(value)) for name, kind in fields.items() for value in (*kind.values, "other")]
    assert len(fields) >= 6
    for (name, value), taken in zip(tried, page(tried)["tried"], strict=True):
        assert taken == (value != "other"), f"{name}={value}"


def test_the_page_knows_the_servers_fields_features_and_datasets() -> None:
    found = page([])
    assert set(found["ranges"]) == set(RunConfig.__struct_fields__)
    assert tuple(found["FEATURES"]) == get_args(Feature)
    assert found["DATASETS"] == {
        name: {"problem": kind.problem, "classes": [LEAST_CLASSES, kind.most_classes]}
        for name, kind in CATALOGUE.items()
    }
    assert (found["count"], found["noise"]) == ([2, 5000], [0, 50])
