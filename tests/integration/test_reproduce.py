"""A run is the same as the page has it, by the command line, and in plain PyTorch."""

from tests.support.reproduce import CASES, compare


def test_page_command_line_and_plain_pytorch_agree() -> None:
    (dropped,) = [case for case in CASES if case.config.get("optimizer") == "adamw" and "dropout" in case.config]
    (found,) = compare([dropped])
    assert found.page == found.command_line
    assert found.verified_steps == 200
    assert found.largest_difference is not None
    assert found.largest_difference <= 1e-5
    assert found.is_right
    assert "the same" in found.row
