"""Sentences for a person about a field that the decoder refused."""

import re
from typing import Final

from backend.errors import InvalidFieldError

_PATH: Final = re.compile(r"^(?P<detail>.*?)(?: - at `\$\.?(?P<path>.*)`)?$", re.DOTALL)
_FIELD_SENTENCES: Final = [
    (re.compile(pattern), sentence)
    for pattern, sentence in (
        (r"Expected `array` of length <= (\d+)", r"can have {} entries at most"),
        (r"Expected `array` of length >= (\d+)", r"needs {} entries at least"),
        (r"Expected `array` of length (\d+) to (\d+)", r"needs {} to {} entries"),
        (r"Expected `array` of length (\d+)", r"needs {} entries"),
        (r"Expected `(?:int|float)` <= (\S+)", r"can be {} at most"),
        (r"Expected `(?:int|float)` >= (\S+)", r"must be {} at least"),
        (r"Expected `(?:int|float)` > (\S+)", r"must be more than {}"),
        (r"Expected `([^`]+)`, got `float`", r"must be {}, not a number with decimals"),
        (r"Expected `([^`]+)`, got `([^`]+)`", r"must be {}, not {}"),
        (r"Invalid enum value (.{0,40})", r"cannot be {}"),
        (r"(Number|Integer) .*out of range", r"is a number out of range"),
        (r"(.*)", r"is not right: {}"),
    )
]
_SUBJECTS: Final = [
    (re.compile(r"missing required field `(\w+)`"), "The field {} is missing."),
    (re.compile(r"contains unknown field `(\w{1,40})`$", re.ASCII), "There is no field {} here."),
]
_TYPES: Final = {
    "int": "a whole number",
    "float": "a number",
    "str": "a text",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
    "null": "null",
}
"""What the decoder's names of types are called."""
_STRANGE_FIELD: Final = "Object contains unknown field "
"""Whose name is none that a person could have meant: it is not repeated."""


def field_refusal(explanation: str) -> InvalidFieldError:
    """The decoder's explanation, such as "Expected `int` <= 7 - at `$.label`", as a sentence and a path."""
    match = _PATH.match(explanation)
    detail, path = (match["detail"], match["path"] or "") if match else (explanation, "")
    for pattern, sentence in _SUBJECTS:
        if found := pattern.search(detail):
            name = f"{path}.{found[1]}".removeprefix(".")
            return InvalidFieldError(sentence.format(name), name)
    if explanation.startswith(_STRANGE_FIELD):
        return InvalidFieldError("There is a field that is not known here.")
    for pattern, sentence in _FIELD_SENTENCES:
        if found := pattern.search(detail):
            predicate = sentence.format(*map(_in_words, found.groups()))
            return InvalidFieldError(f"{f'The field {path}' if path else 'It'} {predicate}.", path or None)
    return InvalidFieldError(f"{detail}.", path or None)


def _in_words(found: str) -> str:
    """What the decoder names: a type or several of them in words, all else as it is."""
    types = found.split(" | ")
    return " or ".join(_TYPES[name] for name in types) if _TYPES.keys() >= set(types) else found
