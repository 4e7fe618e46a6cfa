"""Settings, points and course of a run that are broken, by mistake or on purpose: a sentence that names the file."""

import re

import pytest

from backend.runs.changes_file import MOST_CHANGES
from tests.unit.reading.broken import (
    Break,
    Files,
    as_bytes,
    check_refusal,
    in_json,
    in_lines,
)

BROKEN: list[tuple[str, Break, str]] = [
    # config.json
    ("config.json", as_bytes(""), "config.json is not JSON: it ends too early."),
    ("config.json", as_bytes("[1]"), "config.json is not right: it must be an object, not a list."),
    ("config.json", as_bytes(b"\xff\xfe\x00"), "config.json is not JSON: it makes no sense from byte 1 on."),
    ("config.json", as_bytes(b'{"loss": "\xff"}'), "config.json is not JSON: it is no text in UTF-8."),
    ("config.json", as_bytes('{"x":' * 9_000), "config.json is nested too deeply."),
    ("config.json", as_bytes(f'{{"x":{"[" * 9_000}'), "config.json is nested too deeply."),
    ("config.json", as_bytes(b" " * 100_000_000), "config.json is too large: it can have 65,536 bytes, .*"),
    (
        "config.json",
        in_json(format=2, what_comes_next={}),
        "config.json was written by a newer version of Boundary Lab: it has format 2, this version reads 1.",
    ),
    (
        "config.json",
        in_json(activation="swoosh"),
        "config.json is not right: the field activation cannot be 'swoosh'.",
    ),
    (
        "config.json",
        in_json(hidden_layers=[10**9]),
        r"config.json is not right: the field hidden_layers\[.*\] can be 100 .*",
    ),
    (
        "config.json",
        in_json(hidden_layers=[9] * 11),
        "config.json is not right: the field hidden_layers can have 10 .*",
    ),
    (
        "config.json",
        in_json(batch_size=2.5),
        "config.json is not right: the field batch_size must be a whole number, not a number with decimals.",
    ),
    (
        "config.json",
        in_json(learning_rate="0.1"),
        "config.json is not right: the field learning_rate must be a number, not a text.",
    ),
    ("config.json", in_json(loss="huber"), "config.json is not right: .*classification has no loss huber.*"),
    ("config.json", in_json(momentum=0.9), "config.json is not right: there is no field momentum here."),
    ("config.json", as_bytes('{"learning_rate": NaN}'), "config.json is not JSON: .*"),
    ("config.json", as_bytes('{"learning_rate": 1e999}'), "config.json is not right: .*"),
    # points.csv
    ("points.csv", as_bytes(""), "points.csv does not begin with the line id,x,y,label,value,split."),
    ("points.csv", as_bytes("x,y,label\n1,2,0\n"), "points.csv does not begin with the line id,x,y,label,value,split."),
    ("points.csv", as_bytes(b"\x89PNG\r\n\x1a\n\x00"), "points.csv is not text in UTF-8: see byte 0."),
    (
        "points.csv",
        lambda data: data.splitlines(keepends=True)[0] + b"".join(b"%d,0,0,0,,test\n" % i for i in range(1, 1_000_000)),
        "points.csv is too large: it can have 1,048,576 bytes, .*",
    ),
    (
        "points.csv",
        lambda data: data.splitlines(keepends=True)[0] + b"".join(b"%d,0,0,0,,test\n" % i for i in range(1, 5_002)),
        "points.csv has more than 5,000 points.",
    ),
    (
        "points.csv",
        in_lines(3, '3,"=HYPERLINK(""http://evil.example"")",0,0,,train'),
        re.escape("""points.csv says '=HYPERLINK("http://e…' for x in line 3: that is no number from -6 to 6."""),
    ),
    ("points.csv", in_lines(3, "3,nan,0,0,,train"), "points.csv says 'nan' for x in line 3: that is no number .*"),
    ("points.csv", in_lines(3, "3,0,inf,0,,train"), "points.csv says 'inf' for y in line 3: that is no number .*"),
    ("points.csv", in_lines(3, "3,0_1,0,0,,train"), "points.csv says '0_1' for x in line 3: that is no number .*"),
    ("points.csv", in_lines(3, "3,٣,0,0,,train"), "points.csv says '٣' for x in line 3: that is no number .*"),
    ("points.csv", in_lines(3, f"3,{'0' * 90}1,0,0,,train"), "points.csv says '0{20}…' for x in line 3: .*"),
    ("points.csv", in_lines(3, "3,6.1,0,0,,train"), "points.csv says '6.1' for x in line 3: that is no number .*"),
    ("points.csv", in_lines(3, "1,0,0,0,,train"), "points.csv says '1' for id in line 3: .* whole number from 2 to .*"),
    ("points.csv", in_lines(3, "9e9,0,0,0,,train"), "points.csv says '9e9' for id in line 3: .*"),
    (
        "points.csv",
        in_lines(3, f"{2**70},0,0,0,,train"),
        "points.csv says '1180591620717411303424' .* for id .*|.*…' for id .*",
    ),
    (
        "points.csv",
        in_lines(3, "3,0,0,2,,train"),
        "points.csv says '2' for label in line 3: that is no whole number from 0 to 1.",
    ),
    ("points.csv", in_lines(3, "3,0,0,-1,,train"), "points.csv says '-1' for label in line 3: .*"),
    ("points.csv", in_lines(3, "3,0,0,0,1.5,train"), "points.csv says '1.5' for value in line 3: .* from -1 to 1."),
    (
        "points.csv",
        in_lines(3, "3,0,0,0,,exam"),
        "points.csv says 'exam' for split in line 3: that is not train or test.",
    ),
    ("points.csv", in_lines(3, "3,0,0"), "points.csv has 3 cells in line 3, not 6: id, x, y, label, value, split."),
    ("points.csv", in_lines(3, '3,"0,0,0,,train'), "points.csv is not CSV in line .*"),
    # changes.jsonl
    ("changes.jsonl", as_bytes(""), "changes.jsonl is not JSON: it ends too early."),
    ("changes.jsonl", lambda data: data + b"\n" * (MOST_CHANGES + 2), "changes.jsonl has more than 20,000 changes."),
    ("changes.jsonl", lambda data: data + b"{\n", "changes.jsonl is not JSON in line 6: .*"),
    ("changes.jsonl", lambda data: data + b"[" * 9_000, "changes.jsonl is (not right|nested too deeply) in line 6.*"),
    (
        "changes.jsonl",
        in_lines(1, '{"format":1,"why_not":"It was lost."}'),
        "changes.jsonl has changes, but not what the run began with.",
    ),
    (
        "changes.jsonl",
        in_lines(5, '{"change":"frozen","step":2,"parameters":[]}'),
        "changes.jsonl is not right: line 5 is of step 2, the one before it of step 10.",
    ),
    (
        "changes.jsonl",
        in_lines(3, '{"change":"config","step":3,"fields":{"hidden_layers":[4]}}'),
        "changes.jsonl is not right: line 3 changes hidden_layers: that begins a new run.",
    ),
    (
        "changes.jsonl",
        in_lines(3, '{"change":"config","step":3,"fields":{"loss":"huber"}}'),
        "changes.jsonl is not right: line 3 does not fit: classification has no loss huber.*",
    ),
    (
        "changes.jsonl",
        in_lines(4, '{"change":"weights","step":10,"values":[[1,99,null,0.5]]}'),
        "changes.jsonl is not right: line 4 names the bias of unit 99 in layer 1: the network has none.",
    ),
    (
        "changes.jsonl",
        in_lines(4, '{"change":"frozen","step":10,"parameters":[[4,0,0]]}'),
        "changes.jsonl is not right: line 4 names the weight from 0 to unit 0 in layer 4: the network has none.",
    ),
    (
        "changes.jsonl",
        in_lines(
            2,
            '{"change":"points","step":3,"put":[[17,0,0,5,null,"train"]],"first_id":1,"next_id":18,'
            '"train_fraction":1,"seed":7,"removed":[]}',
        ),
        "changes.jsonl is not right: line 2 has points of class 5: the classes are 0 to 1.",
    ),
    (
        "changes.jsonl",
        in_lines(
            2,
            '{"change":"points","step":3,"put":[[18,0,0,0,null,"train"],[17,0,0,0,null,"train"]],"first_id":1,'
            '"next_id":19,"train_fraction":1,"seed":7,"removed":[]}',
        ),
        "changes.jsonl is not right: line 2 does not fit: Point 17 is out of order: .*",
    ),
    (
        "changes.jsonl",
        in_lines(
            2,
            '{"change":"points","step":3,"put":[],"first_id":9,"next_id":18,"train_fraction":1,"seed":7,"removed":[]}',
        ),
        "changes.jsonl is not right: line 2 leaves points whose ids are not from 9 on and below 18.",
    ),
    ("changes.jsonl", in_lines(3, '{"change":"spell","step":3}'), "changes.jsonl is not right in line 3: .*"),
    # history.csv
    ("history.csv", in_lines(3, "10,1.25,lots,,0.75,,"), "history.csv says 'lots' for train_loss in line 3: .*"),
    ("history.csv", in_lines(3, "10,1.25,0.5,,1.75,,"), "history.csv says '1.75' for train_accuracy in line 3: .*"),
    ("history.csv", in_lines(4, "9,1.25,0.5,,0.75,,"), "history.csv says '9' for step in line 4: .*"),
    (
        "history.csv",
        lambda data: data.splitlines(keepends=True)[0] + b"".join(b"%d,0,,,,,\n" % i for i in range(5_000)),
        "history.csv has more than 4,000 rows.",
    ),
    # env.json
    ("env.json", in_json(run_id="../../x"), "env.json is not right: .*run_id.*"),
    (
        "env.json",
        in_json(config_hash="0" * 64),
        "config.json is not the one that env.json names: its checksum is another.",
    ),
]


@pytest.mark.parametrize(("name", "change", "sentence"), BROKEN, ids=[f"{row[0]} {row[2][:60]}" for row in BROKEN])
def test_a_broken_file_is_refused_by_a_sentence_that_names_it(
    files: Files, name: str, change: Break, sentence: str
) -> None:
    check_refusal(files, name, change, sentence)
