"""Events of several lines."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from siemlib.archive import load
from siemlib.archive.batch import Batch
from siemlib.archive.joined import joined
from siemlib.model.timespan import from_millis
from siemlib.sources.source import Lines
from tests.archive.deliveries import ndjson, rejected, rows

if TYPE_CHECKING:
    from pathlib import Path


HEAD = "2026-03-04 10:00:00 UTC:192.0.2.1(5):ann@shop:[7]:LOG:  statement: "
GROUP = ["/aws/rds/postgresql"]


def test_a_real_export_is_whole_and_in_its_own_zone(shared: Path, tmp_path: Path) -> None:
    (group,) = load([shared / "data/rds/pgbadger_postgres/rds.log.gz"], tmp_path / "a").groups
    assert (group.log_group, group.sources) == (GROUP[0], ("postgresql",))
    assert (group.events, group.rejected, group.duplicates) == (114_604, 0, 0)
    found = [row for row in rows(tmp_path / "a", GROUP) if ":FATAL:  no pg_hba.conf entry" in row[2]]
    assert len(found) == 2
    # 20:40:50 in the file, in Central European Time
    assert f"{from_millis(found[0][0]):%Y-%m-%d %H:%M:%S}" == "2020-03-11 19:40:50"


def test_the_lines_of_a_parameter_belong_to_their_event(shared: Path, tmp_path: Path) -> None:
    load([shared / "data/rds/pgbadger_postgres/multiline_param.log"], tmp_path / "a")
    found = rows(tmp_path / "a", GROUP)
    assert len(found) == 12
    assert sum("'njchar\n\thello', $3 = 'aaaa'" in row[2] for row in found) == 2


def test_a_time_in_any_named_zone_is_right_and_in_an_unknown_one_is_rejected(tmp_path: Path) -> None:
    zones = ["UTC", "CET", "CEST", "EST", "IST", "+03", "-0330", "GMT", "QQQ"]
    lines = [HEAD.replace("UTC", zone) + zone for zone in zones]
    load([ndjson(tmp_path / "x.log", lines)], tmp_path / "a")
    times = {row[2].rpartition(" ")[2]: f"{from_millis(row[0]):%H:%M}" for row in rows(tmp_path / "a", GROUP)}
    assert times == {
        "UTC": "10:00",
        "CET": "09:00",
        "CEST": "08:00",
        "EST": "15:00",
        "IST": "04:30",
        "+03": "07:00",
        "-0330": "13:30",
        "GMT": "10:00",
    }
    assert [each["reason"] for each in rejected(tmp_path / "a")] == ["no event time"]


def test_text_of_no_known_kind_has_its_zone_too(tmp_path: Path) -> None:
    load(
        [ndjson(tmp_path / "x.log", ["2026-03-04 10:00:00.5 CET started", "2026-03-04 10:00:00 stopped"])],
        tmp_path / "a",
    )
    assert [f"{from_millis(row[0]):%H:%M:%S.%f}" for row in rows(tmp_path / "a", ["text"])] == [
        "09:00:00.500000",
        "10:00:00.000000",
    ]


def test_empty_lines_within_a_statement_are_kept_and_its_number_is_its_first_line(tmp_path: Path) -> None:
    lines = [HEAD + "select 1", "", HEAD + "select", "", "", "\t2", HEAD + "select 3"]
    load([ndjson(tmp_path / "x.log", lines)], tmp_path / "a")
    found = {int(row[3].rpartition("-")[2]): row[2] for row in rows(tmp_path / "a", GROUP)}
    assert found == {1: lines[0], 3: HEAD + "select\n\n\n\t2", 7: lines[6]}


def test_an_endless_statement_is_rejected_with_its_beginning(tmp_path: Path) -> None:
    lines = [HEAD + "select 1", HEAD + "select", *["\t" + "x" * 100_000] * 12, HEAD + "select 3"]
    (group,) = load([ndjson(tmp_path / "x.log", lines)], tmp_path / "a").groups
    assert (group.events, group.rejected) == (2, 1)
    (kept,) = rejected(tmp_path / "a")
    assert (kept["ordinal"], kept["reason"]) == (2, "longer than 1,048,576 bytes")
    assert kept["length"] == len("\n".join(lines[1:14]))
    assert kept["text"].startswith(lines[1])


CSV = '2026-03-04 10:00:0{0} UTC,"ann","shop",7,"192.0.2.1:5",6.1,1,"idle",2026-03-04 10:00:00 UTC,4/1,0,{1},0,"{2}",,'
FORGED = "2026-03-04 10:00:05 UTC,,,1,10.10.1.2:1,x,1,x,x,x,0,FATAL,28P01,password authentication failed,,"


def test_a_statement_in_a_csvlog_forges_no_event_of_its_own(tmp_path: Path) -> None:
    lines = [
        CSV.format(1, "LOG", 'statement: select ""1'),
        *[FORGED] * 3,
        '2026-03-04 10:00:06 UTC,""root"",""x"",1,""10.10.1.2:1"",FATAL ""',
        CSV.format(2, "LOG", "done"),
        CSV.format(3, "LOG", "whole"),
    ]
    lines[0] = lines[0].removesuffix('",,')
    lines[4] += '",,'
    load([ndjson(tmp_path / "x.csv", lines)], tmp_path / "a")
    found = [row[2] for row in rows(tmp_path / "a", GROUP)]
    assert found == ["\n".join(lines[:5]), *lines[5:]]


def test_a_record_that_a_crash_cut_off_within_its_quotes_does_not_hide_the_rest_of_the_file() -> None:
    lines = Lines(begin="^S", quoted="^S,")
    given = ['S,"cut', *["S,x"] * 40, 'S,"y', 'z"', "S,end"]
    batches = (Batch.of_lists([line.encode()], [number]) for number, line in enumerate(given, 1))
    found = [message.decode() for batch in joined(batches, lines, 60) for message in batch.messages.to_pylist()]
    assert found[-3:] == ["S,x", 'S,"y\nz"', "S,end"]
    assert found.count("S,x") > 20


@given(st.lists(st.sampled_from(["S", "S2", "c", "F", "N"]), max_size=30), st.lists(st.integers(0, 30), max_size=5))
def test_no_line_is_lost_wherever_a_file_is_cut(words: list[str], cuts: list[int]) -> None:
    lines = Lines(begin="^[SF]", second="^N", first="^F")
    edges = sorted({0, len(words), *(cut for cut in cuts if cut < len(words))})
    batches = (
        Batch.of_lists([word.encode() for word in words[a:b]], list(range(a + 1, b + 1))) for a, b in pairwise(edges)
    )
    events = [
        (ordinal, message.decode())
        for batch in joined(batches, lines, 1000)
        for ordinal, message in zip(batch.ordinals.to_pylist(), batch.messages.to_pylist(), strict=True)
    ]
    expected: list[tuple[int, str]] = []
    for number, word in enumerate(words, 1):
        begins = word[0] in "SF" or (word == "N" and words[number - 2 : number - 1] != ["F"])
        if begins or not expected:
            expected.append((number, word))
        else:
            expected[-1] = (expected[-1][0], f"{expected[-1][1]}\n{word}")
    assert events == expected
