"""What makes the files of a run: each the file that it names, and what was asked for alone."""

from pathlib import Path

from backend.logic.config import RunConfig
from backend.runs.makers import makers_of
from backend.runs.verification import verify_script
from tests.unit.trained_records import record_of, unhindered

ALWAYS = ["train.py", "notebook.ipynb", "formula.tex", "metrics.json", "baseline.json", "map.png"]


def test_every_maker_writes_the_file_that_it_names(tmp_path: Path) -> None:
    # The check of train.py runs a process of its own: it has its own tests.
    record = record_of(RunConfig())
    for maker in makers_of(tensorboard=True, fiftyone=True):
        before = {path.name for path in tmp_path.iterdir()}
        maker.make(record, tmp_path, unhindered)
        assert {path.name for path in tmp_path.iterdir()} - before == {maker.file}


def test_only_what_is_asked_for_is_made() -> None:
    assert [maker.file for maker in makers_of()] == ALWAYS
    with_check = [maker.file for maker in makers_of(tensorboard=True, check=verify_script)]
    assert with_check == [*ALWAYS, "tb", "verification.json"]
    assert "fiftyone" in [maker.file for maker in makers_of(fiftyone=True)]
