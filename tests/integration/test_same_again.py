"""What was trained in a page comes out again on the command line, with the same weights to the last bit."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from backend.runs.env_file import Device
from backend.settings import Settings
from tests.support.client import Client, Message
from tests.support.kept_runs import downloaded, save
from tests.support.runs import XOR_ROWS, status_after, stop_training, train_on
from tests.support.server import ROOT, LocalServer, local_server

DEADLINE_S = 60
KNOWN_STEPS = 100

CONFIGS: list[dict[str, Any]] = [
    {
        "hidden_layers": [6, 5],
        "activation": "gelu",
        "layer_norm": True,
        "optimizer": "adamw",
        "dropout": 0.2,
        "batch_size": 5,
        "train_fraction": 0.7,
        "schedule": "cosine",
        "schedule_epochs": 9,
    },
    {
        "problem": "regression",
        "loss": "huber",
        "hidden_layers": [7],
        "features": ["x1", "x2", "sin_x1"],
        "optimizer": "nesterov",
        "gradient_clip": 0.5,
        "l1": 0.001,
    },
]


async def train_with_edits(client: Client, config: dict[str, Any]) -> None:
    """Train, and change everything that can be changed on the way: at steps that are known, then while it trains."""
    await client.request("CONFIGURE", **config)
    await client.request("ADD_POINTS", points=XOR_ROWS)
    await status_after(client, "STEP_TRAINING", count=37, unit="step")
    await client.request("ADD_POINTS", points=[[0.5, -0.5, 1], [1.5, 1.25, 0], [-5.0, 0.1, 1]])
    await client.request("CONFIGURE", learning_rate=0.03, batch_size=7)
    await status_after(client, "STEP_TRAINING", count=20, unit="step")
    await client.request("SET_PARAMETERS", parameters=[[1, 0, 0, 0.25], [1, 2, None, -0.5]])
    await client.request("FREEZE_PARAMETERS", parameters=[[1, 0, 0], [2, 0, None]], frozen=True)
    await status_after(client, "STEP_TRAINING", count=33, unit="step")
    await client.request("REMOVE_POINTS", ids=[3, 4])
    await client.request("CONFIGURE", classes=3, optimizer="rmsprop")
    status = await status_after(client, "STEP_TRAINING", count=10, unit="step")
    assert status["step"] == KNOWN_STEPS
    await client.request("START_TRAINING")
    await train_on(client)
    await client.request("CONFIGURE", learning_rate=0.004, l2=0.01)
    await train_on(client)
    await client.request("CHANGE_POINTS", points=[[1, -2.5, -2.25, 0]])
    await client.request("FREEZE_PARAMETERS", parameters=[[1, 0, 0]], frozen=False)
    await train_on(client)
    await stop_training(client)


async def brought_home(server: LocalServer, client: Client, saved: Message, folder: Path) -> list[Path]:
    """Download what it takes to make a run again."""
    paths = []
    for name in ("config.json", "points.csv", "changes.jsonl"):
        paths.append(folder / name)
        paths[-1].write_bytes(await downloaded(server.address, client, saved, f"/{name}"))
    return paths


async def trained_again(paths: list[Path], steps: int) -> dict[str, Any]:
    """Train on the command line, in a process of its own, and return what it tells."""
    config, points, changes = map(str, paths)
    out = str(paths[0].parent / "again")
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "backend", "train", config, points, "--changes", changes),
        *("--steps", str(steps), "--out", out, "--json"),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    told, said = await asyncio.wait_for(process.communicate(), DEADLINE_S)
    assert process.returncode == 0, said
    facts: dict[str, Any] = json.loads(told)
    return facts


@pytest.mark.parametrize("config", CONFIGS, ids=["classification", "regression"])
async def test_the_same_commands_at_the_same_steps_give_the_same_checkpoint(
    config: dict[str, Any], keeping: LocalServer, tmp_path: Path
) -> None:
    async with Client(keeping.address) as client:
        await train_with_edits(client, config)
        saved = await save(client)
        assert saved["step"] > KNOWN_STEPS
        assert saved["replayable"] is True
        paths = await brought_home(keeping, client, saved, tmp_path)
    again = await trained_again(paths, saved["step"])
    assert again["steps"] == saved["step"]
    assert again["config_hash"] == saved["config_hash"]
    assert again["checkpoint_id"] == saved["checkpoint_id"]
    # What plain PyTorch makes of the same is a rounding error away.
    assert again["verified_steps"] > 0
    assert again["largest_difference"] < 1e-5
    for name in ("points.csv", "changes.jsonl", "train.py"):
        assert (Path(again["directory"]) / name).read_bytes() == (Path(saved["directory"]) / name).read_bytes()


async def test_a_server_writes_into_a_run_where_it_trains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.run_writer.device_of", lambda _: Device("cuda", "Card", "550.54", "12.8"))
    async with local_server(Settings(runs_dir=tmp_path)) as server, Client(server.address) as client:
        await client.request("ADD_POINTS", points=XOR_ROWS)
        await status_after(client, "STEP_TRAINING", count=3, unit="step")
        saved = await save(client)
    environment = json.loads((Path(saved["directory"]) / "env.json").read_bytes())
    assert (environment["device"], environment["gpu_name"]) == ("cuda", "Card")
