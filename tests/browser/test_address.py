"""An experiment in the address: shared, opened, followed, and the well-known playground's own."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenLab
from tests.browser.lab import XOR_PLACES, Lab
from tests.support.server import ServerProcess

pytestmark = pytest.mark.browser

Config = dict[str, Any]

_WHOLE = (
    "activation=tanh&batchSize=10&dataset={dataset}&regDataset=reg-plane&learningRate=0.03&regularizationRate=0&noise=0"
    "&networkShape={shape}&seed=0.46553&showTestData=false&discretize=false&percTrainData=50&x=true&y=true"
    "&xTimesY=false&xSquared=false&ySquared=false&cosX=false&sinX=false&cosY=false&sinY=false&collectStats=false"
    "&problem=classification&initZero=false&hideText=false"
)

_ITS_CONTROLS = [
    *("playButton", "stepButton", "resetButton", "learningRate", "activation", "regularization", "regularizationRate"),
    *("problem", "dataset", "percTrainData", "noise", "batchSize", "numHiddenLayers", "showTestData", "discretize"),
]
_OUR_CONTROLS = [
    *("start", "step", "reset", "learning-rate", "activation", "l1", "l2", "problem", "datasets", "test-share"),
    *("noise", "batch-size", "layers", "show-test", "discretise"),
]
_NO_CLIPBOARD = """() => {
  navigator.clipboard.write = () => Promise.reject(new DOMException("no", "NotAllowedError"));
}"""
_ONLY_WITHIN_A_CLICK = """() => {
  const { clipboard } = navigator;
  const write = clipboard.write.bind(clipboard);
  let isClicked = false;
  addEventListener("click", () => {
    isClicked = true;
    setTimeout(() => { isClicked = false; });
  }, { capture: true });
  clipboard.write = async (items) => {
    if (!isClicked) throw new DOMException("no", "NotAllowedError");
    await write(items);
  };
}"""


def fragment(lab: Lab) -> str:
    found: str = lab.page.evaluate("location.hash.slice(1)")
    return found


def go(lab: Lab, text: str) -> None:
    """As a person who types another fragment over the one that is there."""
    lab.page.evaluate("(text) => { location.hash = text; }", text)


def config(lab: Lab) -> Config:
    """What the server holds, by its own words."""
    lab.until_settled()
    return dict(lab.reload()["state"]["config"])


def until_address_rests(lab: Lab, part: str) -> None:
    lab.until(lambda: part in fragment(lab))


def train_epochs(lab: Lab, count: int) -> tuple[str, str]:
    """Both losses after so many epochs, as the page shows them."""
    for epoch in range(1, count + 1):
        lab.button("Step").click()
        expect(lab.page.get_by_test_id("epoch")).to_have_text(str(epoch))
    return lab.text("train-loss"), lab.text("test-loss")


def test_a_link_made_in_one_tab_gives_the_same_experiment_in_another(lab: Lab, open_lab: OpenLab) -> None:
    lab.button("XOR").click()
    lab.expect_points(200)
    lab.button("Step").click()
    lab.until(lambda: lab.number("epoch") == 1)
    lab.button("Spiral").click()
    lab.page.locator("#test-share").fill("30")
    lab.button("Add layer").click()
    lab.page.locator("#activation").select_option("relu")
    lab.page.locator("#seed").fill("4321")
    lab.page.keyboard.press("Enter")
    lab.button("Reset model").click()
    lab.until_settled()
    until_address_rests(lab, "seed=4321")
    until_address_rests(lab, "dataset=spiral")
    here = train_epochs(lab, 3)
    other = open_lab(lab.page.url)
    other.expect_points(200)
    other.until_settled()
    assert train_epochs(other, 3) == here
    assert lab.number("test-loss") > 0
    assert fragment(other) == fragment(lab)


def test_drawn_points_travel_in_the_link_and_train_alike(lab: Lab, open_lab: OpenLab) -> None:
    lab.draw(XOR_PLACES)
    lab.until_settled()
    until_address_rests(lab, "points=")
    here = train_epochs(lab, 3)
    other = open_lab(lab.page.url)
    other.expect_points(16)
    other.until_settled()
    assert train_epochs(other, 3) == here
    assert other.rows_on_server() == lab.rows_on_server()


def test_a_reload_keeps_the_session_and_opens_nothing_anew(lab: Lab) -> None:
    go(lab, "dataset=circle&hidden_layers=3")
    lab.expect_points(200)
    lab.button("Step").click()
    lab.until(lambda: lab.number("epoch") == 1)
    step = lab.number("step")
    loads = len(lab.sent_of_type("LOAD_DATASET"))
    session = lab.reload()
    lab.until_settled()
    assert session["resumed"]
    assert (session["state"]["step"], session["state"]["config"]["hidden_layers"]) == (step, [3])
    assert len(lab.sent_of_type("LOAD_DATASET")) == loads
    assert lab.number("step") == step


def test_the_address_follows_without_growing_the_history_and_rests_during_a_drag(lab: Lab) -> None:
    entries = lab.page.evaluate("history.length")
    lab.page.mouse.move(*lab.place(-2, 0))
    with lab.pressed():
        lab.page.mouse.move(*lab.place(2, 0), steps=8)
        lab.until(lambda: lab.count > 1)
        began = lab.page.evaluate("performance.now()")
        lab.until(lambda: lab.page.evaluate("performance.now()") > began + 800)
        assert fragment(lab) == ""
    until_address_rests(lab, "points=")
    lab.page.locator("#activation").select_option("sigmoid")
    until_address_rests(lab, "activation=sigmoid")
    assert lab.page.evaluate("history.length") == entries


def test_an_address_that_is_opened_can_be_taken_back(lab: Lab) -> None:
    lab.draw(XOR_PLACES)
    lab.page.locator("#activation").select_option("relu")
    lab.until_settled()
    go(lab, "dataset=gauss&hidden_layers=2,2&activation=elu&seed=12")
    lab.expect_points(200)
    expect(lab.page.locator("#activation")).to_have_value("elu")
    lab.until_settled()
    lab.page.keyboard.press("Control+z")
    lab.expect_points(16)
    expect(lab.page.locator("#activation")).to_have_value("relu")
    held = config(lab)
    assert (held["hidden_layers"], held["activation"], held["seed"]) == ([8, 8], "relu", 7)


def test_a_link_opened_in_a_new_tab_is_where_undo_ends(open_lab: OpenLab, server: ServerProcess) -> None:
    lab = open_lab(f"{server.address}#dataset=circle&hidden_layers=3")
    lab.expect_points(200)
    lab.until_settled()
    expect(lab.button("Undo")).to_be_disabled()
    lab.page.keyboard.press("Control+z")
    lab.until_settled()
    assert lab.count == 200
    assert config(lab)["hidden_layers"] == [3]


def test_an_address_opened_while_training_stops_first_and_begins_from_new_weights(lab: Lab) -> None:
    lab.button("XOR").click()
    lab.start()
    lab.until_further()
    go(lab, "dataset=spiral&count=300&learning_rate=0.03")
    lab.expect_points(300)
    lab.until_state("IDLE")
    lab.until(lambda: lab.number("step") == 0)
    held = config(lab)
    assert (held["learning_rate"], held["hidden_layers"]) == (0.03, [8, 8])


def test_an_address_that_names_no_points_leaves_those_that_are_there(lab: Lab) -> None:
    lab.draw(XOR_PLACES)
    go(lab, "hidden_layers=5&hide=noise")
    expect(lab.page.locator("#noise")).to_be_hidden()
    lab.expect_points(16)
    assert config(lab)["hidden_layers"] == [5]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("activation=foo", "Left out of the address: activation “foo” (no such choice). Everything else was opened."),
        ("batch_size=9999999", "batch size “9999999” (1 to 5,000). Everything else"),
        ("hide=noise,nothing", "hidden control “nothing” (no such control)"),
        ("<img src%3Dx onerror%3Dfoo()>=1", "“<img src=x onerror=foo()>” (no such setting)"),
        (
            "points=a!!!!&foo=1&bar=2&baz=3",
            r"points \(they cannot be read\), “foo” .* and 1 more\. Everything else was opened",
        ),
    ],
)
def test_what_cannot_be_taken_is_said_and_the_rest_opens(
    open_lab: OpenLab, server: ServerProcess, text: str, sentence: str
) -> None:
    lab = open_lab(f"{server.address}#hidden_layers=6&{text}&l1=0.001")
    lab.expect_notice(sentence if ".*" in sentence else re.escape(sentence))
    held = config(lab)
    assert (held["hidden_layers"], held["l1"], held["activation"], held["batch_size"]) == ([6], 0.001, "tanh", 10)


def test_the_view_and_what_the_map_shows_travel(open_lab: OpenLab, server: ServerProcess) -> None:
    lab = open_lab(f"{server.address}#dataset=xor&view=network&discretise=true&ticks=false")
    expect(lab.page.locator("#diagram")).to_be_visible()
    expect(lab.page.locator("#discretise")).to_be_checked()
    expect(lab.page.locator("#ticks")).not_to_be_checked()
    lab.page.get_by_role("radio", name="Plane", exact=True).check()
    lab.until(lambda: "view=network" not in fragment(lab))
    assert "discretise=true" in fragment(lab)


def test_share_copies_a_link_and_says_so(lab: Lab) -> None:
    lab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    lab.button("Gauss").click()
    lab.expect_points(200)
    lab.button("Share").click()
    lab.expect_notice(
        re.escape("Link copied. It opens on this computer only: for students start the server with --class.")
    )
    copied = lab.page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{lab.address}#dataset=gauss"


def test_safari_lets_the_page_copy_while_the_address_for_the_class_is_still_asked_for(lab: Lab) -> None:
    lab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    lab.page.evaluate(_ONLY_WITHIN_A_CLICK)
    lab.button("Gauss").click()
    lab.expect_points(200)
    lab.button("Share").click()
    lab.expect_notice("Link copied")
    assert lab.page.evaluate("navigator.clipboard.readText()") == f"{lab.address}#dataset=gauss"


def test_where_the_clipboard_is_not_allowed_the_link_is_shown_to_be_copied_by_hand(lab: Lab) -> None:
    lab.page.evaluate(_NO_CLIPBOARD)
    lab.button("XOR").click()
    lab.expect_points(200)
    lab.button("Share").click()
    dialog = lab.page.get_by_role("dialog", name="A link to this experiment")
    expect(dialog).to_contain_text("does not let the page copy it")
    expect(dialog.get_by_role("textbox", name="Link")).to_have_value(f"{lab.address}#dataset=xor")
    expect(dialog.get_by_role("button", name="Save points as CSV")).to_be_hidden()
    lab.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()


def test_points_too_many_for_a_link_are_said_and_offered_as_a_file(lab: Lab) -> None:
    lab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    go(lab, "dataset=spiral&count=3000")
    lab.expect_points(3000)
    lab.click(0.3, 5.5)
    lab.expect_points(3001)
    lab.button("Share").click()
    dialog = lab.page.get_by_role("dialog", name="A link to this experiment")
    expect(dialog).to_contain_text("too many for a link")
    with lab.page.expect_download() as download:
        dialog.get_by_role("button", name="Save points as CSV").click()
    saved = download.value.path().read_text(encoding="utf-8").splitlines()
    assert len(saved) in {3001, 3002}
    assert "points=" not in lab.page.evaluate("navigator.clipboard.readText()")


def test_the_well_known_playgrounds_fragment_gives_its_experiment(open_lab: OpenLab, server: ServerProcess) -> None:
    text = _WHOLE.format(dataset="spiral", shape="8,8,8")
    lab = open_lab(f"{server.address}#{text}")
    lab.expect_points(500)
    assert fragment(lab) == text
    held = config(lab)
    assert held["hidden_layers"] == [8, 8, 8]
    assert (held["optimizer"], held["learning_rate"], held["batch_size"]) == ("sgd", 0.03, 10)
    assert (held["activation"], held["train_fraction"], held["loss"]) == ("tanh", 0.5, "squared_error")
    splits = [row[4] for row in lab.reload()["state"]["points"]]
    assert abs(splits.count("train") - 250) <= 2


def test_the_well_known_playgrounds_hide_flags_hide_our_controls(open_lab: OpenLab, server: ServerProcess) -> None:
    text = _WHOLE.format(dataset="xor", shape="4,2") + "".join(f"&{name}_hide=true" for name in _ITS_CONTROLS)
    lab = open_lab(f"{server.address}#{text}")
    lab.expect_points(500)
    for control in _OUR_CONTROLS:
        expect(lab.page.locator(f"[data-control={control}]").first).to_be_hidden()
    expect(lab.page.locator("[data-control=optimizer]")).to_be_visible()
    expect(lab.page.locator("#notice")).to_be_hidden()


def test_a_regression_of_the_well_known_playground_is_one_here(open_lab: OpenLab, server: ServerProcess) -> None:
    text = (
        "activation=relu&regularization=L2&batchSize=30&dataset=circle&regDataset=reg-gauss&learningRate=0.01"
        "&regularizationRate=0.001&noise=25&networkShape=6,3&seed=0.13208&showTestData=true&discretize=true"
        "&percTrainData=70&x=true&y=true&xTimesY=true&xSquared=true&ySquared=false&cosX=false&sinX=true&cosY=false"
        "&sinY=false&collectStats=false&problem=regression&initZero=false&hideText=false&noise_hide=false"
    )
    lab = open_lab(f"{server.address}#{text}")
    lab.expect_points(1200)
    held = config(lab)
    assert (held["problem"], held["loss"], held["l2"]) == ("regression", "squared_error", 0.001)
    assert held["features"] == ["x1", "x2", "x1_squared", "x1_x2", "sin_x1"]
    assert (held["activation"], held["batch_size"], held["train_fraction"]) == ("relu", 30, 0.7)
    expect(lab.page.locator("#discretise")).to_be_checked()
    expect(lab.page.locator("#noise")).to_be_visible()


def test_an_input_that_there_is_not_here_is_said(open_lab: OpenLab, server: ServerProcess) -> None:
    text = _WHOLE.format(dataset="gauss", shape="").replace("cosX=false", "cosX=true")
    lab = open_lab(f"{server.address}#{text}")
    lab.expect_notice(re.escape("input cosX (there is none such here)"))
    lab.expect_points(500)
    assert config(lab)["hidden_layers"] == []
