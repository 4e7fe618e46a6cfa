"""Devices: where the tensors that a step works on lie, chosen once, before anything is trained.

Weights, gradients, moments and batches lie there. Points, random numbers and whatever others see stay on the CPU: so a
run draws the same numbers everywhere, and only the thread that trains ever uses a device.
"""

import re
from pathlib import Path
from typing import Final, NamedTuple

import torch

CPU: Final = torch.device("cpu")

_WHY_CPU: Final = (
    "Computing on the CPU: a step of the network that the page opens with is 20 small operations, measured there at"
    " 26 µs all together. How long it takes on a graphics card was not measured."
)
_UNCHECKED: Final = "Nobody has tried that with Boundary Lab yet, nor measured whether it is faster or slower."
_DRIVER: Final = Path("/proc/driver/nvidia/version")


class DeviceMissingError(Exception):
    """The device that was asked for is not here; the text says why."""


class ChosenDevice(NamedTuple):
    """Where to compute.

    Attributes:
        device: the device.
        note: what whoever asked should know of it, as a sentence; None for nothing.
    """

    device: torch.device
    note: str | None


class DeviceFacts(NamedTuple):
    """What a device is called, for those who keep a run.

    Attributes:
        name: cpu, cuda or mps.
        gpu_name: of the graphics card, None without one; as all below.
        gpu_driver: its version.
        cuda_version: of CUDA.
    """

    name: str
    gpu_name: str | None = None
    gpu_driver: str | None = None
    cuda_version: str | None = None


def choose_device(name: str) -> ChosenDevice:
    """The device of a name: cpu, cuda, mps, or auto.

    Raises:
        DeviceMissingError: it is not here.
    """
    match name:
        case "cuda":
            return ChosenDevice(_cuda(), f"Computing on {torch.cuda.get_device_name()}. {_UNCHECKED}")
        case "mps":
            return ChosenDevice(_mps(), f"Computing on the graphics of this Mac. {_UNCHECKED}")
        case "auto":
            return ChosenDevice(CPU, _WHY_CPU)
        case _:
            return ChosenDevice(CPU, None)


def _cuda() -> torch.device:
    if torch.version.cuda is None:
        raise DeviceMissingError("This PyTorch has no CUDA: it was built without. Take --device cpu, or another build.")
    if not torch.cuda.is_available():
        raise DeviceMissingError("PyTorch finds no NVIDIA card that it can use here. Take --device cpu.")
    return torch.device("cuda")


def _mps() -> torch.device:
    if not torch.backends.mps.is_built():
        raise DeviceMissingError("This PyTorch has no MPS: only its builds for Macs have. Take --device cpu.")
    if not torch.backends.mps.is_available():
        raise DeviceMissingError("This Mac has no graphics that PyTorch can use as MPS. Take --device cpu.")
    return torch.device("mps")


def facts_of(device: torch.device) -> DeviceFacts:
    """What is known of a device that has been chosen."""
    if device.type != "cuda":
        return DeviceFacts(device.type)
    return DeviceFacts("cuda", torch.cuda.get_device_name(), _driver_version(), torch.version.cuda)


def _driver_version() -> str | None:
    """Of NVIDIA's driver; None where Linux does not tell."""
    if not _DRIVER.exists():
        return None
    found = re.search(r"Kernel Module\s+(?:for \S+\s+)?(\d[\d.]*)", _DRIVER.read_text())
    return found and found[1]
