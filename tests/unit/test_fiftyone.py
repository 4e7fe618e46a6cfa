"""fiftyone/ against the layout that FiftyOne documents for FiftyOneImageDetectionDataset."""

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from backend.logic.config import RunConfig
from backend.logic.points import TrainingExample
from backend.logic.report import predictions
from backend.logic.run_record import RunRecord
from backend.runs import fiftyone
from backend.runs.fiftyone import SIDE, write_fiftyone
from tests.unit.trained_records import record_of, unhindered

# What FiftyOne keeps of a detection under names of its own: an attribute of that name would replace it.
TAKEN_NAMES = {"id", "tags", "label", "bounding_box", "mask", "confidence", "index", "attributes"}


def written(record: RunRecord, folder: Path) -> dict[str, Any]:
    """What labels.json says, once it has been held against the layout."""
    write_fiftyone(record, folder, unhindered)
    assert {path.name for path in (folder / "fiftyone").iterdir()} == {"data", "labels.json"}
    told: dict[str, Any] = json.loads((folder / "fiftyone" / "labels.json").read_bytes())
    assert told.keys() == {"classes", "labels"}
    pictures = sorted((folder / "fiftyone" / "data").iterdir())
    assert [path.stem for path in pictures] == list(told["labels"])
    for path in pictures:
        with Image.open(path) as picture:
            assert (picture.format, picture.size) == ("PNG", (SIDE, SIDE))
    for detections in told["labels"].values():
        for detection in detections:
            assert detection.keys() <= {"label", "bounding_box", "confidence", "attributes"}
            assert 0 <= detection["label"] < len(told["classes"])
            left, top, width, height = detection["bounding_box"]
            assert min(left, top) >= 0 < min(width, height)
            assert max(left + width, top + height) <= 1
            assert not detection["attributes"].keys() & TAKEN_NAMES
    return told


def test_every_moment_is_a_picture_with_what_is_answered_at_every_point(tmp_path: Path) -> None:
    record = record_of(RunConfig(classes=3, train_fraction=0.7))
    told = written(record, tmp_path)
    assert told["classes"] == ["Class 0", "Class 1", "Class 2"]
    assert list(told["labels"]) == ["step-000000000", "step-000000020", "step-000000040"]
    end = record.checkpoint
    answered = predictions(end.config, end.dataset.positions, end.parameters, unhindered)
    detections = told["labels"]["step-000000040"]
    assert [each["label"] for each in detections] == answered.labels.tolist()
    assert [each["confidence"] for each in detections] == pytest.approx(answered.probabilities.max(axis=1).tolist())
    for detection, point in zip(detections, end.dataset.points(), strict=True):
        left, top, width, height = detection["bounding_box"]
        assert (left + width / 2, top + height / 2) == pytest.approx(((point.x + 6) / 12, (6 - point.y) / 12))
        assert detection["attributes"] == {
            "point_id": point.point_id,
            "split": point.split,
            "actual": f"Class {point.label}",
            "is_correct": detection["label"] == point.label,
        }


def test_in_a_regression_a_detection_tells_the_value(tmp_path: Path) -> None:
    examples = [TrainingExample(6, -6, 0, 0.25), TrainingExample(-6, 6, 1)]
    record = record_of(RunConfig(problem="regression", loss="huber"), examples)
    told = written(record, tmp_path)
    assert told["classes"] == ["value"]
    first, second = told["labels"]["step-000000040"]
    assert (first["attributes"]["actual"], second["attributes"]["actual"]) == (0.25, 1.0)
    end = record.checkpoint
    answered = predictions(end.config, end.dataset.positions, end.parameters, unhindered)
    assert first["attributes"]["predicted"] == pytest.approx(float(answered.values[0]))
    # Within the picture: points in its corners have smaller boxes.
    assert first["bounding_box"] == pytest.approx([0.985, 0.985, 0.015, 0.015])


def test_of_a_run_with_many_points_fewer_moments_are_told_and_always_the_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fiftyone, "MOST_BOXES", 40)
    told = written(record_of(RunConfig(), moments=(0, 10, 20, 30)), tmp_path)
    assert list(told["labels"]) == ["step-000000000", "step-000000040"]


def test_a_run_without_points_has_pictures_and_no_detections(tmp_path: Path) -> None:
    told = written(record_of(RunConfig(), [], steps=0, moments=(0,)), tmp_path)
    assert told["labels"] == {"step-000000000": []}


def test_a_class_that_was_taken_away_keeps_its_name(tmp_path: Path) -> None:
    record = record_of(RunConfig(classes=4))
    before = record_of(RunConfig(classes=5), moments=(10,)).moments[0]
    end = record.checkpoint
    told = written(RunRecord(end, None, (), (), (before,), "torch", is_exact=False), tmp_path)
    assert told["classes"][-1] == "Class 4"
