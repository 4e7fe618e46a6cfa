"""A run's notebook is train.py in cells."""

import contextlib
import io
from pathlib import Path
from typing import Any

import nbformat
import pytest

from backend.logic.architecture import ParameterId
from backend.logic.config import RunConfig
from backend.logic.run_record import RunRecord
from backend.runs.layout import NOTEBOOK
from backend.runs.notebook import notebook_text, write_notebook
from backend.runs.script import script_text
from tests.unit.curves import largest_difference, our_curve
from tests.unit.trained_records import record_of


def notebook_of(record: RunRecord) -> Any:
    notebook = nbformat.reads(notebook_text(record), as_version=4)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    return notebook


CONFIGS = [RunConfig(), RunConfig(dropout=0.2, schedule="cosine", l1=0.01, activation="sine", train_fraction=0.5)]


@pytest.mark.parametrize("config", CONFIGS, ids=("as the page opens", "all sorts"))
def test_a_notebook_is_valid_and_its_cells_train_the_run(config: RunConfig) -> None:
    record = record_of(config, steps=30, frozen=frozenset({ParameterId(1, 0, 0)}))
    notebook = notebook_of(record)
    names: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in notebook.cells:
            if cell.cell_type == "code":
                exec(cell.source, names)  # noqa: S102 - what is tested is that it can be
    assert largest_difference(our_curve(record, 30), names["losses"]) <= 1e-5


def test_words_stand_before_every_cell_of_code() -> None:
    notebook = notebook_of(record_of(RunConfig(), steps=3))
    kinds = [cell.cell_type for cell in notebook.cells]
    assert kinds == ["markdown"] + ["markdown", "code"] * (len(kinds) // 2)
    assert notebook.cells[0].source.startswith("# A network learns to tell 2 classes apart")


def test_the_code_of_a_notebook_is_that_of_the_script() -> None:
    record = record_of(RunConfig(), steps=3)
    notebook = notebook_of(record)
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]
    assert all(part in script_text(record) for part in code[:-1])
    assert code[-1] == "losses = train(STEPS)"


def test_a_notebook_is_written_under_its_name(tmp_path: Path) -> None:
    write_notebook(record_of(RunConfig(), steps=0), tmp_path, lambda: None)
    assert [path.name for path in tmp_path.iterdir()] == [NOTEBOOK]
