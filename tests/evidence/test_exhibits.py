"""The Parquet file of an exhibit may be anybody's: it is read with care, and its CSV is made again from it."""

from __future__ import annotations

import decimal
import hashlib
import resource
import time
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from siemlib.evidence.records import check_records
from siemlib.evidence.spreadsheet import csv_text
from siemlib.evidence.values import value_text
from tests.evidence.recorded import data, edit

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["data"]

STEM = "exhibits/E02-kinds"
TEXTS = [
    *(
        "",
        " ",
        "a",
        " a",
        "a b",
        "-5",
        "+1.5e3",
        "-x",
        "+x",
        " =1",
        "@",
        "a;=1",
        "a; '@x",
        "a;-1",
        "a;b",
        'q"q',
        '"',
        ",",
    ),
    *(
        "a,=1",
        "a\nb",
        "\r\n=1",
        "\t",
        "x\t-",
        "\x7f",
        "\x00",
        "\u202e",
        "é",
        "\uff1d1",
        "\u3000=1",
        "\u017f",
        "'",
        "[",
        "~",
    ),
]
"""What a spreadsheet, a CSV or a terminal could take for something else, and what it could not."""


def put(data: Path, table: pa.Table | bytes, csv: bytes | None = None, **told: object) -> str:
    """Put other data into an exhibit, its record with it, as who can sign a bag could; what is told of that."""
    path = data / f"{STEM}.parquet"
    if isinstance(table, bytes):
        path.write_bytes(table)
    else:
        pq.write_table(table, path)
        told = {"rows": table.num_rows, "columns": [{"name": name} for name in table.column_names], **told}
    if csv is not None:
        (data / f"{STEM}.csv").write_bytes(csv)
    digests = {
        f"{kind}_sha256": hashlib.sha256((data / f"{STEM}.{kind}").read_bytes()).hexdigest()
        for kind in ("csv", "parquet")
    }
    edit(data / f"{STEM}.json", lambda exhibit: exhibit.update(told, **digests))
    return "\n".join(check_records(data))


def test_a_csv_that_was_made_of_the_parquet_is_found_to_agree(data: Path) -> None:
    table = pa.table({"a": [1, None], "b": ["=x", 'q"q'], "c": [1.0, 0.25], "d": pa.array([True, None])})
    assert put(data, table, b'a,b,c,d\r\n1,\'=x,1,yes\r\n,"q""q",0.25,\r\n') == ""


