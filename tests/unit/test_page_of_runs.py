"""What the page knows of the files of a run: those that one is read from, and those that are offered by themselves."""

import re
from typing import Final

from backend.runs.layout import FORMULA, MODEL, MOST_BYTES, NOTEBOOK, SCRIPT
from tests.support.server import ROOT

_FRONTEND: Final = ROOT / "frontend"


def test_the_page_sends_of_a_folder_what_a_run_is_read_from_and_nothing_else() -> None:
    source = (_FRONTEND / "given_files.js").read_text(encoding="utf-8")
    found = re.search(r"const READ = Object\.freeze\(\[(.*?)\]\)", source, re.DOTALL)
    assert found is not None
    assert set(re.findall(r'"([^"]+)"', found[1])) == set(MOST_BYTES)


def test_the_page_offers_single_files_by_the_names_that_they_have() -> None:
    source = (_FRONTEND / "words" / "run_files_en.js").read_text(encoding="utf-8")
    offered = re.findall(r'^ +"([^"]+)": \{ name', source, re.MULTILINE)
    assert offered == [SCRIPT, NOTEBOOK, MODEL, "model.onnx", FORMULA]
