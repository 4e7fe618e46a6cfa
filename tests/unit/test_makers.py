"""What makes the files of a run: each the file that it names, and what was asked for alone."""

from pathlib import Path

from backend.logic.config import RunConfig
from backend.runs.makers import SaveOptions, makers_of
from tests.unit.trained_records import record_of, unhindered

ALWAYS = ["train.py", "notebook.ipynb", "formula.tex", "metrics.json", "baseline.json", "map.png"]


def test_every_maker_writes_the_file_that_it_names(tmp_path: Path) -> None:
    *makers, check = makers_of(SaveOptions(tensorboard=True, fiftyone=True))
    assert check.file == "verification.json", "it runs a process of its own: its own tests do"
    record = record_of(RunConfig())
    for maker in makers:
        before = {path.name for path in tmp_path.iterdir()}
        maker.make(record, tmp_path, unhindered)
        assert {path.name for path in tmp_path.iterdir()} - before == {maker.file}


def test_only_what_is_asked_for_is_made() -> None:
    assert [maker.file for maker in makers_of(SaveOptions())] == [*ALWAYS, "verification.json"]
    with_folders = [maker.file for maker in makers_of(SaveOptions(tensorboard=True))]
    assert with_folders == [*ALWAYS, "tb", "verification.json"]
    assert "fiftyone" in [maker.file for maker in makers_of(SaveOptions(fiftyone=True))]
