"""The contract of saving tells the phases, the addresses and the refusals that there are."""

import ast
import re
from typing import get_args

import pytest
from tornado.routing import URLSpec

from backend import server_messages
from backend.run_handlers import RunDownload
from backend.run_upload import RunUpload
from backend.settings import LOOPBACK_NAMES
from tests.unit.test_contracts import SPECS, rows, sections
from tests.unit.test_import_walls import BACKEND

TEXT = (SPECS / "006-runs" / "contracts" / "saving.md").read_text()
CHAPTERS = sections(TEXT, 2)
PLACES = {"session id": "0a" * 16, "checkpoint id": "1b" * 32, "name": "config.json"}


def routes() -> dict[str, type]:
    """The expressions of our addresses, as `make_app` has them, and who answers."""
    found: dict[str, type] = {}
    kinds = {"RunDownload": RunDownload, "RunUpload": RunUpload}
    for node in ast.walk(ast.parse((BACKEND / "app.py").read_text())):
        match node:
            case ast.Tuple(elts=[ast.Constant(value=str(expression)), ast.Name(id=name), _]) if name in kinds:
                found[expression] = kinds[name]
    return found


def answered_by(address: str) -> type | None:
    """Who answers to an address of the contract."""
    path = "/" + re.sub(r"[{<]([a-z ]+)[}>]", lambda place: PLACES[place[1]], address)
    return next((kind for expression, kind in routes().items() if URLSpec(expression, kind).regex.match(path)), None)


def test_the_phases_of_a_save_are_in_the_contract_in_their_order() -> None:
    told = [row[0] for row in rows(sections(TEXT, 2)["Saving"])]
    assert told == list(get_args(server_messages.SavingPhase))


@pytest.mark.parametrize("address", [row[0] for row in rows(CHAPTERS["Downloading"])])
def test_every_address_of_the_contract_is_answered(address: str) -> None:
    assert answered_by(address) is RunDownload


def test_runs_are_brought_where_the_contract_says() -> None:
    (address,) = re.findall(r"`POST ([^`]+)`", CHAPTERS["Opening"])
    assert answered_by(address) is RunUpload


def test_every_status_of_a_refusal_is_in_the_contract() -> None:
    told = {int(row[0]) for row in rows(sections(CHAPTERS["Opening"], 3)["Refusals"])}
    code = "".join(
        (BACKEND / name).read_text() for name in ("run_handlers.py", "run_upload.py", "run_refusals.py", "opening.py")
    )
    found = {int(status) for status in re.findall(r"\b([45]\d\d)\b", code)}
    assert told == found


def test_what_makes_a_server_personal_is_in_the_contract() -> None:
    told = {row[0]: row[1] for row in rows(sections(CHAPTERS["Opening"], 3)["A config alone"])}
    (rule,) = (
        node
        for node in ast.walk(ast.parse((BACKEND / "settings.py").read_text()))
        if isinstance(node, ast.FunctionDef) and node.name == "is_personal"
    )
    read = {
        node.attr for node in ast.walk(rule) if isinstance(node, ast.Attribute) and ast.unparse(node.value) == "self"
    }
    assert told.keys() == {"host" if name == "address" else name for name in read}
    assert set(re.split(r", | or ", told["host"])) == {"unset", *LOOPBACK_NAMES}
