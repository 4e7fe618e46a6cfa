"""A zip of a run that somebody has packed, or broken on purpose: a sentence, before anything large is made."""

import pickle
import re
import stat
import struct
import zipfile
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.runs.errors import RunFileError
from backend.runs.reading import read_run
from backend.runs.sources import MOST_ENTRIES, ZipSource
from tests.support.run_records import RUN
from tests.unit.reading.broken import Files, allocating_less_than, what_becomes_of

# Zips


def zip_of(files: Files, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", compression) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def refusal_of_zip(data: bytes) -> str:
    with pytest.raises(RunFileError) as refused:
        read_run(ZipSource(data))
    return str(refused.value)


@pytest.mark.parametrize("compression", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_zip_that_somebody_has_packed_again_is_read(whole: Files, compression: int) -> None:
    again = {f"my run/{name}": data for name, data in whole.items()}
    strange = {"__MACOSX/my run/._config.json": b"x", "my run/notes.txt": b"mine", "my run/tb/": b""}
    assert read_run(ZipSource(zip_of(strange | again, compression))).run_id == RUN


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("../points.csv", r"The zip has a file whose name leads out of it, '\.\./points\.csv'\."),
        ("a/../../points.csv", r"The zip has a file whose name leads out of it, .*"),
        ("/etc/passwd", r"The zip has a file whose name leads out of it, '/etc/passwd'\."),
        ("..\\points.csv", r"The zip has a file with a forbidden name, .*"),
        ("C:points.csv", r"The zip has a file with a forbidden name, 'C:points\.csv'\."),
        ("config.json\x00.png", r"The zip has a file with a forbidden name, .*"),
        ("a\nb", r"The zip has a file with a forbidden name, 'a\\nb'\."),
        ("x" * 500 + "/../..", r"The zip has a file whose name leads out of it, 'x{60}…'\."),
    ],
)
def test_a_zip_with_a_name_that_leads_elsewhere_is_refused(whole: Files, name: str, sentence: str) -> None:
    found = refusal_of_zip(zip_of(whole | {"N" * len(name): b"x"}).replace(b"N" * len(name), name.encode()))
    assert re.fullmatch(sentence, found), found


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFIFO, stat.S_IFCHR])
def test_a_link_or_a_device_in_a_zip_is_refused(kind: int) -> None:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        entry = zipfile.ZipInfo("config.json")
        entry.create_system, entry.external_attr = 3, (kind | 0o777) << 16
        archive.writestr(entry, "/etc/passwd")
    sentence = "The zip has 'config.json', which is a link or a device and no file."
    assert refusal_of_zip(target.getvalue()) == sentence


def test_two_files_of_one_name_in_a_zip_are_refused(whole: Files) -> None:
    data = zip_of(whole | {"konfig.json": b"{}"}).replace(b"konfig.json", b"config.json")
    assert refusal_of_zip(data) == "The zip has two files of the name 'config.json'."


def test_a_zip_with_a_password_is_refused() -> None:
    data = zip_of({"config.json": b"{}"})
    directory = data.index(b"PK\x01\x02")
    flagged = data[: directory + 8] + b"\x01\x00" + data[directory + 10 :]
    assert refusal_of_zip(flagged) == "The zip has a password: 'config.json' is encrypted."


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_zip_packed_in_a_rare_way_is_refused(compression: int) -> None:
    data = zip_of({"config.json": b"{}"}, compression)
    assert refusal_of_zip(data) == "The zip has 'config.json' packed in a way that is not read here."


def test_a_zip_bomb_is_refused_before_it_is_unpacked(whole: Files) -> None:
    bomb = zip_of(whole | {"config.json": bytes(100_000_000)})
    assert len(bomb) < 200_000
    with allocating_less_than(5_000_000):
        assert refusal_of_zip(bomb) == "config.json is too large: it can have 65,536 bytes, and has 100,000,000."


def test_a_zip_bomb_that_says_it_is_small_is_cut_off_where_it_says(whole: Files) -> None:
    bomb = zip_of(whole | {"config.json": bytes(100_000_000)})
    lying = bomb.replace(struct.pack("<I", 100_000_000), struct.pack("<I", 600))
    assert lying != bomb
    with allocating_less_than(5_000_000):
        assert refusal_of_zip(lying) == "config.json is damaged in the zip."


def test_a_zip_whose_files_nobody_asks_for_may_not_be_endless_either(whole: Files) -> None:
    data = zip_of(whole | {"tb/a": b"", "tb/b": b""})
    for name in (b"tb/a", b"tb/b"):
        place = data.index(name, data.index(b"PK\x01\x02")) - 46
        data = data[: place + 24] + struct.pack("<I", 200_000_000) + data[place + 28 :]
    assert re.match(r"The zip would have 400,0.* bytes when unpacked: 268,435,456 are allowed\.", refusal_of_zip(data))


def test_a_zip_with_a_directory_of_many_files_is_refused_before_it_is_read() -> None:
    data = zip_of({f"{index}": b"" for index in range(MOST_ENTRIES + 1)}, zipfile.ZIP_STORED)
    assert refusal_of_zip(data) == "The zip has too many files: 1,024 are allowed."


def test_a_zip_that_lies_about_the_size_of_its_directory_is_refused(whole: Files) -> None:
    data = zip_of(whole)
    large = data[:-10] + struct.pack("<I", 0x7FFFFFFF) + data[-6:]
    assert refusal_of_zip(large) == "The zip has too many files: 1,024 are allowed."


@pytest.mark.parametrize("data", [b"", b"PK", b"hello", bytes(1_000), b"PK\x05\x06", pickle.dumps([1])])
def test_what_is_no_zip_is_refused(data: bytes) -> None:
    assert refusal_of_zip(data) == "The zip is not a whole zip."


def test_a_zip_of_the_kind_for_huge_files_is_refused(whole: Files) -> None:
    data = zip_of(whole)
    locator = struct.pack("<4sIQI", b"PK\x06\x07", 0, 0, 1)
    assert refusal_of_zip(data[:-22] + locator + data[-22:]) == (
        "The zip is of the kind for more than 4 GB, which no run needs."
    )


def test_a_zip_in_which_no_run_lies_is_told() -> None:
    assert refusal_of_zip(zip_of({"holiday.jpg": b"x", "a/b/config.json": b"{}"})) == (
        "The zip is no run of Boundary Lab: config.json is missing."
    )


def test_a_zip_of_several_runs_is_told(whole: Files) -> None:
    packed = {f"{folder}/{name}": data for folder in ("one", "two") for name, data in whole.items()}
    assert refusal_of_zip(zip_of(packed)) == "The zip is no single run: config.json is in several of its folders."


def test_however_a_zip_is_broken_it_is_read_or_refused(whole: Files) -> None:
    data = zip_of(whole)

    @given(st.integers(0, len(data)), st.integers(0, 40), st.binary(max_size=40))
    @settings(max_examples=200)
    def holds(start: int, length: int, put: bytes) -> None:
        broken = data[:start] + put + data[start + length :]
        assert what_becomes_of(lambda: ZipSource(broken)) in {"opened", "The zip", *whole}

    holds()
