"""The contract of the exports says what they are."""

from dataclasses import fields
from typing import get_args

import onnx

from backend.logic.config import Activation, RunConfig
from backend.logic.onnx_export import onnx_model
from backend.runs.formula import MOST_COLUMNS, MOST_PARAMETERS
from backend.runs.modules import module_texts
from backend.runs.verification import ENLARGED, MOST_STEPS, NUDGE, OURS_S, ROUNDING, TIMEOUT_S, Verification
from tests.unit.test_contracts import SPECS, rows, sections
from tests.unit.trained_records import record_of

EXPORTS = (SPECS / "006-runs" / "contracts" / "exports.md").read_text()
CHAPTERS = sections(EXPORTS, 2)


def test_the_module_of_every_activation_is_in_the_contract() -> None:
    told = {row[0]: row[1].split(",")[0].strip("`") for row in rows(sections(CHAPTERS["train.py"], 3)["Modules"])}
    found = {}
    for activation in get_args(Activation):
        _, *module, _ = module_texts(RunConfig(hidden_layers=(3,), activation=activation))
        found[activation] = module[0] if module else "none"
    assert told == found


def test_the_fields_of_a_verification_are_in_the_contract() -> None:
    told = {row[0]: row[1] for row in rows(CHAPTERS["verification.json"])}
    assert list(told) == [field.name for field in fields(Verification)]
    assert f"{MOST_STEPS}, or all" in told["steps"]
    assert f"in {OURS_S:g} seconds" in told["steps"]
    assert f"({TIMEOUT_S:g} s)" in told["why_not"]
    assert "2⁻²⁴" in told["sensitivity"]
    assert NUDGE == 2.0**-24
    assert f"is {ROUNDING:.0e} at most".replace("e-05", "e-5") in CHAPTERS["verification.json"]
    assert f"at most {ENLARGED} times what the sensitivity" in CHAPTERS["verification.json"]


def test_how_large_a_formula_can_be_is_in_the_contract() -> None:
    assert f"Up to {MOST_PARAMETERS} parameters in layers of up to {MOST_COLUMNS} units" in CHAPTERS["formula.tex"]


def test_what_goes_into_an_onnx_model_and_comes_out_is_in_the_contract() -> None:

    told = {(row[0], row[1].split()[0], row[2]) for row in rows(CHAPTERS["ONNX"])}
    found = set()
    for config, columns in ((RunConfig(), "classes"), (RunConfig(problem="regression", loss="huber"), "1")):
        model = onnx.load_from_string(onnx_model(config, record_of(config, steps=0).checkpoint.parameters))
        found |= {(told_input.name, "input", "N, 2") for told_input in model.graph.input}
        found |= {(output.name, "output", f"N, {columns}") for output in model.graph.output}
        assert f"Operators of version {model.opset_import[0].version}, format {model.ir_version}." in CHAPTERS["ONNX"]
    assert told == found
