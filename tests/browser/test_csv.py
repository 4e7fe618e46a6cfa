"""Points come from CSV files, by button, drop and paste, and go out as such; nothing comes before it is confirmed."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, Locator, expect

from tests.browser.lab import Lab
from tests.support.runs import tell_figure

pytestmark = pytest.mark.browser

# The longest time that nothing else could run in the page, while something is done there.
_WATCH = """() => {
  window.longestGapMs = 0;
  let last = performance.now();
  const look = () => {
    const now = performance.now();
    window.longestGapMs = Math.max(window.longestGapMs, now - last);
    last = now;
    window.watching = setTimeout(look, 0);
  };
  look();
}"""
_LONGEST_GAP = "() => { clearTimeout(window.watching); return window.longestGapMs; }"
_DROP = """([name, text]) => {
  const data = new DataTransfer();
  data.items.add(new File([text], name, { type: "text/csv" }));
  for (const type of ["dragover", "drop"]) {
    document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
  }
}"""


def dialog(lab: Lab) -> Locator:
    return lab.page.get_by_role("dialog", name="Import points")


def choose_file(lab: Lab, name: str, content: bytes) -> None:
    lab.open_drawer("data")
    lab.button("Import CSV…").click()
    payload: FilePayload = {"name": name, "mimeType": "text/csv", "buffer": content}
    lab.page.locator("input[type=file]").set_input_files(payload)


def paste(lab: Lab, text: str) -> None:
    lab.open_drawer("data")
    lab.button("Import CSV…").click()
    lab.page.get_by_label("Or paste rows here").fill(text)
    lab.button("Read").click()


def test_bad_rows_are_named_by_line_and_nothing_comes_before_it_is_confirmed(lab: Lab) -> None:
    choose_file(lab, "mine.csv", b"x,y,label\n1,1,0\n2,two,1\n3,3,1\n,4,1\n")
    expect(dialog(lab)).to_contain_text("mine.csv: 2 rows can be imported.")
    expect(dialog(lab)).to_contain_text("2 bad rows are left out:")
    expect(dialog(lab).get_by_role("listitem")).to_have_text(["line 3: y is no number: two", "line 5: x is missing"])
    lab.expect_points(0)
    assert lab.sent_of_type("ADD_POINTS") == []
    lab.button("Import 2 rows").click()
    expect(dialog(lab)).to_be_hidden()
    lab.expect_points(2)
    lab.expect_notice(r"2 rows imported\.")
    assert lab.rows_on_server() == [(1, 1, 0), (3, 3, 1)]


def test_what_was_looked_at_and_not_confirmed_leaves_everything_as_it_was(lab: Lab) -> None:
    lab.click(1, 1)
    paste(lab, "1,1,0\n2,2,1")
    expect(lab.button("Import 2 rows")).to_be_visible()
    lab.page.keyboard.press("Escape")
    expect(dialog(lab)).to_be_hidden()
    lab.expect_points(1)


def test_decimal_commas_and_names_of_classes_are_read_and_said(lab: Lab) -> None:
    paste(lab, "x;y;Art\n1,5;2,25;Katze\n-3,5;0,5;Hund\n2;2;Katze\n")
    expect(dialog(lab)).to_contain_text(
        "The labels become classes in order of appearance: Katze → 0 (2), Hund → 1 (1)."
    )
    lab.button("Import 3 rows").click()
    lab.expect_points(3)
    assert lab.rows_on_server() == [(1.5, 2.25, 0), (-3.5, 0.5, 1), (2, 2, 0)]


def test_points_outside_the_plane_are_scaled_into_it_or_left_out_and_it_is_said_how(lab: Lab) -> None:
    paste(lab, "0,100,a\n10,300,b\n5,200,a\n1,1,b\n")
    expect(dialog(lab)).to_contain_text("3 rows lie outside the plane")
    expect(dialog(lab)).to_contain_text(
        "x from 0 to 10 is stretched to \u22125 \u2026 5. y from 1 to 300 is stretched to \u22125 \u2026 5."
    )
    lab.page.get_by_label("Leave them out").check()
    expect(lab.button("Import 1 row")).to_be_enabled()
    lab.page.get_by_label("Scale into the plane").check()
    lab.button("Import 4 rows").click()
    lab.expect_points(4)
    assert [(x, y) for x, y, _ in lab.rows_on_server()][:2] == [
        pytest.approx((-5, -1.689), abs=0.01),
        pytest.approx((5, 5), abs=0.01),
    ]


def test_a_row_far_out_is_left_out_at_first_and_what_scaling_would_do_is_said_in_words(lab: Lab) -> None:
    paste(lab, "99999,0,1\n" + "".join(f"{at / 4},{at % 3},{at % 2}\n" for at in range(16)))
    expect(dialog(lab)).to_contain_text("1 row lies outside the plane (x and y from \u22126 to 6).")
    expect(lab.page.get_by_label("Leave them out")).to_be_checked()
    expect(lab.button("Import 16 rows")).to_be_enabled()
    warning = dialog(lab).get_by_text("Line 1 lies far out: scaled, the other points would be pressed together.")
    expect(warning).to_be_hidden()
    lab.page.get_by_label("Scale into the plane").check()
    expect(warning).to_be_visible()
    expect(dialog(lab)).to_contain_text("x from 0 to 99,999 is stretched to \u22125 \u2026 5.")
    lab.button("Cancel").click()
    expect(dialog(lab)).to_be_hidden()
    lab.expect_points(0)


def test_imported_points_replace_or_are_added_and_one_undo_takes_them_back(lab: Lab) -> None:
    lab.click(-2, -2)
    paste(lab, "1,1,0\n2,2,4")
    lab.page.get_by_label("Add", exact=True).check()
    lab.button("Import 2 rows").click()
    lab.expect_points(3)
    expect(lab.class_choice(4)).to_be_visible()
    paste(lab, "3,3,1")
    lab.button("Import 1 row").click()
    lab.expect_points(1)
    lab.button("Undo").click()
    lab.expect_points(3)
    assert len(lab.rows_on_server()) == 3


def test_a_file_dropped_on_the_page_is_read(lab: Lab) -> None:
    lab.page.evaluate(_DROP, ["dropped.csv", "\ufeff1\t2\t0\r\n3\t4\t1\r\n"])
    expect(dialog(lab)).to_contain_text("dropped.csv: 2 rows can be imported.")
    lab.button("Import 2 rows").click()
    assert lab.rows_on_server() == [(1, 2, 0), (3, 4, 1)]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("picture.csv", bytes(range(256)) * 40_000, r"This is not text: save it as CSV first\."),
        ("text.csv", b"lorem ipsum dolor sit amet\n" * 390_000, r"Reading ended after 5,000 bad rows\."),
        ("line.csv", b"7" * 10_000_000, r"line 1: longer than 10,000 characters"),
        ("rows.csv", b"1.25,-2.5,0\n" * 1_000_000, r"Reading ended after 5,000 rows"),
        ("large.csv", b"1,1,0\n" * 4_000_000, r"The file has 23.MB; at most 20 can be read\."),
    ],
    ids=["10 MB of binary", "10 MB of prose", "10 MB in one line", "a million rows", "more than 20 MB"],
)
def test_an_enormous_file_is_read_or_refused_while_the_page_stays_responsive(
    lab: Lab, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    lab.open_drawer("data")
    lab.button("Import CSV…").click()
    lab.page.evaluate(_WATCH)
    lab.page.locator("input[type=file]").set_input_files(path)
    expect(dialog(lab)).to_contain_text(re.compile(said))
    expect(dialog(lab).locator(":focus")).to_have_count(1)
    gap_ms = lab.page.evaluate(_LONGEST_GAP)
    tell_figure(f"{name}, {len(content) / 1e6:.1f} MB: the page could not answer for {gap_ms:.0f} ms at most")
    assert gap_ms < 1000
    lab.expect_points(0)
    lab.page.keyboard.press("Escape")
    lab.click(1, 1)
    lab.expect_points(1)


def test_of_too_many_rows_the_first_five_thousand_come_on_request(lab: Lab) -> None:
    choose_file(lab, "many.csv", b"1.25,-2.5,0\n" * 6000)
    expect(dialog(lab)).to_contain_text("Reading ended after 5,000 rows: the plane has room for no more.")
    lab.button("Import 5,000 rows").click()
    lab.expect_points(5000)
    assert len(lab.rows_on_server()) == 5000
    paste(lab, "1,1,1")
    lab.page.get_by_label("Add", exact=True).check()
    expect(dialog(lab)).to_contain_text("There is room for 0 more points: choose Replace.")
    expect(lab.button("Import 1 row")).to_be_disabled()


@pytest.mark.parametrize("problem", ["Classification", "Regression"])
def test_what_is_exported_is_imported_as_the_same_points(lab: Lab, problem: str) -> None:
    lab.page.get_by_role("radio", name=problem, exact=True).check()
    lab.choose_dataset("Rings" if problem == "Classification" else "Waves")
    lab.until_settled()
    lab.open_drawer("data")
    with lab.page.expect_download() as download:
        lab.button("Export CSV").click()
    assert re.fullmatch(r"boundary-lab-points-\d{4}-\d\d-\d\d\.csv", download.value.suggested_filename)
    before = [row[1:4] + row[5:] for row in lab.reload()["state"]["points"]]
    lab.button("Clear points").click()
    lab.expect_points(0)
    choose_file(lab, "again.csv", Path(download.value.path()).read_bytes())
    lab.button("Import 200 rows").click()
    lab.expect_points(200)
    lab.until_settled()
    after = [row[1:4] + row[5:] for row in lab.reload()["state"]["points"]]
    if problem == "Regression":
        # A value says it all: the label is only what it was drawn with.
        before, after = ([row[:2] + row[3:] for row in rows] for rows in (before, after))
    assert after == before


def test_values_of_a_file_come_as_values_into_a_regression(lab: Lab) -> None:
    lab.page.get_by_role("radio", name="Regression", exact=True).check()
    paste(lab, "x,y,value\n1,1,0.123456\n2,2,-1\n")
    expect(dialog(lab)).to_contain_text("The third column holds values.")
    lab.button("Import 2 rows").click()
    lab.until_settled()
    assert [row[5] for row in lab.reload()["state"]["points"]] == [pytest.approx(0.123456, abs=1e-6), -1]
