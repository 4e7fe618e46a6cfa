"""A command that is carried out in this process, and what it is given."""

import shutil
from pathlib import Path

import pytest

from backend.command_line.main import WELL, run
from backend.runs.layout import config_bytes
from backend.runs.points_file import points_bytes
from tests.unit.commands.carrying_out import CONFIG, DATASET, QUICK, Ended, Run


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Run:
    """Carries out a command."""

    def carry_out(*arguments: object) -> Ended:
        try:
            status = run([str(argument) for argument in arguments], {})
        except SystemExit as ended:
            status = int(ended.code or 0)
        return Ended(status, *capsys.readouterr())

    return carry_out


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder with config.json and points.csv."""
    (tmp_path / "config.json").write_bytes(config_bytes(CONFIG))
    (tmp_path / "points.csv").write_bytes(points_bytes(DATASET))
    return tmp_path


@pytest.fixture(scope="package")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a saved run, for copies."""
    files, runs_dir = tmp_path_factory.mktemp("files"), tmp_path_factory.mktemp("outputs")
    (files / "config.json").write_bytes(config_bytes(CONFIG))
    (files / "points.csv").write_bytes(points_bytes(DATASET))
    arguments = ["train", str(files / "config.json"), str(files / "points.csv"), "--steps", "30", "--quiet", *QUICK]
    assert run([*arguments, "--out", str(runs_dir)], {}) == WELL
    return runs_dir


@pytest.fixture
def outputs(made: Path, tmp_path: Path) -> Path:
    """A directory with a saved run, to be changed."""
    return Path(shutil.copytree(made, tmp_path / "outputs"))
