"""What was tried: the ports with most flows, accepted and rejected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from siemlib.charts import theme
from siemlib.charts.text import counted, inert, number

if TYPE_CHECKING:
    from siemlib.case.answer import Answer, Chart

MOST_PORTS = 20


def ports(answer: Answer) -> Chart:
    """Draw an answer with the columns ``port``, ``protocol``, ``accepted``, ``rejected``: one bar for each port.

    A column ``direction`` tells ports that others asked for (``in``) from those that the subject asked for (``out``).
    """
    frame = answer.frame
    if frame.empty:
        return theme.nothing(answer)
    flows = frame["accepted"] + frame["rejected"]
    top = frame.loc[flows.sort_values(ascending=False, kind="stable").index[:MOST_PORTS]]
    names = [inert(_name(row)) for _, row in top.iterrows()]
    figure = theme.figure(answer.title, 110 + 24 * len(top))
    for column, style in (("accepted", theme.GOOD), ("rejected", theme.BAD)):
        counts = [int(n) for n in top[column]]
        figure.add_bar(
            x=counts,
            y=names,
            orientation="h",
            name=column,
            marker=theme.bar_marker(style),
            hoverinfo="y+x+name",
        )
    totals = [int(n) for n in flows.loc[top.index]]
    figure.add_scatter(
        x=totals,
        y=names,
        mode="text",
        text=[_label(row["accepted"], row["rejected"]) for _, row in top.iterrows()],
        textposition="middle right",
        cliponaxis=False,
        hoverinfo="skip",
    )
    figure.update_layout(barmode="stack", bargap=0.25)
    figure.update_xaxes(title={"text": "flows"}, range=[0, max(totals) * 1.35])
    figure.update_yaxes(type="category", autorange="reversed")
    return theme.chart(answer, figure, _sentence(len(frame), len(top), names[0], int(flows.max())))


def _name(row: pd.Series) -> str:
    asked = " (asked by others)" if row.get("direction") == "in" else ""
    port = "" if pd.isna(row["port"]) else f"{row['port']} "
    return f"{port}{row['protocol']}{asked}"


def _label(accepted: int, rejected: int) -> str:
    parts = [(accepted, "accepted"), (rejected, "rejected")]
    return " " + ", ".join(f"{number(n)} {what}" for n, what in parts if n)


def _sentence(ports_found: int, ports_drawn: int, first: str, most: int) -> str:
    every = ports_found == ports_drawn
    drawn = counted(ports_found, "port") if every else f"The {ports_drawn} of {ports_found:,} ports with most flows"
    return f"{drawn}, as bars of accepted and rejected flows. Most: {first}, {number(most)}."
