"""What a trainer lets others see: immutable snapshots, in a mailbox that keeps the newest."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from torch import Tensor

from backend.logic.architecture import Architecture
from backend.logic.config import Feature, Loss, Problem

T = TypeVar("T")


@dataclass(frozen=True, slots=True, eq=False, weakref_slot=True)
class Examples:
    """A dataset as tensors, made once by the training thread and never changed.

    Attributes:
        train_inputs: (N, features) float32.
        train_targets: (N,) labels as int64 in a classification, (N,) values as float32 in a regression.
        test_inputs: (M, features) float32.
        test_targets: (M,), as train_targets.
    """

    train_inputs: Tensor
    train_targets: Tensor
    test_inputs: Tensor
    test_targets: Tensor


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """A network at one step: a private copy, made between two steps by the thread that owns the original.

    Attributes:
        generation: counts up with every new model of the session.
        config_version: the config it was trained under.
        step: optimizer updates since the weights were new.
        epoch: passes over the training points since then.
        steps_per_second: measured over the last second, None while not training.
        problem: what the network learns.
        loss: how its error is measured.
        learning_rate: of the next step.
        architecture: the network's shape.
        features: its inputs.
        parameters: (architecture.parameter_count,) float32.
        examples: the points it was trained on.
    """

    generation: int
    config_version: int
    step: int
    epoch: float
    steps_per_second: float | None
    problem: Problem
    loss: Loss
    learning_rate: float
    architecture: Architecture
    features: tuple[Feature, ...]
    parameters: Tensor
    examples: Examples


class Latest(Generic[T]):
    """A mailbox with one slot: putting replaces what nobody has taken, and counts it. Any thread may call anything."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._value: T | None = None
        self._taken = True
        self._replaced = 0
        self._on_next: Callable[[], object] | None = None

    @property
    def replaced(self) -> int:
        """How many values were replaced before anybody took them."""
        return self._replaced

    @property
    def is_wanted(self) -> bool:
        """Whether a new value would be of use now: the present one has been taken, or somebody waits for the next."""
        # Two references are read without the lock: what changes at this very moment is seen the next time.
        return self._taken or self._on_next is not None

    def put(self, value: T) -> None:
        """Keep this value instead of the one before, and call whoever waits, in this thread."""
        with self._lock:
            if not self._taken:
                self._replaced += 1
            self._value, self._taken = value, False
            on_next, self._on_next = self._on_next, None
        if on_next is not None:
            on_next()

    def take(self) -> T | None:
        """The newest value, None before the first. It stays there for others."""
        with self._lock:
            self._taken = True
            return self._value

    def peek(self) -> T | None:
        """The newest value, without taking it."""
        # One reference is read: atomic under the interpreter lock, and whichever value it is was whole.
        return self._value

    def notify_next(self, on_next: Callable[[], object]) -> None:
        """Call this once, in the putting thread, when the next value comes. A newer wish replaces the one before."""
        with self._lock:
            self._on_next = on_next
