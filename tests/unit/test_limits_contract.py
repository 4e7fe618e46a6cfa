"""The contract of the limits and `.env.example` say what the settings are."""

import pytest

from backend.arguments import parse
from backend.settings import SETTINGS, Settings
from tests.support.env_example import PATH, env_example
from tests.unit.test_contracts import SPECS, rows, sections

LIMITS = (SPECS / "005-holds" / "contracts" / "limits.md").read_text()


def test_every_setting_is_in_the_contract_with_argument_variable_unit_and_default() -> None:
    chapters = sections(LIMITS, 2)
    told = [row for heading in ("What is limited", "The other settings") for row in rows(chapters[heading])]
    described = {row[0]: tuple(cell.strip("`") for cell in row[1:5]) for row in told}
    found = {
        name: (setting.option, setting.variable, setting.unit, setting.default_text)
        for name, setting in SETTINGS.items()
    }
    assert described == found
    assert all(row[5] for row in told)


def test_the_example_of_an_environment_lists_every_variable_with_its_sentence_and_default() -> None:
    assert PATH.read_text() == env_example()


def test_the_readme_tells_its_settings_as_they_are() -> None:
    told = rows(sections((SPECS.parent / "README.md").read_text(), 2)["Settings"])
    by_option = {setting.option: setting for setting in SETTINGS.values()}
    assert len(told) >= 10
    for argument, variable, meaning, default in told:
        setting = by_option[argument.split("`")[1]]
        assert variable.startswith(f"`{setting.variable}`")
        assert meaning == setting.sentence
        assert default.startswith(setting.default_text)


def test_the_example_of_an_environment_is_taken_whole() -> None:
    lines = [line.removeprefix("# ") for line in PATH.read_text().splitlines() if line.startswith("# BOUNDARY_LAB_")]
    assert len(lines) == len(SETTINGS)
    assert parse([], dict(line.split("=", 1) for line in lines)) == Settings()


@pytest.mark.parametrize("name", SETTINGS)
def test_a_sentence_says_what_a_setting_is(name: str) -> None:
    setting = SETTINGS[name]
    assert setting.sentence.endswith(".")
    assert len(setting.sentence.splitlines()) == 1
    assert setting.unit or not isinstance(setting.default, int | float) or isinstance(setting.default, bool)
