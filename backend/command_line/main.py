"""Carry out a command, and end with a status and a sentence, whatever happens."""

import os
import signal
import sys
from collections.abc import Mapping, Sequence
from types import FrameType
from typing import Final, NoReturn, assert_never

from backend.command_line.errors import FailedError, WrongUsageError
from backend.command_line.orders import (
    EvaluateOrder,
    ListOrder,
    Order,
    PruneOrder,
    ShowOrder,
    SmokeOrder,
    TrainOrder,
)
from backend.command_line.parsing import order_of
from backend.command_line.telling import say
from backend.errors import NotHereError
from backend.runs.errors import RunFileError

WELL: Final = 0
FAILED: Final = 1
WRONG_USAGE: Final = 2
INTERRUPTED: Final = 128 + signal.SIGINT


def run(arguments: Sequence[str], environment: Mapping[str, str]) -> int:
    """Carry out what the arguments ask for; the first of them is a command. Return the exit status.

    Raises:
        SystemExit: the arguments are wrong, or only ask for help.
    """
    order = order_of(arguments, environment)
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        return _carry_out(order)
    except (RunFileError, WrongUsageError, NotHereError) as error:
        say(str(error))
        return WRONG_USAGE
    except FailedError as error:
        say(str(error))
        return FAILED
    except KeyboardInterrupt as error:
        say(str(error) or "Ended before it was done.")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever reads has gone. Python would say so once more when it flushes at the end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED


def _carry_out(order: Order) -> int:
    # Each brings only what it needs: PyTorch takes seconds.
    match order:
        case TrainOrder():
            from backend.command_line.train import train  # noqa: PLC0415

            train(order)
            return WELL
        case EvaluateOrder():
            from backend.command_line.evaluate import evaluate  # noqa: PLC0415

            return WELL if evaluate(order) else FAILED
        case ListOrder() | ShowOrder() | PruneOrder():
            from backend.command_line.saved_runs import look_after_runs  # noqa: PLC0415

            look_after_runs(order)
            return WELL
        case SmokeOrder():
            from backend.command_line.smoke import smoke  # noqa: PLC0415

            return WELL if smoke(order) else FAILED
        case _:
            assert_never(order)


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    """Take SIGTERM as Ctrl-C."""
    del number, frame
    raise KeyboardInterrupt
