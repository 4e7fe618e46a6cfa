"""What makes the learners that the settings ask for: see that what they need is there, then load it."""

import sys
from collections.abc import Callable
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING

from backend.errors import NotHereError
from backend.settings import Settings

if TYPE_CHECKING:
    from backend.logic.devices import ChosenDevice
    from backend.logic.training import MakeLearner
    from backend.runs.env_file import Device


def look_for_numba(settings: Settings) -> None:
    """See, before anything slow is loaded, that there is what the settings need.

    Raises:
        NotHereError: there is not.
    """
    if settings.native and find_spec("numba") is None:
        raise NotHereError(
            f"--native needs Numba: install it by `{sys.executable} -m pip install -r requirements-native.txt`."
        )


def make_learner_of(
    settings: Settings, on_compiling: Callable[[], None], on_note: Callable[[str], None]
) -> "MakeLearner":
    """What makes the learners of these settings.

    Args:
        settings: what they ask for.
        on_compiling: called before a kernel is compiled, which takes seconds.
        on_note: called with a sentence that whoever chose the device should read.

    Raises:
        NotHereError: the device is not there.
    """
    from backend.logic.training import Learner  # noqa: PLC0415 - brings PyTorch with it

    device, note = _chosen(settings)
    if note is not None:
        on_note(note)
    if not settings.native:
        return partial(Learner, device=device)
    from backend.logic.native import NativeLearner, compile_kernel  # noqa: PLC0415 - brings Numba with it

    return partial(NativeLearner, train=compile_kernel(on_compiling))


def device_of(settings: Settings) -> "Device":
    """What is written into a run about where its steps are made.

    Raises:
        NotHereError: the device is not there.
    """
    from backend.logic.devices import facts_of  # noqa: PLC0415 - brings PyTorch with it
    from backend.runs.env_file import Device  # noqa: PLC0415 - likewise

    return Device(*facts_of(_chosen(settings).device))


def _chosen(settings: Settings) -> "ChosenDevice":
    from backend.logic.devices import DeviceMissingError, choose_device  # noqa: PLC0415 - brings PyTorch with it

    try:
        return choose_device(settings.device)
    except DeviceMissingError as error:
        raise NotHereError(str(error)) from error
