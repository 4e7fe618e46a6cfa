"""What a command line asks for, and what is said of one that makes no sense."""

from pathlib import Path

import pytest

from backend.command_line.orders import (
    EvaluateOrder,
    ListOrder,
    PruneOrder,
    ShowOrder,
    SmokeOrder,
    Speech,
    TrainOrder,
)
from backend.command_line.parsing import order_of
from backend.settings import Settings

SPEECH = Speech(as_json=False, is_quiet=False)
TRAIN = ["train", "config.json", "points.csv", "--steps", "20"]


def test_training_takes_files_steps_and_nothing_else() -> None:
    assert order_of(TRAIN, {}) == TrainOrder(
        Path("config.json"), Path("points.csv"), None, 20, Settings(), fiftyone=False, speech=SPEECH
    )


def test_training_takes_the_settings_that_it_needs_from_arguments_and_variables() -> None:
    arguments = [*TRAIN, "--changes", "c.jsonl", "--out", "runs", "--fiftyone", "--tensorboard", "--quiet", "--json"]
    order = order_of(arguments, {"BOUNDARY_LAB_KEPT_DAYS": "7", "BOUNDARY_LAB_RUNS_DIR": "others"})
    assert order == TrainOrder(
        Path("config.json"),
        Path("points.csv"),
        Path("c.jsonl"),
        20,
        Settings(runs_dir=Path("runs"), tensorboard=True, kept_days=7),
        fiftyone=True,
        speech=Speech(as_json=True, is_quiet=True),
    )


def test_a_variable_of_the_server_alone_is_no_matter_of_a_command() -> None:
    assert order_of(["runs", "list"], {"BOUNDARY_LAB_PORT": "nonsense"}) == ListOrder(Path("outputs"), SPEECH)


@pytest.mark.parametrize(
    ("arguments", "order"),
    [
        (["evaluate", "x/y"], EvaluateOrder(Path("x/y"), tells_all=False, speech=SPEECH)),
        (["evaluate", "x.zip", "--all"], EvaluateOrder(Path("x.zip"), tells_all=True, speech=SPEECH)),
        (["runs", "list", "--runs-dir", "r"], ListOrder(Path("r"), SPEECH)),
        (["runs", "show", "2026"], ShowOrder(Path("outputs"), "2026", SPEECH)),
        (["runs", "prune"], PruneOrder(Path("outputs"), None, is_rehearsal=False, speech=SPEECH)),
        (
            ["runs", "prune", "--older-than", "90d", "--dry-run"],
            PruneOrder(Path("outputs"), 90, is_rehearsal=True, speech=SPEECH),
        ),
        (["runs", "prune", "--older-than", "3"], PruneOrder(Path("outputs"), 3, is_rehearsal=False, speech=SPEECH)),
        (["--smoke", "--json"], SmokeOrder(Speech(as_json=True, is_quiet=False))),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_each_command_is_read(arguments: list[str], order: object) -> None:
    assert order_of(arguments, {}) == order


@pytest.mark.parametrize(
    ("arguments", "environment", "told"),
    [
        (["train"], {}, "config.json"),
        (["train", "config.json", "points.csv"], {}, "--steps"),
        ([*TRAIN[:-1], "many"], {}, "--steps: 'many' is no whole number"),
        ([*TRAIN[:-1], "-1"], {}, "--steps"),
        ([*TRAIN, "--device", "tpu"], {}, "--device: 'tpu'"),
        ([*TRAIN, "--native", "--device", "cuda"], {}, "--native"),
        ([*TRAIN, "--port", "1"], {}, "--port"),
        (TRAIN, {"BOUNDARY_LAB_KEPT_DAYS": "x"}, "BOUNDARY_LAB_KEPT_DAYS: 'x'"),
        (["evaluate"], {}, "RUN"),
        (["evaluate", "a", "b"], {}, "b"),
        (["runs"], {}, "list"),
        (["runs", "burn"], {}, "burn"),
        (["runs", "show"], {}, "ID"),
        (["runs", "prune", "--older-than", "soon"], {}, "--older-than: 'soon'"),
        (["--smoke", "--port", "1"], {}, "--port"),
    ],
    ids=str,
)
def test_nonsense_is_one_clear_line_and_status_2(
    arguments: list[str], environment: dict[str, str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        order_of(arguments, environment)
    assert ended.value.code == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("python -m backend")
    assert told in line