def test_times_of_every_unit_are_written_as_people_read_them(data: Path) -> None:
    after, before = 1_772_632_501_250_999_000, -1_000_001_000  # ns: 2026-03-04T13:55:01.250999, 1.000001 s before 1970
    sizes = {"s": 10**9, "ms": 10**6, "us": 10**3, "ns": 1}
    columns = {
        unit: pa.array([after // size, before // size, None], pa.timestamp(unit, "UTC")) for unit, size in sizes.items()
    }
    columns["plain"] = pa.array([0, None, None], pa.timestamp("us"))
    seconds, millis = "2026-03-04 13:55:01", "1969-12-31 23:59:58.999"
    csv = (
        "s (UTC),ms (UTC),us (UTC),ns (UTC),plain\r\n"
        f"{seconds}.000,{seconds}.250,{seconds}.250,{seconds}.250,1970-01-01 00:00:00.000\r\n"
        f"1969-12-31 23:59:58.000,{millis},{millis},{millis},\r\n,,,,\r\n"
    )
    assert put(data, pa.table(columns), csv.encode()) == ""


@pytest.mark.parametrize(
    ("csv", "told"),
    [
        (b"b\r\n1\r\n2\r\n", "has another header"),
        (b"a\r\n1\r\n3\r\n", "differs in row 2"),
        (b"a\r\n1\r\n", "differs in row 2"),
        (b"a\r\n1\r\n2", "differs in row 2"),  # each line has its end
        (b"a\r\n1\r\n2\r", "differs in row 2"),
        (b"a", "has another header"),
        (b"a\r\n1\r\n2\r\n3\r\n", "has more rows"),
        (b"a\r\n1\r\n2\r\n\xe2\x82", "has more rows"),  # the beginning of a character
        (b"a\n1\n2\n", "has another header"),
        (b"", "has another header"),
    ],
)
def test_a_csv_of_anything_else_is_told(csv: bytes, told: str, data: Path) -> None:
    assert f"{STEM}.csv {told}" in put(data, pa.table({"a": [1, 2]}), csv)


@pytest.mark.parametrize(
    "column",
    [
        pa.array([[1], [2]]),
        pa.array([{"x": 1}, {"x": 2}]),
        pa.array([b"x", b"y"]),
        pa.array([decimal.Decimal(1), decimal.Decimal(2)]),
        pa.array([0, 1], pa.timestamp("ms", "Asia/Tokyo")),
    ],
    ids=lambda column: str(column.type).replace(" ", "-"),
)
def test_a_column_of_a_kind_that_no_exhibit_has_is_told(column: pa.Array, data: Path) -> None:
    assert "which no exhibit has" in put(data, pa.table({"a": column}), b"a\r\n")


def test_a_time_in_no_calendar_is_told(data: Path) -> None:
    assert "in no calendar" in put(data, pa.table({"a": pa.array([2**62], pa.timestamp("us"))}), b"a\r\n" + b"x" * 99)


@pytest.mark.parametrize("cut", [0, 4, 100, 2000])
def test_a_file_that_is_cut_off_or_no_parquet_is_told(cut: int, data: Path) -> None:
    held = (data / f"{STEM}.parquet").read_bytes()
    assert "E02-kinds.parquet cannot be read" in put(data, held[:cut])
    assert "E02-kinds.parquet cannot be read" in put(data, held[:cut] + bytes(len(held) - cut))


def test_a_bomb_of_one_long_text_is_not_made_larger_than_the_csv_beside_it(data: Path) -> None:
    """400 GB of text, which a dictionary holds in a few megabytes."""
    place, text = pa.array([0] * 100_000, pa.int32()), pa.array(["x" * 4_000_000])
    table = pa.table({"a": pa.DictionaryArray.from_arrays(place, text)})
    began, before = time.monotonic(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    assert "differs within rows 1 to 100,000" in put(data, table, b"a\r\n" + b"x" * 100)
    assert time.monotonic() - began < 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 400_000  # kilobytes


def test_a_page_that_unpacks_to_far_more_than_the_csv_shows_is_not_read(data: Path) -> None:
    table = pa.table({"user": ["a" * (20 << 20), "b"]})
    written = pa.BufferOutputStream()
    pq.write_table(table, written, compression="zstd", use_dictionary=False, write_statistics=False)
    told = put(data, written.getvalue().to_pybytes(), b"user\r\na\r\nb\r\n", rows=2, columns=[{"name": "user"}])
    assert "parquet unpacks to more than the 12 bytes of" in told


def test_the_values_of_a_set_come_in_one_order() -> None:
    assert value_text({"b", "a", "c"}) == "a, b, c"
    assert value_text([3, 1]) == "3, 1"


@pytest.mark.parametrize("cell", [b"\xf0\x9f\xab\xa8", b"\\U0001fae8"], ids=["known", "unknown"])
def test_a_character_that_another_python_does_not_know_yet_is_no_difference(cell: bytes, data: Path) -> None:
    """A face that was new in Unicode 15: Python 3.11 spells it out in a CSV, Python 3.12 does not."""
    table = pa.table({"a": ["x, \U0001fae8", "y"] * 40_000})
    assert put(data, table, b"a\r\n" + (b'"x, ' + cell + b'"\r\ny\r\n') * 40_000) == ""
    spoiled = (b'"x, ' + cell + b'"\r\ny\r\n') * 39_999 + b'"x, ' + cell + b'"\r\nz\r\n'
    assert "differs in row 80,000" in put(data, table, b"a\r\n" + spoiled)


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("\u202ex", "\u202ex"),  # known for long, and must be spelled out
        ("\u2066x", "\u2066x"),  # new in Unicode 6.3, and must be, too
        ("\xe9", "\\xe9"),  # known for long, and must not be
        ("\U0001f40d", "\U0001f40e"),
        ("\ufffd", "\udcff"),  # a byte that is no UTF-8
    ],
)
def test_any_other_character_is_a_difference(text: str, cell: str, data: Path) -> None:
    csv = f"a\r\n{cell}\r\n".encode("utf-8", "surrogateescape")
    assert "differs in row 1" in put(data, pa.table({"a": [text]}), csv)


def test_cells_made_in_bulk_are_those_that_are_written(data: Path) -> None:
    for names in (["a"], ["a", "b"]):
        table = pa.table({name: [*TEXTS, None] for name in names})
        csv = csv_text(names, ([text] * len(names) for text in [*TEXTS, ""]))
        assert put(data, table, csv.encode()) == ""


def test_a_cell_is_made_so_whatever_stands_beside_it(data: Path) -> None:
    """A column of a single text each, so that none is looked at closely for the sake of another."""
    table = pa.table({str(place): [text, "a", None] for place, text in enumerate(TEXTS)})
    csv = csv_text(table.column_names, [TEXTS, ["a"] * len(TEXTS), [""] * len(TEXTS)])
    assert put(data, table, csv.encode()) == ""


def test_texts_that_no_row_has_are_no_difference(data: Path) -> None:
    texts = pa.array([f"={n}x" for n in range(5_000)])
    table = pa.table(
        {"a": pa.DictionaryArray.from_arrays(pa.array([4_999, None, 0], pa.int32()), texts), "b": [1, 2, 3]}
    )
    assert put(data, table, b"a,b\r\n'=4999x,1\r\n,2\r\n'=0x,3\r\n") == ""
    assert "differs in row 3" in put(data, table, b"a,b\r\n'=4999x,1\r\n,2\r\n'=1x,3\r\n")


def test_a_year_of_three_digits_is_written_as_ever(data: Path) -> None:
    table = pa.table({"a": pa.array([-62_135_596_800, None, 253_402_300_799], pa.timestamp("s"))})
    assert (
        put(data, table, csv_text(["a"], [["1-01-01 00:00:00.000"], [""], ["9999-12-31 23:59:59.000"]]).encode()) == ""
    )
