"""What listens, what changed and what is declared, over lists written by hand."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from siemlib.investigate import listening
from siemlib.model.run import Completeness
from tests.investigate.incident import QUIET, START, Log, alert, case_over

if TYPE_CHECKING:
    from pathlib import Path

    from siemlib.case import Case

SSH = "tcp 0.0.0.0:22 0.0.0.0:* 640/sshd"
SSH6 = "tcp6 :::22 :::* 640/sshd"
MAIL = "tcp 127.0.0.1:25 0.0.0.0:* 811/master"
SHELL = "tcp 0.0.0.0:4444 0.0.0.0:* 99/ncat"
OTHER_SHELL = "tcp 0.0.0.0:4444 0.0.0.0:* 100/socat"
DNS = "udp 10.0.0.5:53 0.0.0.0:* 7/named"
INVENTORY = """
[[inventory]]
address = "10.0.0.5"
name = "web-1"
ports = ["22/tcp"]

[[inventory]]
address = "10.0.0.6"
name = "db-1"

[[inventory]]
address = "10.0.0.9"
name = "scanner-1"
scanner = true
"""


def ports(
    seconds: float, *lines: str, rule: str = "533", before: tuple[str, ...] | None = None, command: str = "netstat"
) -> tuple[float, str]:
    """An alert of web-1 that quotes a list."""
    head = f"ossec: output: '{command} listening ports':\n"
    rest: dict[str, object] = {"agent": {"name": "web-1", "ip": "10.0.0.5"}, "full_log": head + "\n".join(lines)}
    if before is not None:
        rest["previous_output"] = "Previous output:\n" + head + "\n".join(before)
    return alert(seconds, 7, rule, "Listened ports status (netstat) changed", **rest)


def _of(folder: Path, *lines: tuple[float, str], inventory: str = "") -> Case:
    folder.mkdir(exist_ok=True)
    (folder / "siem.toml").write_text(inventory, encoding="utf-8")
    return case_over(folder, Log("OSSEC", "ossec", list(lines)))


def at(seconds: float) -> pd.Timestamp:
    """So many seconds after 02:00."""
    return pd.Timestamp(START + timedelta(seconds=seconds))


def test_each_list_is_compared_with_the_one_before_it(tmp_path: Path) -> None:
    case = _of(tmp_path, ports(60, SSH, MAIL), ports(600, SSH, MAIL, SHELL), ports(900, SSH, OTHER_SHELL))

    frame = listening.changes(case).frame

    found = frame[["change", "port", "program", "not before", "seen", "first seen"]].to_dict("records")
    assert found == [
        _change("opened", 4444, "ncat", (60, 600, 600)),
        _change("closed", 25, "master", (600, 900, 60)),
        _change("other program", 4444, "ncat → socat", (600, 900, 600)),
    ]


def _change(change: str, port: int, program: str, times: tuple[float, float, float]) -> dict[str, object]:
    moments = dict(zip(("not before", "seen", "first seen"), map(at, times), strict=True))
    return {"change": change, "port": port, "program": program, **moments}


def test_what_the_alert_quotes_is_the_list_before_and_its_time_is_not_told(tmp_path: Path) -> None:
    case = _of(tmp_path, ports(60, SSH, SHELL, before=(SSH,)))

    (row,) = listening.changes(case).frame.to_dict("records")
    register = listening.register(case).frame.set_index("port")

    assert (row["change"], row["port"], row["seen"]) == ("opened", 4444, at(60))
    assert pd.isna(row["not before"])
    assert register["listed before"].to_dict() == {22: "yes", 4444: "no"}


def test_a_list_that_is_missing_between_two_others_is_made_up_for_by_what_the_alert_quotes(tmp_path: Path) -> None:
    case = _of(tmp_path, ports(60, SSH), ports(900, SSH, before=(SSH, SHELL)))

    frame = listening.changes(case).frame

    assert list(frame["change"]) == ["closed", "opened"] or list(frame["change"]) == ["opened", "closed"]
    opened = frame[frame["change"] == "opened"].iloc[0]
    closed = frame[frame["change"] == "closed"].iloc[0]
    assert (opened["not before"], opened["seen"]) == (at(60), at(900))
    assert pd.isna(closed["not before"])


def test_lists_of_two_rules_are_not_compared_with_each_other(tmp_path: Path) -> None:
    case = _of(tmp_path, ports(60, SSH, SHELL, rule="100029"), ports(90, SSH), ports(600, SSH, SHELL))

    frame = listening.changes(case).frame

    assert list(frame["change"]) == ["opened"]
    assert frame["first seen"].iloc[0] == at(60)


def test_a_list_of_tcp_alone_does_not_close_what_listens_on_udp(tmp_path: Path) -> None:
    case = _of(tmp_path, ports(60, SSH, DNS), ports(600, SSH, rule="100030", command="netstat -tln"))

    now = listening.latest(case).frame.set_index("port")["last seen"]

    assert now.to_dict() == {22: at(600), 53: at(60)}


def test_undeclared_listeners_come_first_and_loopback_stands_apart(tmp_path: Path) -> None:
    case = _of(tmp_path, ports(60, SSH, SSH6, MAIL, SHELL, DNS), inventory=INVENTORY)

    bare, own = listening.undeclared(case), listening.loopback(case)

    assert list(zip(bare.frame["port"], bare.frame["reach"], strict=True)) == [
        (4444, "every address"),
        (53, "one address"),
    ]
    assert "1 undeclared listener on every address of the host: web-1 4444/tcp (ncat)." in bare.reading
    assert list(own.frame["port"]) == [25]
    assert dict(zip(*(listening.register(case).frame[name] for name in ("port", "declared")), strict=True)) == {
        4444: "no",
        53: "no",
        25: "no",
        22: "yes",
    }


@pytest.mark.parametrize(
    ("inventory", "why"),
    [
        ("", "no inventory"),
        ('[[inventory]]\naddress = "10.9.9.9"\nname = "other"\n', "host not in inventory"),
        ('[[inventory]]\naddress = "10.0.0.5"\nname = "web-1"\n', "no ports in inventory"),
    ],
)
def test_where_the_inventory_is_silent_nothing_is_called_undeclared(tmp_path: Path, inventory: str, why: str) -> None:
    answer = listening.undeclared(_of(tmp_path, ports(60, SSH), inventory=inventory))

    assert list(answer.frame["declared"]) == [why]
    assert "is not known" in answer.reading
    assert "undeclared" not in answer.reading


def test_hosts_that_never_reported_are_named_first_and_scanners_are_not_ours(tmp_path: Path) -> None:
    app = alert(30, 3, "5501", "login", agent={"name": "app-1", "ip": "10.0.0.7"})
    case = _of(tmp_path, app, ports(60, SSH), inventory=INVENTORY)

    answer = listening.hosts(case)

    assert list(zip(answer.frame["host"], answer.frame["lists"], strict=True)) == [
        ("app-1", 0),
        ("db-1", 0),
        ("web-1", 1),
    ]
    assert "1 of 3 hosts reported what listens." in answer.reading
    assert "Never: app-1 and db-1." in answer.reading


def test_history_counts_every_list(tmp_path: Path) -> None:
    case = _of(tmp_path, ports(60, SSH), ports(600, SSH, SHELL, "nonsense"))

    frame = listening.history(case).frame

    assert list(frame["listeners"]) == [1, 2]
    assert frame["opened"].isna().tolist() == [True, False]
    assert (frame["opened"].iloc[1], frame["closed"].iloc[1], frame["unread lines"].iloc[1]) == (1, 0, 1)
    assert "1 line of the lists could not be read" in listening.history(case).reading


@pytest.mark.parametrize("question", [getattr(listening, name) for name in listening.__all__])
def test_every_question_answers_where_there_is_nothing(question: object, tmp_path: Path) -> None:
    assert callable(question)
    without = question(case_over(tmp_path / "none", QUIET))
    silent = question(_of(tmp_path / "silent", alert(30, 3, "5501", "login")))
    broken = question(_of(tmp_path / "broken", (5, json.dumps({"rule": {"id": 533, "level": 7}, "full_log": None}))))

    assert without.reading == "Not examined: no log group holds OSSEC alerts."
    assert without.completeness is Completeness.UNKNOWN
    for answer in (silent, broken):
        assert answer.completeness is Completeness.COMPLETE
        assert "not known" in answer.reading
    assert list(without.frame.columns) == list(silent.frame.columns)


def test_hostile_text_in_a_list_stays_one_line_of_a_sentence(tmp_path: Path) -> None:
    evil = "tcp 0.0.0.0:31337 0.0.0.0:* 66/=cmd|' /C calc'!A0<script>alert(1)</script>\x1b[31m"

    answer = listening.undeclared(_of(tmp_path, ports(60, evil)))

    assert list(answer.frame["port"]) == [31337]
    assert "\x1b" not in answer.reading


def test_what_could_not_be_read_stands_beside_every_all_clear(tmp_path: Path) -> None:
    case = _of(tmp_path, ports(60, SSH, "tcp gibberish"), inventory=INVENTORY)
    own = _of(tmp_path / "own", ports(60, MAIL, "tcp gibberish"), inventory=INVENTORY)

    doubt = " 1 line of the lists could not be read as a listener."
    assert listening.undeclared(case).reading == (
        f"Every one of the 1 listener of the newest lists that others can reach is declared in the inventory.{doubt}"
    )
    assert listening.undeclared(own).reading == (
        f"The newest lists hold no listener that another host can reach.{doubt}"
    )
