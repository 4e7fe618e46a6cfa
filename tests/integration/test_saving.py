"""Saving a run over the wire: what is told, what is kept, and what is refused."""

import json
from pathlib import Path
from typing import Any, get_args

import pytest
from PIL import Image, ImageStat

from backend.metrics import REGISTRY, OpenOutcome, SaveOutcome
from backend.settings import Settings
from tests.support.client import Client, RefusedByServerError
from tests.support.kept_runs import bring, check_nothing, downloaded, left_in, outcome_of, phases, save
from tests.support.runs import begin_training, status_after, train_on
from tests.support.server import LocalServer, local_server


async def test_a_save_tells_its_phases_and_what_came_out_while_the_run_trains_on(
    keeping: LocalServer, tmp_path: Path
) -> None:
    async with Client(keeping.address) as client:
        await begin_training(client)
        answer = await client.request("SAVE_RUN")
        saved = await outcome_of(client, answer["id"])
        assert answer["type"] == "OK"
        assert phases(client, answer["id"]) == [("waiting", 0), ("writing", 0), ("checking", 0)]
        assert saved["type"] == "RUN_SAVED"
        directory = tmp_path / "runs" / saved["run_id"] / saved["config_hash"] / saved["checkpoint_id"]
        assert saved["directory"] == str(directory)
        assert saved["step"] > 0
        assert (saved["kept"], saved["replayable"], saved["changed"]) == (True, True, False)
        assert (saved["verified_steps"], saved["why_not_verified"]) == (None, "Nobody has tried it out.")
        listed = {file["name"]: file["bytes"] for file in saved["files"]}
        assert listed == {path.name: path.stat().st_size for path in directory.iterdir() if path.is_file()}
        assert {"config.json", "points.csv", "model.safetensors", "state.safetensors", "manifest.json"} <= listed.keys()
        scores, linear = (json.loads((directory / name).read_text()) for name in ("metrics.json", "baseline.json"))
        for figure in ("loss", "accuracy"):
            assert saved[f"train_{figure}"] == scores["train"][figure]
            assert saved[f"linear_train_{figure}"] == linear["metrics"]["train"][figure]
            assert (saved[f"test_{figure}"], saved[f"linear_test_{figure}"]) == (None, None)
        assert left_in(tmp_path / "runs") == [saved["run_id"]]
        # Nobody may have been shown the very step that was saved.
        newest = (directory / "history.csv").read_text().splitlines()[-1]
        assert newest.split(",")[0] == str(saved["step"])
        await train_on(client)


async def test_the_map_of_a_run_is_as_light_or_dark_as_the_page(trained: Client) -> None:
    light = await save(trained)
    await status_after(trained, "STEP_TRAINING", count=5, unit="step")
    dark = await save(trained, theme="dark")
    shades = []
    for run in (light, dark):
        with Image.open(Path(run["directory"]) / "map.png") as picture:
            shades.append(ImageStat.Stat(picture.convert("L")).mean[0])
    assert shades[0] > 150 > shades[1]


async def test_saving_again_tells_what_is_there_and_after_more_steps_it_is_another_of_the_same_run(
    trained: Client,
) -> None:
    first, again = await save(trained), await save(trained)
    assert again | {"id": 0} == first | {"id": 0}
    await status_after(trained, "STEP_TRAINING", count=5, unit="step")
    later = await save(trained)
    assert later["run_id"] == first["run_id"]
    assert later["checkpoint_id"] != first["checkpoint_id"]
    assert later["step"] == first["step"] + 5
    await trained.request("RESET_MODEL")
    assert (await save(trained))["run_id"] != first["run_id"]


async def test_a_regression_tells_its_losses_and_those_of_the_linear_model(keeping: LocalServer) -> None:
    async with Client(keeping.address) as client:
        await client.request("CONFIGURE", problem="regression", train_fraction=0.5)
        await begin_training(client)
        saved = await save(client)
        losses = [saved[f"{whose}{split}_loss"] for whose in ("", "linear_") for split in ("train", "test")]
        assert all(isinstance(loss, float) for loss in losses)
        assert (saved["train_accuracy"], saved["linear_test_accuracy"]) == (None, None)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("CONFIGURE", {"learning_rate": 0.003}),
        ("ADD_POINT", {"x": 1.0, "y": 1.0, "label": 0}),
        ("SET_PARAMETERS", {"parameters": [[1, 0, None, 0.5]]}),
    ],
)
async def test_who_changes_something_on_the_way_is_told_and_train_py_says_the_same(
    keeping: LocalServer, trained: Client, kind: str, fields: dict[str, Any]
) -> None:
    for changed in (False, True):
        saved = await save(trained)
        assert saved["changed"] is changed
        assert (b"Something was changed" in await downloaded(keeping.address, trained, saved, "/train.py")) is changed
        await trained.request(kind, **fields)


