"""Arguments: what a command line, then the environment, then the defaults make of the settings."""

import argparse
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, NoReturn

from backend.setting_fields import PREFIX, Setting
from backend.setting_values import SettingError
from backend.settings import SETTINGS, Settings

PROGRAM: Final = "python -m backend"
COMMANDS: Final = {
    "train": "Train without a browser.",
    "evaluate": "See whether a saved run is what it says.",
    "runs": "List, show and delete saved runs.",
}
"""What the first word can be: without one, the server starts."""

SMOKE: Final = "--smoke"

_EPILOG: Final = f"""\
Each of them can also be set by a variable of the environment, such as {PREFIX}PORT.

There are also commands; each tells more with --help:
""" + "".join(f"  {PROGRAM} {command:<9} {sentence}\n" for command, sentence in COMMANDS.items())


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without all the arguments there are."""

    def error(self, message: str) -> NoReturn:
        """End with status 2."""
        self.exit(2, f"{self.prog}: error: {message} (--help lists what there is)\n")


def parse(arguments: Sequence[str], environment: Mapping[str, str]) -> Settings:
    """The settings of the server: of its command line, then of the BOUNDARY_LAB_* variables, then the defaults.

    Raises:
        SystemExit: with status 2 and a line that says what is wrong, or 0 for --help.
    """
    parser = Parser(
        prog=PROGRAM,
        description="Boundary Lab: watch a neural network learn.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument(
        SMOKE,
        action="store_true",
        help="Start no server: train a little, look at it, and tell whether all is well.",
    )
    add_settings(parser, SETTINGS)
    if arguments and not arguments[0].startswith("-"):
        parser.error(f"{arguments[0]!r} is no command: {', '.join(COMMANDS)} are")
    told = vars(parser.parse_args(arguments))
    if told["smoke"]:
        parser.error(f"{SMOKE} goes first, and without these")
    return settings_of(parser, told, environment)


def add_settings(parser: argparse.ArgumentParser, names: Collection[str]) -> None:
    """Have a parser take these settings."""
    for name in names:
        setting = SETTINGS[name]
        unit = f" {setting.unit}" if setting.unit and not setting.unset else ""
        told = f"{setting.sentence} ({setting.default_text}{unit})".replace("%", "%%")
        if setting.is_switch:
            parser.add_argument(setting.option, dest=name, action=argparse.BooleanOptionalAction, help=told)
        else:
            parser.add_argument(setting.option, dest=name, metavar="VALUE", help=told)


def settings_of(parser: Parser, told: Mapping[str, object], environment: Mapping[str, str]) -> Settings:
    """The settings that a parser was given and, where it was not, the environment.

    Args:
        parser: what says that a value makes no sense.
        told: what the parser has read; of the settings only what it takes, the others keep their defaults.
        environment: the variables.

    Raises:
        SystemExit: with status 2 and a line that says what is wrong.
    """
    names = [name for name in SETTINGS if name in told]
    try:
        given = {
            name: _read(SETTINGS[name], SETTINGS[name].variable, environment[SETTINGS[name].variable])
            for name in names
            # An empty one is as good as none: so it stands in a file that lists them all.
            if environment.get(SETTINGS[name].variable)
        }
        for name in names:
            value = told[name]
            if isinstance(value, str):
                given[name] = _read(SETTINGS[name], SETTINGS[name].option, value)
            elif value is not None:
                given[name] = value
        return Settings(**given)
    except SettingError as error:
        parser.error(str(error))


def _read(setting: Setting, place: str, value: str) -> Any:  # noqa: ANN401 - what the field is
    try:
        return setting.read(value)
    except SettingError as error:
        raise SettingError(f"{place}: {error}") from error
