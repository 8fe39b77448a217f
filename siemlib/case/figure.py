"""Figures as JSON in which log content is text.

plotly draws a small part of HTML in labels, names and hover texts, and, where the page has MathJax (JupyterLab has it),
what stands between two ``$``. What comes from logs must not be read as that. The
charts of siemlib escape it themselves; this is the second wall, for every figure that a case shows, whoever made it.
Text that is escaped already is left as it is.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from siemlib.evidence.visible import visible
from siemlib.model.run import Completeness

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

    from siemlib.case.answer import Chart

NOT_COMPLETE = "NOT COMPLETE"
"""What the title of a chart says whose answer is not known to be complete."""
_AMBER = "#8a5200"
# Strings under these keys are shown.
_SHOWN = frozenset({"name", "text", "hovertext", "label", "tickprefix", "ticksuffix"})
_TEMPLATES = frozenset({"hovertemplate", "texttemplate"})
_BREAK = re.compile(r"(<br>)")
_BOLD = re.compile(r"(<br>|</?b>)")
_TEMPLATE = re.compile(r"(<br>|</?b>|</?extra>|%\{[^{}]*\})")
"""What a template is made of. The rest may be from logs: plotly.express writes there what tells traces apart."""
_BARE_AMPERSAND = re.compile(r"&(?!#?\w+;)")


def chart_json(chart: Chart) -> dict[str, Any]:
    """The figure of a chart; where its answer is not known to be complete, its title says so, in words and in amber."""
    drawn = figure_json(chart.figure)
    state = chart.answer.completeness
    if state is Completeness.COMPLETE:
        return drawn
    title = drawn["layout"].get("title") or {}
    told = title.get("text", "")
    marked = told if NOT_COMPLETE in told else f"{told} ({NOT_COMPLETE}: {state})".strip()
    drawn["layout"]["title"] = {**title, "text": marked, "font": {**title.get("font", {}), "color": _AMBER}}
    return drawn


def figure_json(figure: Figure) -> dict[str, Any]:
    """The figure as plain JSON values, its text escaped; ``<br>`` alone is kept as markup."""
    plain: dict[str, Any] = json.loads(figure.to_json())
    return {
        "data": [_escape(trace) for trace in plain.get("data", [])],
        "layout": {
            # The template holds colours and fonts, and no text of ours.
            key: value if key == "template" else _escape_member(key, value)
            for key, value in plain.get("layout", {}).items()
        }
        | _annotations(plain),
    }


def _annotations(plain: dict[str, Any]) -> dict[str, Any]:
    """Annotations are labels that we write, in which bold is kept; whatever they quote is escaped by who wrote them."""
    kept = [
        {**_escape(one), "text": _text(one.get("text", ""), _BOLD)}
        for one in plain.get("layout", {}).get("annotations", [])
    ]
    return {"annotations": kept} if kept else {}


def _escape_member(key: str, value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, str):
        return _text(value, _TEMPLATE) if key in _TEMPLATES else _text(value) if key in _SHOWN else value
    return _escape(value)


def _escape(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    if isinstance(value, dict):
        return {key: _escape_member(key, member) for key, member in value.items()}
    if isinstance(value, list):
        return [_text(member) if isinstance(member, str) else _escape(member) for member in value]
    return value


def _text(text: str, kept: re.Pattern[str] = _BREAK) -> str:
    """``text`` escaped, but for the markup that is ``kept``; what only looks like it, ``&lt;b&gt;``, stays escaped."""
    parts = kept.split(visible(text))
    return "".join(part if kept.fullmatch(part) else _escaped(part) for part in parts)


def _escaped(text: str) -> str:
    return _BARE_AMPERSAND.sub("&amp;", text).replace("<", "&lt;").replace(">", "&gt;").replace("$", "&#36;")
