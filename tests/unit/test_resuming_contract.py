"""The contract of resuming names what a checkpoint holds and what is bounded, and nothing else."""

from dataclasses import fields

import pytest

from backend.logic import history, journal, offline
from backend.logic.errors import TransitionError
from backend.logic.run_record import Checkpoint
from backend.logic.run_state import Move, RunState, advance
from tests.unit.test_contracts import SPECS, rows, sections

CHAPTERS = sections((SPECS / "006-runs" / "contracts" / "resuming.md").read_text(), 2)


def test_a_checkpoint_holds_what_the_contract_says() -> None:
    assert [name for name, *_ in rows(CHAPTERS["What a checkpoint holds"])] == [
        field.name for field in fields(Checkpoint)
    ]


def test_the_bounds_are_those_of_the_contract() -> None:
    told = {what: int(most.replace(",", "")) for what, most in rows(CHAPTERS["Bounds"])}
    assert list(told.values()) == [
        history.MOST_ROWS,
        history.MOST_MOMENTS,
        history.MOST_MOMENT_BYTES,
        journal.MOST_BYTES,
        offline.MOST_ROWS + 2,
    ]


def test_the_changes_that_do_something_each_time_are_those_of_the_contract() -> None:
    (line,) = (
        line for line in CHAPTERS["What is kept of the way"].splitlines() if line.startswith("Changes of one kind")
    )
    assert all(name in line for name in journal.STEPWISE_FIELDS)


@pytest.mark.parametrize("state", RunState)
@pytest.mark.parametrize("move", [Move.SAVE, Move.OPEN])
def test_the_table_of_states_says_when_a_run_can_be_kept_and_opened(state: RunState, move: Move) -> None:
    page = (SPECS / "002-stateful-streaming" / "data-model.md").read_text()
    table = {name: cells for name, *cells in rows(sections(page, 2)["States of a run (`logic/run_state.py`)"])}
    place = {Move.SAVE: 4, Move.OPEN: 5}[move]
    try:
        after = str(advance(state, move))
    except TransitionError:
        after = ""
    assert table[state][place] == after
