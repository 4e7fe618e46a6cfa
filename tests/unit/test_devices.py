"""Where a step computes: the choice, said honestly, and every tensor of a step in one place."""

import re
from pathlib import Path
from typing import Any, get_args

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves

from backend.logic.architecture import ParameterId
from backend.logic.config import OptimizerName, RunConfig
from backend.logic.dataset import Dataset
from backend.logic.devices import CPU, DeviceMissingError, choose_device, facts_of
from backend.logic.ensemble import together_key
from backend.logic.generators import generate
from backend.logic.optimizers import Adagrad, adagrad_by_parts
from backend.logic.training import LOSS_CHECK_STEPS, Learner
from tests.unit.drawn_configs import configs_to_compare
from tests.unit.test_plain_pytorch import POINTS

ELSEWHERE = torch.device("meta")
"""A device that knows shapes and no numbers, and takes no tensor of another: there are no others in these tests."""


def test_the_cpu_is_chosen_without_a_word() -> None:
    assert choose_device("cpu") == (CPU, None)


def test_auto_is_the_cpu_and_says_what_was_measured_and_what_was_not() -> None:
    device, note = choose_device("auto")
    assert device == CPU
    assert note is not None
    assert re.findall(r"[\d.]+ µs", note) == ["26 µs"]
    assert note.endswith("on a graphics card was not measured.")


@pytest.mark.parametrize(
    ("name", "found", "told"),
    [
        ("cuda", {"torch.version.cuda": None}, "This PyTorch has no CUDA"),
        ("cuda", {"torch.version.cuda": "12.8"}, "no NVIDIA card"),
        ("mps", {"torch.backends.mps.is_built": lambda: False}, "This PyTorch has no MPS"),
        ("mps", {"torch.backends.mps.is_built": lambda: True}, "This Mac has no graphics"),
    ],
)
def test_a_device_that_is_not_here_is_refused_with_the_reason(
    name: str, found: dict[str, Any], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torch.cuda.is_available", lambda: False)
    monkeypatch.setattr("torch.backends.mps.is_available", lambda: False)
    for place, value in found.items():
        monkeypatch.setattr(place, value)
    with pytest.raises(DeviceMissingError, match=told):
        choose_device(name)


@pytest.mark.parametrize("name", ["cuda", "mps"])
def test_a_device_that_is_here_is_taken_with_the_note_that_nobody_has_tried_it(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torch.version.cuda", "12.8")
    monkeypatch.setattr("torch.cuda.is_available", lambda: True)
    monkeypatch.setattr("torch.cuda.get_device_name", lambda: "Card")
    monkeypatch.setattr("torch.backends.mps.is_built", lambda: True)
    monkeypatch.setattr("torch.backends.mps.is_available", lambda: True)
    device, note = choose_device(name)
    assert device == torch.device(name)
    assert note is not None
    assert "Nobody has tried" in note


class OneDevice(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Sees the tensors of every operation, and wants them in one place; copies may go from one place to another.

    Attributes:
        count: how many operations there were on ELSEWHERE.
    """

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.count = 0

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        del types
        devices = {leaf.device for leaf in tree_leaves((args, kwargs or {})) if isinstance(leaf, Tensor)}
        assert len(devices) <= 1 or func is torch.ops.aten.copy_.default, f"{func} over {devices}"
        self.count += ELSEWHERE in devices
        if ELSEWHERE in devices and func.name().startswith("aten::_fused"):
            # Cards have these; what only knows shapes has not.
            return None
        return func(*args, **(kwargs or {}))


@settings(max_examples=100, deadline=None, derandomize=True)
@given(configs_to_compare(), st.booleans())
def test_everything_that_a_step_works_on_lies_where_it_computes(config: RunConfig, is_dropping: bool) -> None:  # noqa: FBT001
    config = structs.replace(config, dropout=0.2 if is_dropping else 0.0)
    learner = Learner(config, Dataset.empty(1.0, config.seed).adding(POINTS), ELSEWHERE)
    learner.freeze(frozenset({ParameterId(1, 0, 0)}))
    # A step that looks at its loss asks for a number, and there are none elsewhere.
    learner.count_steps(LOSS_CHECK_STEPS + 1)
    with OneDevice() as seen:
        for _ in range(3):
            learner.step()
    assert seen.count > 3
    # A pass goes there at once: a copy a step would cost more than the step.
    assert learner.batches.next().device == ELSEWHERE
    assert learner.step_count == LOSS_CHECK_STEPS + 4
    assert together_key(learner) is None


@pytest.mark.parametrize("optimizer", get_args(OptimizerName))
def test_a_run_that_is_taken_up_or_changed_stays_where_it_computes(optimizer: OptimizerName) -> None:
    config = RunConfig(optimizer=optimizer, dropout=0.2, layer_norm=True)
    dataset = Dataset.empty(1.0, config.seed).adding(generate("xor", 30, 0.0, 2, 1))
    here = Learner(config, dataset)
    for _ in range(LOSS_CHECK_STEPS + 1):
        here.step()
    elsewhere = Learner(config, dataset, ELSEWHERE)
    elsewhere.resume(here.checkpoint())
    with OneDevice() as seen:
        elsewhere.step()
        elsewhere.set_parameters({ParameterId(1, 0, 0): 0.5})
        elsewhere.use_config(structs.replace(config, classes=3, batch_size=7))
        elsewhere.use_dataset(dataset.removing([1, 2]))
        elsewhere.step()
    assert seen.count > 2
    assert elsewhere.network.flat.device == ELSEWHERE
    assert {moment.device for moment in elsewhere.optimizer.moments} <= {ELSEWHERE}


def test_what_is_written_of_a_card_is_what_the_system_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    version = tmp_path / "version"
    version.write_text(
        "NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 22:23:56 UTC 2024\nGCC version: 12\n"
    )
    monkeypatch.setattr("torch.version.cuda", "12.8")
    monkeypatch.setattr("torch.cuda.get_device_name", lambda: "Card")
    monkeypatch.setattr("backend.logic.devices._DRIVER", version)
    assert facts_of(torch.device("cuda")) == ("cuda", "Card", "550.54.15", "12.8")
    version.write_text("NVRM version: NVIDIA UNIX Open Kernel Module for x86_64  560.35.03  Release Build\n")
    assert facts_of(torch.device("cuda")).gpu_driver == "560.35.03"
    version.unlink()
    assert facts_of(torch.device("cuda")).gpu_driver is None
    assert facts_of(CPU) == ("cpu", None, None, None)


def test_adagrad_by_parts_is_the_fused_one() -> None:
    gradients = torch.randn(5, 40, generator=torch.Generator().manual_seed(3))
    fused_flat, flat, square = torch.ones(40), torch.ones(40), torch.zeros(40)
    fused = Adagrad(fused_flat, torch.zeros(40))
    for gradient in gradients:
        fused.place(fused_flat, gradient.clone(), fused.moments)
        fused.update(0.1, 0.01)
        adagrad_by_parts(flat, gradient.clone(), square, lr=0.1, weight_decay=0.01)
    assert not torch.equal(flat, torch.ones(40))
    torch.testing.assert_close(flat, fused_flat)
    torch.testing.assert_close(square, fused.moments[0])
