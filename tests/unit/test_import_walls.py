"""Who may import what: the walls of the architecture."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BACKEND = ROOT / "backend"
CONSTITUTION = (ROOT / "specs" / "constitution.md").read_text()
MODULES = {path.relative_to(BACKEND).as_posix(): path for path in sorted(BACKEND.rglob("*.py"))}


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            found |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def importers(package: str) -> set[str]:
    return {
        name
        for name, path in MODULES.items()
        if any(found == package or found.startswith(f"{package}.") for found in imports(path))
    }


def test_logic_knows_no_web() -> None:
    for name, path in MODULES.items():
        if name.startswith("logic/"):
            web = {found for found in imports(path) if found.startswith(("tornado", "asyncio"))}
            outside = {
                found
                for found in imports(path)
                if found.startswith("backend.") and not found.startswith("backend.logic")
            }
            assert not web | outside, name


def test_the_files_of_runs_know_neither_web_nor_torch() -> None:
    known = ("backend.logic", "backend.runs", "backend.field_refusals")
    for name, path in MODULES.items():
        if name.startswith("runs/"):
            found = imports(path)
            assert not {module for module in found if module.startswith(("tornado", "asyncio", "torch"))}, name
            outside = {module for module in found if module.startswith("backend.") and not module.startswith(known)}
            assert not outside, name


def test_the_commands_know_no_web_and_no_server() -> None:
    known = ("logic", "runs", "command_line", "arguments", "errors", "learners", "setting_values", "settings")
    for name, path in MODULES.items():
        if name.startswith("command_line/"):
            found = imports(path)
            assert not {module for module in found if module.startswith(("tornado", "asyncio", "torch"))}, name
            ours = {module.split(".")[1] for module in found if module.startswith("backend.")}
            assert ours <= set(known), name


@pytest.mark.parametrize(
    ("package", "allowed"),
    [
        (
            "tornado",
            {
                "app.py",
                "class_handlers.py",
                "guarded.py",
                "http_handlers.py",
                "measured_socket.py",
                "paced_websocket.py",
                "run_handlers.py",
                "run_upload.py",
                "socket_handler.py",
                "strict_http.py",
                "strict_websocket.py",
                "__main__.py",
            },
        ),
        (
            "threading",
            {
                *("logic/gate.py", "logic/trainer.py", "logic/training_thread.py", "logic/watchdog.py"),
                *("logic/run_ends.py", "logic/snapshot.py", "logs.py"),
            },
        ),
        ("pickle", set()),
    ],
)
def test_a_package_is_imported_where_it_belongs_alone(package: str, allowed: set[str]) -> None:
    assert importers(package) == allowed


def test_the_constitution_names_the_walls() -> None:
    (told,) = re.findall(r"tornado in (.*?) alone; threading in (.*?) alone; pickle nowhere", CONSTITUTION, re.DOTALL)
    for package, names in zip(("tornado", "threading"), told, strict=True):
        assert set(re.findall(r"`([^`]+)`", names)) == {name.removeprefix("logic/") for name in importers(package)}


def test_torch_is_imported_in_logic_alone() -> None:
    assert all(name.startswith("logic/") for name in importers("torch"))


def test_no_module_has_outgrown_its_name() -> None:
    lengths = {name: len(path.read_text().splitlines()) for name, path in MODULES.items()}
    assert {name: length for name, length in lengths.items() if length > 400} == {}
