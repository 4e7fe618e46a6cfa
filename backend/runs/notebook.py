"""notebook.ipynb: train.py as a Jupyter notebook, in cells with some words between them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from backend.logic.run_record import RunRecord
from backend.runs.layout import NOTEBOOK
from backend.runs.script import paragraphs, title
from backend.runs.script_parts import parts


def write_notebook(record: RunRecord, folder: Path, give_way: Callable[[], None]) -> None:
    """Write notebook.ipynb into a folder."""
    (folder / NOTEBOOK).write_text(notebook_text(record, give_way), encoding="utf-8")


def notebook_text(record: RunRecord, give_way: Callable[[], None] = lambda: None) -> str:
    """A run's train.py as a notebook, JSON of nbformat 4.5; its cells, run in order, do what the script does.

    Args:
        record: the run.
        give_way: called between rows of points.
    """
    texts: list[tuple[str, str]] = [("markdown", "\n\n".join([f"# {title(record)}", *paragraphs(record)]))]
    for part in parts(record, give_way):
        texts += [("markdown", part.words), ("code", part.code)]
    texts += [("markdown", "Now all of it together."), ("code", "losses = train(STEPS)")]
    notebook = {
        "cells": [_cell(index, kind, text) for index, (kind, text) in enumerate(texts)],
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _cell(index: int, kind: str, text: str) -> dict[str, Any]:
    cell: dict[str, Any] = {
        "cell_type": kind,
        "id": f"cell-{index}",
        "metadata": {},
        "source": text.splitlines(keepends=True),
    }
    return cell if kind == "markdown" else cell | {"execution_count": None, "outputs": []}
