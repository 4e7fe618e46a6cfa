"""One browser and one server for all tests of the page, a fresh tab for each."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, expect, sync_playwright

from tests.browser.lab import DEADLINE_MS, Lab
from tests.browser.run_dialogs import Played, train
from tests.browser.stand_in import StandIn
from tests.support.server import ServerProcess, server_process
from tests.support.tools import find_browser

# For each new window Chromium loads two pages of its own, popups of an address bar that nobody sees: they took half of
# the time of opening a tab. The list replaces Playwright's own: what that leaves out for good reasons is here too.
_UNUSED_FEATURES = [
    "WebUIOmniboxPopup",
    "WebUIOmniboxAimPopup",
    "AimEnabled",
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsFirstBalancedModeAutoEnable",
    "HttpsUpgrades",
    "LensOverlay",
    "MediaRouter",
    "NetworkTimeServiceQuerying",
    "OptimizationHints",
    "PaintHolding",
    "PreconnectToSearch",
    "ThirdPartyStoragePartitioning",
]
BROWSER_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    f"--disable-features={','.join(_UNUSED_FEATURES)}",
    "--disable-sync",
]
_WINDOW = {"width": 1100, "height": 640}

OpenLab = Callable[..., Lab]


# Not for the whole session: while Playwright runs, its event loop is the thread's, and no other test could have one.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Chromium.

    Fails, and does not skip, where there is none: a test that did not run has shown nothing.
    """
    path = find_browser()
    if path is None or not path.exists():
        pytest.fail(
            "These tests need a browser: install Chrome or Chromium, or name one in BOUNDARY_LAB_BROWSER; "
            "`make test` installs one where it can.",
            pytrace=False,
        )
    expect.set_options(timeout=DEADLINE_MS)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=path, args=BROWSER_ARGUMENTS)
        yield launched
        launched.close()


@pytest.fixture(scope="package")
def server() -> Iterator[ServerProcess]:
    """A server that nobody ends."""
    with server_process() as running:
        yield running


@pytest.fixture
def make_lab(browser: Browser, server: ServerProcess) -> Iterator[OpenLab]:
    """Makes tabs that have not loaded the page yet: `make_lab(address, **context_options)`."""
    made: list[Lab] = []
    with ExitStack() as stack:

        def make(address: str = server.address, **options: Any) -> Lab:
            context = browser.new_context(**{"viewport": _WINDOW, "locale": "en-GB", **options})
            stack.callback(context.close)
            lab = Lab(context.new_page(), address)
            made.append(lab)
            return lab

        yield make
        for lab in made:
            _stop_training(lab)
        for lab in made:
            lab.assert_untroubled()


@pytest.fixture
def open_lab(make_lab: OpenLab) -> OpenLab:
    """Opens tabs with the page in them: `open_lab(address, **context_options)`."""

    def open_one(*arguments: Any, **options: Any) -> Lab:
        lab = make_lab(*arguments, **options)
        lab.open()
        return lab

    return open_one


@pytest.fixture
def lab(open_lab: OpenLab) -> Lab:
    """One tab with the page in it."""
    return open_lab()


@pytest.fixture
def play(make_lab: OpenLab) -> Played:
    """Opens a tab, the server's part of whose runs is played."""

    def open_one(**options: object) -> tuple[Lab, StandIn]:
        lab = make_lab(**options)
        stand_in = StandIn(lab)
        lab.open()
        return lab, stand_in

    return open_one


@pytest.fixture
def trained(play: Played) -> tuple[Lab, StandIn]:
    """One whose network has learned something."""
    lab, stand_in = play()
    train(lab)
    return lab, stand_in


def _stop_training(lab: Lab) -> None:
    """A session outlives its page: left alone, it would go on computing beside the next test."""
    try:
        if lab.page.locator("[data-state=TRAINING]").count() and lab.page.locator("[data-phase=live]").count():
            lab.page.evaluate('document.querySelector("#toggle").click()')
            lab.until(lambda: lab.state != "TRAINING", deadline_ms=2000)
    except (Error, TimeoutError):
        # The page or its server has gone, and the run with it.
        return
