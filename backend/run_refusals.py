"""Why a run is not opened or handed out: one class, with the status of HTTP, for all that can stand in the way."""

from typing import Final, assert_never

from backend.gate_pace import GivenUpError
from backend.logic.errors import RefusedError
from backend.logic.onnx_export import ExportMissingError
from backend.runs.errors import KeptRunError, RunFileError
from backend.transfers import NoPlaceError


class RunRefusedError(Exception):
    """A run is not opened or handed out; nothing has changed. Its text is a sentence for a person.

    Args:
        message: the sentence.
        status: of HTTP.
        file: which of the files is the reason, if one is.
    """

    def __init__(self, message: str, status: int, file: str | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.file = file


REASONS: Final = (RunRefusedError, RunFileError, RefusedError, GivenUpError, NoPlaceError, ExportMissingError)
"""What `refusal_of` takes."""


def refusal_of(
    reason: RunRefusedError | RunFileError | RefusedError | GivenUpError | NoPlaceError | ExportMissingError,
) -> RunRefusedError:
    """What is answered for this reason."""
    match reason:
        case RunRefusedError():
            return reason
        case KeptRunError():
            # What was brought is not at fault for what was kept.
            return RunRefusedError(str(reason), 409, reason.file)
        case RunFileError():
            return RunRefusedError(str(reason), 400, reason.file)
        case RefusedError():
            return RunRefusedError(str(reason), 409)
        case ExportMissingError():
            return RunRefusedError(str(reason), 501)
        case GivenUpError() | NoPlaceError():
            return RunRefusedError(str(reason), 503)
        case _:
            assert_never(reason)
