"""What was tried: the ports with most flows, accepted and rejected."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from siemlib.charts import theme
from siemlib.charts.text import counted, labels_of, number

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
    top, alike = _told_apart(frame.assign(flows=(frame["accepted"] + frame["rejected"]).astype("int64")))
    names = labels_of([*(_name(row) for _, row in top.iterrows()), *([_alike(alike)] if len(alike) else [])])
    if len(alike):
        top = pd.concat([top, alike[["accepted", "rejected", "flows"]].sum().to_frame().T])
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
    totals = [int(n) for n in top["flows"]]
    said = [_label(row["accepted"], row["rejected"]) for _, row in top.iterrows()]
    figure.add_scatter(
        x=totals,
        y=names,
        mode="text",
        text=said,
        textposition="middle right",
        cliponaxis=False,
        hoverinfo="skip",
    )
    figure.update_layout(barmode="stack", bargap=0.25)
    figure.update_xaxes(**theme.amount_axis("flows", max(totals)), range=theme.beside_bars(max(totals), said))
    figure.update_yaxes(**theme.name_axis())
    return theme.chart(answer, figure, _sentence(len(frame), alike, names[0], totals[0]))


def _name(row: pd.Series) -> str:
    asked = " (asked by others)" if row.get("direction") == "in" else ""
    port = "" if pd.isna(row["port"]) else f"{row['port']} "
    return f"{port}{row['protocol']}{asked}"


def _told_apart(frame: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The ports with most flows, and all others; of ports with equally many flows, none is drawn before another.

    A port scan asks for hundreds of ports once: twenty of them, drawn by chance, would say nothing.
    """
    ranked = frame.sort_values("flows", ascending=False, kind="stable")
    if len(ranked) <= MOST_PORTS:
        return ranked, ranked.head(0)
    more = ranked["flows"] > ranked["flows"].iloc[MOST_PORTS]
    return ranked[more], ranked[~more]


def _alike(ports_: pd.DataFrame) -> str:
    """What the bar of all other ports is called."""
    least, most = int(ports_["flows"].min()), int(ports_["flows"].max())
    each = number(most) if least == most else f"{number(least)} to {number(most)}"
    return f"{counted(len(ports_), 'port')} with {each} each"


def _label(accepted: int, rejected: int) -> str:
    parts = [(accepted, "accepted"), (rejected, "rejected")]
    return " " + ", ".join(f"{number(n)} {what}" for n, what in parts if n)


def _sentence(ports_found: int, alike: pd.DataFrame, first: str, most: int) -> str:
    one = f"; {_alike(alike)} share the last bar" if len(alike) else ""
    return (
        f"{counted(ports_found, 'port')}, as bars of accepted and rejected flows{one}. Most: {first}, {number(most)}."
    )
