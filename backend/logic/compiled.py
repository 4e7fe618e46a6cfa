"""Compiling by Numba, behind types: it is an extra, and imported only where it has been asked for."""

from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

from numba import njit
from numba.core.event import Event, Listener, install_listener

F = TypeVar("F", bound=Callable[..., object])

_OPTIONS: Final[dict[str, Any]] = {
    "nogil": True,
    "error_model": "numpy",
    # Sums may be reordered, so that they fit the processor's vectors; nothing is assumed of NaN and infinity.
    "fastmath": {"reassoc", "contract", "nsz", "arcp"},
}


def compiled(function: F) -> F:
    """A function that compiled ones call, without Python objects and without the interpreter lock; part of each caller.

    One that were left by itself would be taken, in the process that compiles it, from where it was compiled alone, and
    in later ones from the caller's file: two codes, whose sums differ in the last bits.
    """
    return cast(F, njit(forceinline=True, **_OPTIONS)(function))


def compiled_and_kept(function: F, signature: object, on_compiling: Callable[[], None]) -> F:
    """The compiled function, for this signature alone; later processes find it on disk, where that can be written.

    What is on disk is compiled anew if the module of the function changes, but not if one that it imports does.

    Args:
        function: has no other arguments than the signature's.
        signature: Numba's.
        on_compiling: called if it was not on disk, before it is compiled.
    """
    try:
        return cast(F, _compiled_for(njit(cache=True, **_OPTIONS)(function), signature, on_compiling))
    except (OSError, RuntimeError):
        # There is no place for it.
        return cast(F, _compiled_for(njit(**_OPTIONS)(function), signature, on_compiling))


def _compiled_for(dispatcher: Any, signature: object, on_compiling: Callable[[], None]) -> Any:  # noqa: ANN401 - Numba's own
    with install_listener("numba:compile", _OnStart(on_compiling)):
        dispatcher.compile(signature)
    # Other types than these would be compiled in the middle of a training: let them be an error.
    dispatcher.disable_compile()
    return dispatcher


class _OnStart(Listener):
    """Tells once that compiling begins."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell: Callable[[], None] | None = tell

    def on_start(self, event: Event) -> None:
        """One of the functions is about to be compiled."""
        del event
        tell, self._tell = self._tell, None
        if tell is not None:
            tell()

    def on_end(self, event: Event) -> None:
        """It has been."""
