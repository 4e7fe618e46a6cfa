"""A setting as a field of a dataclass, and how it is given: as an argument, or as a variable of the environment."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from backend.setting_values import token, yes_or_no

PREFIX: Final = "BOUNDARY_LAB_"
"""Of the variables."""

_T = TypeVar("_T")


def setting(
    default: _T, read: Callable[[str], object], sentence: str, unit: str = "", *, unset: str = "", option: str = ""
) -> _T:
    """A field of the settings; for the arguments see `Setting`."""
    told = {"read": read, "sentence": sentence, "unit": unit, "unset": unset, "option": option}
    field: _T = dataclasses.field(default=default, repr=read is not token, metadata=told)
    return field


@dataclass(frozen=True, slots=True)
class Setting:
    """How one field of the settings is given.

    Attributes:
        name: of the field.
        default: what it is if it is not given.
        read: makes a value of a text, or raises SettingError.
        sentence: what it is.
        unit: of its value, "" if it has none.
        unset: what holds if it is not given, where the default does not say it; else "".
        option: the argument.
    """

    name: str
    default: object
    read: Callable[[str], object]
    sentence: str
    unit: str
    unset: str
    option: str

    @property
    def variable(self) -> str:
        """The variable of the environment."""
        return PREFIX + self.option.removeprefix("--").replace("-", "_").upper()

    @property
    def is_switch(self) -> bool:
        """Whether the argument has no value: it is on, or off with `--no-` in front."""
        return self.read is yes_or_no

    @property
    def default_text(self) -> str:
        """The default as a person writes it, or what holds without one."""
        if self.unset:
            return self.unset
        if isinstance(self.default, bool):
            return "yes" if self.default else "no"
        return f"{self.default:.15g}" if isinstance(self.default, float) else str(self.default)


def described(field: dataclasses.Field[Any]) -> Setting:
    """How a field that `setting` has made is given."""
    option = field.metadata["option"] or "--" + field.name.replace("_", "-")
    return Setting(field.name, field.default, **{**field.metadata, "option": option})
