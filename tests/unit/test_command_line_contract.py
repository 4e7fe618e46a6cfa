"""The contract of the command line says what the commands take, how they end and what they tell."""

import re

import pytest

from backend.arguments import COMMANDS, SMOKE, parse
from backend.command_line import main
from backend.command_line.parsing import order_of
from backend.command_line.saved_runs import COLUMNS
from backend.settings import SETTINGS
from tests.unit.test_contracts import SPECS, rows, sections

CHAPTERS = sections((SPECS / "006-runs" / "contracts" / "command_line.md").read_text(), 2)
COMMAND_WORDS = ("train", "evaluate", "runs list", "runs show", "runs prune", SMOKE)
OF_ALL = {"--json", "--quiet", "--help"}


def told_results(command: str) -> list[str]:
    """The keys that the contract has for the results of a command."""
    return [row[0] for row in rows(sections(CHAPTERS["Results"], 3)[command])]


def help_of(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as ended:
        order_of([*arguments, "--help"], {})
    assert ended.value.code == 0
    return capsys.readouterr().out


def options_in(text: str) -> set[str]:
    """The options of a help text; of a switch only the one that turns it on."""
    found = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text))
    return {option for option in found if option.replace("--no-", "--", 1) not in found - {option}}


def test_every_command_is_in_the_contract() -> None:
    told = [row[0].strip("`") for row in rows(CHAPTERS["Commands"])]
    assert [" ".join(word for word in command.split() if not re.search("[A-Z.]", word)) for command in told] == [
        "train --steps",
        *COMMAND_WORDS[1:],
    ]


@pytest.mark.parametrize("command", COMMAND_WORDS)
def test_every_argument_of_a_command_is_in_the_contract(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = {row[1].strip("`") for row in rows(CHAPTERS["Arguments"]) if row[0] == command}
    assert options_in(help_of(command.split(), capsys)) == told | OF_ALL
    assert all(option in CHAPTERS["Arguments"] for option in OF_ALL)


def test_every_exit_status_is_in_the_contract() -> None:
    statuses = {main.WELL, main.FAILED, main.WRONG_USAGE, main.INTERRUPTED}
    assert {int(row[0]) for row in rows(CHAPTERS["Exit status"])} == statuses


def test_the_columns_of_the_list_are_in_the_contract() -> None:
    assert ", ".join(COLUMNS).replace("checkpoint_id", "checkpoint_id (its first 12 digits)") in CHAPTERS["Results"]


def test_every_device_is_in_the_contract() -> None:
    told = {row[0].strip("`") for row in rows(CHAPTERS["Devices"])}
    for name in told:
        assert parse([f"--device={name}"], {}).device == name
    assert set(re.findall(r"cpu|cuda|mps|auto", SETTINGS["device"].sentence)) == told


def test_the_help_of_the_server_names_the_commands(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        parse(["--help"], {})
    told = capsys.readouterr().out
    for command, sentence in COMMANDS.items():
        assert f"python -m backend {command}" in told
        assert sentence in told
    assert SMOKE in told


def test_the_readme_tells_commands_that_there_are() -> None:
    chapter = sections((SPECS.parent / "README.md").read_text(), 3)["Keep and hand in a run"]
    lines = [line for line in re.split(r"^\d+\. ", chapter.split("\n#")[0], flags=re.MULTILINE) if line.strip()]
    assert len(lines) == 10
    told = re.findall(r"`(?:[^`]* -m backend )?((?:train|evaluate|runs) [^`]+)`", chapter)
    assert {command.split()[0] for command in told} == set(COMMANDS)
    for command in told:
        order_of(command.replace(" N", " 100").split(), {})
