"""Teacher mode: what students are shown, and the link that carries it."""

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.conftest import OpenLab
from tests.browser.lab import XOR_PLACES, Lab
from tests.support.server import ServerProcess

pytestmark = pytest.mark.browser


def teach(lab: Lab) -> Locator:
    """Open teacher mode by its key."""
    lab.page.keyboard.press("t")
    dialog = lab.page.get_by_role("dialog", name="Teacher mode")
    expect(dialog).to_be_visible()
    return dialog


def control(lab: Lab, name: str) -> Locator:
    return lab.page.locator(f"[data-control={name}]").first


def test_what_is_hidden_goes_at_once_and_the_link_hides_it_for_students(lab: Lab, open_lab: OpenLab) -> None:
    lab.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    lab.button("Circle").click()
    lab.expect_points(200)
    dialog = teach(lab)
    dialog.get_by_role("checkbox", name="Noise", exact=True).uncheck()
    dialog.get_by_role("checkbox", name="Regenerate", exact=True).uncheck()
    expect(control(lab, "noise")).to_be_hidden()
    expect(control(lab, "test-share")).to_be_visible()
    dialog.get_by_role("button", name="Copy link for students").click()
    dialog.get_by_role("button", name="Close").click()
    lab.expect_notice("Link copied")
    link: str = lab.page.evaluate("navigator.clipboard.readText()")
    assert link == f"{lab.address}#dataset=circle&hide=noise,regenerate"
    student = open_lab(link)
    student.expect_points(200)
    expect(control(student, "noise")).to_be_hidden()
    expect(control(student, "regenerate")).to_be_hidden()
    expect(control(student, "datasets")).to_be_visible()


def test_a_group_goes_as_one_and_leaves_no_hole(lab: Lab) -> None:
    dialog = teach(lab)
    block = lab.page.locator("section.block.training")
    expect(block).to_be_visible()
    group = dialog.get_by_role("group", name="Training")
    group.get_by_role("checkbox", name="Training", exact=True).uncheck()
    expect(block).to_be_hidden()
    expect(control(lab, "start")).to_be_hidden()
    group.get_by_role("checkbox", name="Learning rate", exact=True).check()
    expect(block).to_be_visible()
    expect(control(lab, "optimizer")).to_be_hidden()
    expect(block.locator("details.more")).to_be_hidden()
    dialog.get_by_role("button", name="Show all").click()
    expect(control(lab, "optimizer")).to_be_visible()
    expect(control(lab, "start")).to_be_visible()


def test_the_key_of_a_hidden_control_does_nothing(open_lab: OpenLab, server: ServerProcess) -> None:
    lab = open_lab(f"{server.address}#hide=reset,start,classes")
    lab.draw([])
    lab.page.keyboard.press("r")
    lab.page.keyboard.press(" ")
    lab.page.keyboard.press("4")
    lab.page.keyboard.press("s")
    lab.until_settled()
    assert {message["type"] for message in lab.sent}.isdisjoint({"RESET_MODEL", "START_TRAINING", "CONFIGURE"})
    assert len(lab.sent_of_type("STEP_TRAINING")) == 1


def test_the_help_lists_only_what_is_shown(open_lab: OpenLab, server: ServerProcess) -> None:
    lab = open_lab(f"{server.address}#hide=noise,undo,reset")
    lab.button("Keys and help").click()
    names = set(lab.page.locator("#everything dt").all_inner_texts())
    assert "Test share" in names
    assert names.isdisjoint({"Noise", "Undo", "Reset model"})
    expect(lab.page.locator("#keys")).to_contain_text("train one epoch")
    expect(lab.page.locator("#keys")).not_to_contain_text("new weights")
    expect(lab.page.locator("#keys")).not_to_contain_text("undo")


def test_what_runs_goes_on_when_its_control_is_hidden(lab: Lab) -> None:
    lab.draw(XOR_PLACES)
    lab.start()
    dialog = teach(lab)
    dialog.get_by_role("checkbox", name="Start training", exact=True).or_(
        dialog.get_by_role("checkbox", name="Stop training", exact=True)
    ).uncheck()
    expect(control(lab, "start")).to_be_hidden()
    lab.until_further()
    assert lab.state == "TRAINING"


def test_a_student_finds_the_way_back_by_the_key_and_by_the_help(open_lab: OpenLab, server: ServerProcess) -> None:
    lab = open_lab(f"{server.address}#hide=noise,start,step,reset,view,theme,share")
    expect(control(lab, "noise")).to_be_hidden()
    lab.button("Keys and help").click()
    lab.page.get_by_role("dialog", name="Keys and help").get_by_role("button", name="Teacher mode").click()
    dialog = lab.page.get_by_role("dialog", name="Teacher mode")
    expect(dialog).to_contain_text("It is no lock")
    dialog.get_by_role("button", name="Show all").click()
    lab.page.keyboard.press("Escape")
    for name in ("noise", "start", "step", "reset", "view", "theme", "share"):
        expect(control(lab, name)).to_be_visible()
    lab.until(lambda: lab.page.evaluate("location.hash") == "")


def test_every_control_of_the_page_can_be_hidden_by_a_name_of_its_own(lab: Lab) -> None:
    on_page: list[str] = lab.page.evaluate(
        "[...new Set([...document.querySelectorAll('[data-control]')].map((element) => element.dataset.control))]"
    )
    dialog = teach(lab)
    for group in dialog.get_by_role("group").all():
        names = group.locator("label").all_inner_texts()
        assert all(name.strip() for name in names), names
        assert len(set(names[1:])) == len(names[1:]), names
        group.get_by_role("checkbox").first.uncheck()
    for name in on_page:
        expect(control(lab, name)).to_be_hidden()
    hidden = lab.page.evaluate("location.hash.length")
    lab.until(
        lambda: lab.page.evaluate("location.hash.length") > hidden or "hide=" in lab.page.evaluate("location.hash")
    )
    dialog.get_by_role("button", name="Close").click()
    expect(lab.canvas).to_be_visible()
    expect(lab.button("Keys and help")).to_be_visible()
