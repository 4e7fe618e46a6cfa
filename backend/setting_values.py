"""What a setting's text may be: one reader for each kind of value. What is wrong with a text is said in one clause."""

import re
from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_network
from math import isfinite
from pathlib import Path
from typing import Final

HIGHEST_PORT: Final = 65_535
_TOKEN: Final = re.compile(r"[A-Za-z0-9._~-]{8,128}", re.ASCII)
_YES_AND_NO: Final = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}
_LONGEST_NUMBER: Final = 20
"""Digits: Python refuses to read numbers of thousands of them, in words for a programmer."""


class SettingError(ValueError):
    """A text that is no value of its setting, or values that do not go together. Its text is a clause for a person."""


def word(value: str) -> str:
    """A text without spaces.

    Raises:
        SettingError: it is empty, or has some.
    """
    if value.split() != [value]:
        raise SettingError(f"{_short(value)} is empty or has spaces in it")
    return value


def directory(value: str) -> Path:
    """A directory, which need not be there yet.

    Raises:
        SettingError: no file system has such a name.
    """
    if not value.strip() or not value.isprintable():
        raise SettingError(f"{_short(value)} is no name of a directory")
    return Path(value)


def whole(least: int, most: int) -> Callable[[str], int]:
    """A reader of whole numbers within bounds."""

    def read(value: str) -> int:
        is_number = len(value) <= _LONGEST_NUMBER and value.isascii() and value.isdecimal()
        if not (is_number and least <= int(value) <= most):
            raise SettingError(f"{_short(value)} is no whole number from {least:,} to {most:,}")
        return int(value)

    return read


def seconds(least: float, most: float) -> Callable[[str], float]:
    """A reader of times in seconds within bounds."""

    def read(value: str) -> float:
        try:
            number = float(value)
        except ValueError:
            number = float("nan")
        if not (isfinite(number) and least <= number <= most):
            raise SettingError(f"{_short(value)} is no time from {least:,g} to {most:,g} seconds")
        return number

    return read


def choice(*choices: str) -> Callable[[str], str]:
    """A reader of one of some words."""

    def read(value: str) -> str:
        if value not in choices:
            raise SettingError(f"{_short(value)} is none of {', '.join(choices)}")
        return value

    return read


def yes_or_no(value: str) -> bool:
    """The answer to a question, as a variable of the environment gives it.

    Raises:
        SettingError: it is neither yes nor no.
    """
    if value.lower() not in _YES_AND_NO:
        raise SettingError(f"{_short(value)} is neither yes nor no: it can be 1 or 0, true or false, yes or no")
    return _YES_AND_NO[value.lower()]


def port(value: str) -> int:
    """A port to listen on, 0 for a free one.

    Raises:
        SettingError: there is no such port.
    """
    if not (len(value) <= _LONGEST_NUMBER and value.isascii() and value.isdecimal() and int(value) <= HIGHEST_PORT):
        raise SettingError(f"{_short(value)} is no port: 0 to {HIGHEST_PORT} are")
    return int(value)


def names(value: str) -> tuple[str, ...]:
    """Names of hosts, in lower case."""
    return tuple(name.lower() for name in _items(value))


def networks(value: str) -> tuple[IPv4Network | IPv6Network, ...]:
    """Addresses and networks of addresses; an address is a network of one.

    Raises:
        SettingError: one of them is neither.
    """
    found = []
    for item in _items(value):
        try:
            found.append(ip_network(item))
        except ValueError as error:
            raise SettingError(f"{_short(item)} is neither an address nor a network such as 10.0.0.0/8") from error
    return tuple(found)


def token(value: str) -> str:
    """A secret that can stand in an address. What is wrong with it is said without telling it.

    Raises:
        SettingError: it is too short, too long, or has other characters.
    """
    if _TOKEN.fullmatch(value) is None:
        raise SettingError("a token has 8 to 128 letters, digits or any of . _ ~ -")
    return value


def _items(value: str) -> list[str]:
    return [item.strip() for item in value.split(",") if item.strip()]


def _short(value: str) -> str:
    """A value as it can be shown in one line."""
    return repr(value) if len(value) <= 2 * _LONGEST_NUMBER else f"{value[: 2 * _LONGEST_NUMBER]!r}…"
