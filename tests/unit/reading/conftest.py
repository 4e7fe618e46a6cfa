"""A run that was saved, and its files."""

from pathlib import Path

import pytest

from backend.runs.writing import save_run
from tests.support.run_records import RUN, record_of
from tests.unit.reading.broken import Files


@pytest.fixture(scope="package")
def saved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a run."""
    return save_run(record_of(), tmp_path_factory.mktemp("outputs"), RUN).path


@pytest.fixture(scope="package")
def whole(saved: Path) -> Files:
    """The files of a run."""
    return {path.name: path.read_bytes() for path in saved.iterdir()}


@pytest.fixture
def files(whole: Files) -> Files:
    """The same without the manifest: what is changed in them is not seen by a checksum."""
    return {name: data for name, data in whole.items() if name != "manifest.json"}
