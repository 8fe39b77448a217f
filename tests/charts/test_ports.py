"""The chart of ports: empty, one, and a port scan."""

from __future__ import annotations

import pandas as pd

from siemlib.charts import ports
from siemlib.charts.ports import MOST_PORTS
from tests.charts.answers import HOSTILE, answer, drawn, marks, words


def _frame(rows: list[tuple[int, str, int, int]]) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["port", "protocol", "accepted", "rejected"])


def test_nothing_found_is_drawn_as_such() -> None:
    assert words(ports(answer(_frame([])))) == "nothing found"


def test_one_port_is_one_bar_of_two_parts_that_say_what_they_are() -> None:
    chart = ports(answer(_frame([(22, "TCP", 3, 1200)])))

    assert list(chart.figure.data[-1].text) == [" 3 accepted, 1,200 rejected"]
    assert chart.sentence == "1 port, as bars of accepted and rejected flows. Most: 22 TCP, 1,203."


def test_of_a_port_scan_the_ports_that_were_asked_for_once_share_a_bar() -> None:
    chart = ports(answer(_frame([(port, "TCP", 0, 1) for port in range(1, 500)] + [(22, "TCP", 0, 90)])))

    assert list(chart.figure.data[1].y) == ["22 TCP", "499 ports with 1 each"]
    assert list(chart.figure.data[1].x) == [90, 499]
    assert "500 ports" in chart.sentence
    assert "499 ports with 1 each share the last bar" in chart.sentence


def test_of_many_ports_the_busiest_are_drawn_by_name() -> None:
    chart = ports(answer(_frame([(port, "TCP", 0, port) for port in range(1, 101)])))

    assert marks(chart) == 3 * (MOST_PORTS + 1)
    assert chart.figure.data[1].y[0] == "100 TCP"
    assert chart.figure.data[1].y[-1] == "80 ports with 1 to 80 each"
    assert chart.figure.data[1].x[-1] == sum(range(1, 81))


def test_what_the_subject_asked_for_and_what_it_was_asked_for_are_two_bars() -> None:
    frame = _frame([(22, "TCP", 1, 0), (22, "TCP", 2, 0)]).assign(direction=["out", "in"])

    assert list(ports(answer(frame)).figure.data[0].y) == ["22 TCP (asked by others)", "22 TCP"]


def test_icmp_has_no_port() -> None:
    frame = _frame([(0, "ICMP", 0, 3)]).astype({"port": "Int64"})
    frame["port"] = frame["port"].where(frame["protocol"] != "ICMP")

    assert list(ports(answer(frame)).figure.data[0].y) == ["ICMP"]


def test_ports_are_names_and_not_places_on_a_number_line() -> None:
    assert ports(answer(_frame([(22, "", 1, 0), (3306, "", 1, 0)]))).figure.layout.yaxis.type == "category"


def test_a_hostile_protocol_stays_text() -> None:
    assert "<a" not in str(drawn(ports(answer(_frame([(22, HOSTILE, 1, 0)])))))