async def test_a_directory_that_is_not_one_is_named_and_training_goes_on(tmp_path: Path) -> None:
    (tmp_path / "runs").write_text("a file")
    async with local_server(Settings(runs_dir=tmp_path / "runs")) as server, Client(server.address) as client:
        await begin_training(client)
        refused = await save(client)
        assert refused["code"] == "save_failed"
        assert refused["message"].startswith("The run was not saved: runs cannot be written:")
        await train_on(client)


async def test_a_disk_that_is_nearly_full_is_left_alone(tmp_path: Path) -> None:
    settings = Settings(runs_dir=tmp_path / "runs", least_free_bytes=2**50)
    async with local_server(settings) as server, Client(server.address) as client:
        await begin_training(client)
        assert "nearly full" in (await save(client))["message"]
        assert not (tmp_path / "runs").exists()


async def test_what_fails_by_our_fault_is_told_and_logged_once_and_the_next_is_saved(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    faults = [ZeroDivisionError("asked for")]

    def fails_once(*given: Any, **how: Any) -> None:
        if faults:
            raise faults.pop()
        check_nothing(*given, **how)

    async with (
        local_server(Settings(runs_dir=tmp_path), check_script=fails_once) as server,
        Client(server.address) as client,
    ):
        await begin_training(client)
        refused = await save(client)
        assert (refused["code"], refused["message"]) == ("save_failed", "The server failed to save this run.")
        assert left_in(tmp_path) == []
        assert (await save(client))["type"] == "RUN_SAVED"
    told = [record for record in caplog.records if getattr(record, "event", "") == "save_failed"]
    assert len(told) == 1


async def test_where_nothing_can_be_saved_a_sentence_says_why(keeping: LocalServer) -> None:
    async with Client(keeping.address) as empty:
        with pytest.raises(RefusedByServerError, match=r"nothing to save yet\. Add points"):
            await empty.request("SAVE_RUN")
    async with Client(keeping.address) as wild:
        await begin_training(wild, learning_rate=1e6, optimizer="sgd")
        await wild.until_state("DIVERGED")
        with pytest.raises(RefusedByServerError, match="Training has diverged; reset the model first"):
            await wild.request("SAVE_RUN")
        await wild.request("RESET_MODEL")
        assert (await save(wild))["type"] == "RUN_SAVED"


async def test_only_a_page_on_this_computer_is_told_where_runs_are(keeping: LocalServer) -> None:
    async with Client(keeping.address, headers={"X-Forwarded-For": "10.1.2.3"}) as far:
        await begin_training(far)
        assert (await save(far))["directory"] is None


async def test_the_metrics_count_saves_and_openings(keeping: LocalServer, trained: Client) -> None:
    def figures() -> dict[str, float]:
        return {
            f"{name} {outcome}": REGISTRY.get_sample_value(f"boundary_lab_{name}_total", {"outcome": outcome}) or 0
            for name, outcomes in (("saves", get_args(SaveOutcome)), ("opens", get_args(OpenOutcome)))
            for outcome in outcomes
        }

    before, seconds = figures(), REGISTRY.get_sample_value("boundary_lab_save_seconds_count") or 0
    saved = await save(trained)
    await save(trained)
    whole = await downloaded(keeping.address, trained, saved, ".zip")
    assert (await bring(keeping.address, trained.session_id, {"zip": whole})).code == 200
    assert (await bring(keeping.address, trained.session_id, {"zip": whole[:-9]})).code == 400
    grown = {name: count - before[name] for name, count in figures().items() if count != before[name]}
    assert grown == {"saves saved": 1, "saves found": 1, "opens opened": 1, "opens refused": 1}
    assert REGISTRY.get_sample_value("boundary_lab_save_seconds_count") == seconds + 2
