"""The contracts of figures and pictures say what the code writes: field by field."""

import json
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from tensorboard.backend.event_processing.event_accumulator import HISTOGRAMS, IMAGES, SCALARS, EventAccumulator

from backend.logic.config import RunConfig
from backend.logic.points import TrainingExample
from backend.runs import differences, fiftyone, picture, scores, tensorboard
from tests.unit.test_contracts import SPECS, rows, sections
from tests.unit.test_tensorboard import EVERYTHING
from tests.unit.trained_records import record_of, unhindered

CONTRACTS = SPECS / "006-runs" / "contracts"
METRICS = sections((CONTRACTS / "metrics_files.md").read_text(), 2)
PICTURES = sections((CONTRACTS / "pictures.md").read_text(), 2)


@pytest.mark.parametrize(
    ("heading", "kinds"),
    [
        ("metrics.json", (scores.ClassificationMetrics, scores.RegressionMetrics)),
        ("Scores of a classification", (scores.ClassificationScores,)),
        ("Scores of a class", (scores.ClassScores,)),
        ("Scores of a regression", (scores.RegressionScores,)),
        ("baseline.json", (scores.Baseline,)),
        ("Gain", (scores.Gain,)),
    ],
)
def test_every_field_of_the_figures_is_in_the_contract_in_its_order(
    heading: str, kinds: tuple[type[msgspec.Struct], ...]
) -> None:
    told = rows(METRICS[heading])
    for kind in kinds:
        fields = msgspec.structs.fields(kind)
        tagged = [kind.__struct_config__.tag_field] if kind.__struct_config__.tag_field else []
        assert [row[0] for row in told] == [*tagged, *(field.name for field in fields)]
        nullable = {row[0] for row in told if "null" in row[1]}
        assert nullable == {field.name for field in fields if type(None) in getattr(field.type, "__args__", ())}


def test_the_limits_of_the_linear_model_are_in_the_contract() -> None:
    assert f"but {scores.FEWEST_STEPS:,} at least and {scores.MOST_STEPS:,} at most" in METRICS["baseline.json"]
    text = (CONTRACTS / "metrics_files.md").read_text()
    assert f"no more than {differences.TOLERANCE:f}".rstrip("0") in text


def test_the_sizes_of_pictures_are_in_the_contract() -> None:
    told = dict(rows(PICTURES["map.png"]))
    assert told["cells of the map, in a row and in a column"] == str(picture.CELLS)
    assert told["pixels, in a row and in a column"] == str(picture.SIDE)
    assert told["pixels in one of CSS"] == f"{picture.PIXEL_RATIO:g}"
    for heading, module in (("tb/", tensorboard), ("fiftyone/", fiftyone)):
        assert f"{module.CELLS} cells in a row and {module.SIDE}" in PICTURES[heading]
    assert f"{fiftyone.MOST_BOXES:,} detections together" in PICTURES["fiftyone/"]
    assert f"{fiftyone.BOX_SIDE} wide and high" in PICTURES["fiftyone/"]


def test_the_tags_of_tensorboard_are_in_the_contract(tmp_path: Path) -> None:
    record = record_of(RunConfig(hidden_layers=()))
    seen = record.history[0]._replace(test_loss=1.0, test_accuracy=0.5)
    tensorboard.write_tensorboard(replace(record, history=(seen,)), tmp_path, unhindered)
    found = EventAccumulator(str(tmp_path / "tb"), EVERYTHING)
    found.Reload()
    told = [(row[0].replace("_n", "_1"), row[1]) for row in rows(PICTURES["tb/"])]
    for kind, name in ((SCALARS, "scalar"), (IMAGES, "image"), (HISTOGRAMS, "histogram")):
        assert sorted(found.Tags()[kind]) == sorted(tag for tag, of_kind in told if of_kind == name)


@pytest.mark.parametrize("problem", ["classification", "regression"])
def test_the_fields_of_detections_are_in_the_contract(tmp_path: Path, problem: str) -> None:
    config = RunConfig() if problem == "classification" else RunConfig(problem="regression", loss="huber")
    fiftyone.write_fiftyone(record_of(config, [TrainingExample(1, 1, 1)], steps=0), tmp_path, unhindered)
    labels = json.loads((tmp_path / "fiftyone" / "labels.json").read_bytes())["labels"]
    (detection,) = labels["step-000000000"]
    column = 1 if problem == "classification" else 2
    fields, attributes = PICTURES["fiftyone/"].split("| attribute |")
    assert detection.keys() == {row[0] for row in rows(fields) if row[column]}
    assert detection["attributes"].keys() == {row[0] for row in rows(f"| attribute |{attributes}") if row[column]}
