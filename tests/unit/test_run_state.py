"""The table of legal moves."""

import pytest

from backend.logic.errors import TransitionError
from backend.logic.run_state import Move, RunState, advance


@pytest.mark.parametrize("state", RunState)
@pytest.mark.parametrize("move", Move)
def test_every_move_is_legal_or_an_error_with_a_sentence(state: RunState, move: Move) -> None:
    try:
        after = advance(state, move)
    except TransitionError as error:
        sentence = str(error)
    else:
        sentence = f"It is {after} then."
    assert sentence.endswith(".")


def test_reset_is_legal_in_every_state() -> None:
    assert all(advance(state, Move.RESET) is RunState.IDLE for state in RunState)
