"""What a command says: results on standard output, in a form that a script can read, sentences on standard error."""

import json
import sys
from collections.abc import Mapping, Sequence

Fact = str | int | float | bool | None | Sequence[str]
"""What a result can be."""


def tell_facts(facts: Mapping[str, Fact], *, as_json: bool) -> None:
    """Write results: a line `key: value` for each, or one JSON object in one line.

    Args:
        facts: by their keys, in the order in which they are written.
        as_json: whether as JSON.
    """
    if as_json:
        sys.stdout.write(json.dumps(facts) + "\n")
    else:
        sys.stdout.writelines(f"{key}: {fact_text(fact)}\n" for key, fact in facts.items())
    sys.stdout.flush()


def fact_text(fact: Fact) -> str:
    """A result in words: yes and no, none, numbers as exact as they are, texts in one line."""
    match fact:
        case None:
            return "none"
        case bool():
            return "yes" if fact else "no"
        case int() | float():
            return repr(fact)
        case str():
            return " ".join(fact.split())
        case _:
            return ", ".join(map(fact_text, fact)) or "none"


def say(sentence: str) -> None:
    """Say something to the person, in a line of its own."""
    sys.stderr.write(f"{' '.join(sentence.split())}\n")
    sys.stderr.flush()
