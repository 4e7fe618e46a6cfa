"""env.json: what made a run, and of which commit."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from backend.logic.config import RunConfig
from backend.logic.run_record import RunRecord
from backend.runs import env_file
from backend.runs.env_file import Device, Parent, _git_commit
from backend.runs.layout import new_run_id
from backend.runs.writing import save_run
from tests.support.run_records import RUN, record_of, replace_config


def environment_of(tmp_path: Path, record: RunRecord | None = None, **given: object) -> dict[str, object]:
    saved = save_run(record or record_of(), tmp_path, new_run_id(), **given)  # type: ignore[arg-type]
    told: dict[str, object] = json.loads((saved.path / "env.json").read_bytes())
    return told


def test_the_environment_tells_parent_device_and_what_made_the_steps(tmp_path: Path) -> None:
    parent, device = Parent(RUN, 64 * "a"), Device("cuda", "H100", "580.1", "13.0", 4)
    told = environment_of(tmp_path, record_of(engine="native", is_exact=False), parent=parent, device=device)
    assert told["parent"] == {"run_id": RUN, "checkpoint_id": 64 * "a"}
    names = ("device", "gpu_name", "gpu_driver", "cuda_version", "threads", "engine", "is_exact")
    assert [told[name] for name in names] == ["cuda", "H100", "580.1", "13.0", 4, "native", False]


def test_the_hash_of_the_environment_is_of_the_machine_and_not_of_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = environment_of(tmp_path)["env_hash"]
    assert environment_of(tmp_path, record_of(replace_config(RunConfig(), seed=9)))["env_hash"] == first
    assert environment_of(tmp_path, device=Device(threads=2))["env_hash"] != first
    monkeypatch.setattr(env_file, "version", lambda _: "0.1")
    assert environment_of(tmp_path)["env_hash"] != first


@pytest.fixture
def repository(tmp_path: Path) -> Callable[..., None]:
    def git(*arguments: str) -> None:
        command = ["git", "-c", "user.name=A", "-c", "user.email=a@b.example", *arguments]
        subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)

    git("init")
    (tmp_path / "file").write_text("one")
    git("add", "file")
    git("commit", "-m", "One")
    return git


@pytest.mark.usefixtures("repository")
def test_the_commit_is_told_and_whether_anything_has_been_changed_since(tmp_path: Path) -> None:
    _git_commit.cache_clear()
    clean = _git_commit(tmp_path)
    assert clean is not None
    assert len(clean) == 40
    (tmp_path / "file").write_text("two")
    _git_commit.cache_clear()
    assert _git_commit(tmp_path) == f"{clean}-dirty"


@pytest.mark.usefixtures("repository")
def test_nothing_is_written_into_the_repository_when_it_is_asked(tmp_path: Path) -> None:
    index = tmp_path / ".git" / "index"
    before = index.read_bytes()
    # Git would now write down that the file is as it was.
    os.utime(tmp_path / "file", (1, 1))
    _git_commit.cache_clear()
    assert _git_commit(tmp_path) is not None
    assert index.read_bytes() == before


@pytest.mark.usefixtures("repository")
def test_a_repository_around_the_project_is_not_taken_for_its_own(tmp_path: Path) -> None:
    (tmp_path / "inside").mkdir()
    assert _git_commit(tmp_path / "inside") is None


def test_without_git_there_is_no_commit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert _git_commit(tmp_path) is None
