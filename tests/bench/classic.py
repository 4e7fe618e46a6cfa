"""The classic fragments of the well-known playground, opened in a real browser: how long Start takes to 98 %."""

from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import Browser, expect, sync_playwright

from tests.support.server import server_process
from tests.support.tools import find_browser

SEEDS: Final = ("0.5", "0.46553", "0.28941", "0.71", "0.03")
_FRAGMENT: Final = (
    "activation=tanh&batchSize=10&dataset={dataset}&regDataset=reg-plane&learningRate=0.03&regularizationRate=0&noise=0"
    "&networkShape={shape}&seed={seed}&showTestData=false&discretize=false&percTrainData=50&x=true&y=true&xTimesY=false"
    "&xSquared=false&ySquared=false&cosX=false&sinX=false&cosY=false&sinY=false&collectStats=false"
    "&problem=classification&initZero=false&hideText=false"
)
CLASSICS: Final = (("circle", "4,2"), ("xor", "4,2"), ("gauss", "4,2"), ("spiral", "8,8,8"))
_DATASETS: Final = tuple(dataset for dataset, _ in CLASSICS)
_DEADLINE_S: Final = 90
# From the press on Start until the page writes the goal: milliseconds, epochs, and the accuracy it then shows. The
# page's own writing tells the time; nothing looks at intervals.
_RACE: Final = """([goal, deadline]) => new Promise((done) => {
  const figure = (name) => document.querySelector(`[data-testid=${name}]`);
  const shown = (name) => parseFloat(figure(name).textContent.replaceAll(",", ""));
  const end = () => {
    writing.disconnect();
    clearTimeout(timer);
    done([performance.now() - began, shown("epoch"), shown("train-accuracy")]);
  };
  const writing = new MutationObserver(() => { if (shown("train-accuracy") >= goal) end(); });
  writing.observe(figure("train-accuracy"), { characterData: true, childList: true, subtree: true });
  const timer = setTimeout(end, deadline);
  const began = performance.now();
  document.querySelector("#toggle").click();
})"""


@dataclass(frozen=True)
class Race:
    """One run in the browser.

    Attributes:
        reached: whether it came to 98 % within 90 s.
        seconds: from the press on Start to the figure on the page.
        epochs: as the page shows them then.
        accuracy: in percent, as the page shows it then.
    """

    reached: bool
    seconds: float
    epochs: float
    accuracy: float


def fragment(dataset: str, shape: str, seed: str) -> str:
    """As that playground itself writes it."""
    return _FRAGMENT.format(dataset=dataset, shape=shape, seed=seed)


def run_one(browser: Browser, address: str, text: str) -> Race:
    """Open a fragment in a new tab and press Start."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    page = context.new_page()
    page.goto(f"{address}#{text}")
    expect(page.locator("#point-count")).to_have_text("500 points", timeout=10_000)
    milliseconds, epochs, accuracy = page.evaluate(_RACE, [98, 1000 * _DEADLINE_S])
    page.evaluate("document.querySelector('#toggle').click()")
    page.wait_for_selector("[data-testid=run-state][data-state=PAUSED]")
    context.close()
    return Race(accuracy >= 98, milliseconds / 1000, epochs, accuracy)


def races(
    more: str = "", *, datasets: Container[str] = _DATASETS, seeds: Sequence[str] = SEEDS
) -> Iterator[tuple[str, list[Race]]]:
    """Each of the classics on these data sets, and some seeds of it; more: keys that are added to each fragment."""
    path = find_browser()
    if path is None:
        raise RuntimeError("This needs a browser: name one in BOUNDARY_LAB_BROWSER.")
    with server_process() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--headless", "--no-sandbox", "--disable-gpu"])
        for dataset, shape in CLASSICS:
            if dataset not in datasets:
                continue
            found = [run_one(browser, server.address, fragment(dataset, shape, seed) + more) for seed in seeds]
            yield dataset, found
        browser.close()
