"""Figures draw log content as text."""

from __future__ import annotations

import pandas as pd
import plotly.express as px
import plotly.graph_objects as go

from siemlib.case.figure import figure_json

EVIL = "<a href='javascript:alert(1)'>x</a>\u202e"
INERT = "&lt;a href='javascript:alert(1)'&gt;x&lt;/a&gt;\\u202e"


def test_text_from_logs_is_drawn_as_text_wherever_it_stands_in_a_figure() -> None:
    bar = go.Bar(x=[EVIL, "b"], y=[1, 2], name=EVIL, text=[EVIL, EVIL], customdata=[[EVIL], ["c"]])
    figure = go.Figure(bar, {"title": {"text": EVIL}, "xaxis": {"categoryarray": [EVIL, "b"], "title": {"text": EVIL}}})
    figure.add_annotation(text=EVIL)
    figure.update_traces(hovertext=EVIL)
    figure.update_layout(updatemenus=[{"buttons": [{"label": EVIL}]}])
    plain = figure_json(figure)
    trace, layout = plain["data"][0], plain["layout"]
    assert trace["x"] == [INERT, "b"]
    assert trace["name"] == INERT
    assert trace["text"] == [INERT, INERT]
    assert trace["hovertext"] == INERT
    assert layout["updatemenus"][0]["buttons"][0]["label"] == INERT
    assert trace["customdata"] == [[INERT], ["c"]]
    assert layout["title"]["text"] == INERT
    assert layout["xaxis"]["categoryarray"] == [INERT, "b"]
    assert layout["xaxis"]["title"]["text"] == INERT
    assert layout["annotations"][0]["text"] == INERT


def test_our_own_markup_and_what_is_escaped_already_stay() -> None:
    bar = go.Bar(x=["R&amp;D &#36;", "R&D"], y=[1, 2], hovertemplate="<b>%{x}</b><extra></extra>")
    figure = go.Figure(bar, {"title": {"text": "one<br>two"}})
    figure.add_annotation(text="<b>ossec</b> <i>3</i>")
    plain = figure_json(figure)
    assert plain["layout"]["annotations"][0]["text"] == "<b>ossec</b> &lt;i&gt;3&lt;/i&gt;"
    assert plain["data"][0]["x"] == ["R&amp;D &#36;", "R&amp;D"]
    assert plain["data"][0]["hovertemplate"] == "<b>%{x}</b><extra></extra>"
    assert plain["layout"]["title"]["text"] == "one<br>two"


def test_a_quoted_tag_that_was_escaped_is_not_made_markup_again() -> None:
    figure = go.Figure()
    figure.add_annotation(text="<b>&lt;b&gt;x&lt;/b&gt;&lt;br&gt;</b><br>3 events")
    figure.update_layout(title={"text": "&lt;br&gt;"})

    plain = figure_json(figure)["layout"]

    assert plain["annotations"][0]["text"] == "<b>&lt;b&gt;x&lt;/b&gt;&lt;br&gt;</b><br>3 events"
    assert plain["title"]["text"] == "&lt;br&gt;"


def test_what_stands_between_two_dollar_signs_is_no_formula() -> None:
    plain = figure_json(go.Figure(go.Bar(x=["$\\phantom{eve}$"], y=[1], name="$x$")))
    assert plain["data"][0]["x"] == ["&#36;\\phantom{eve}&#36;"]
    assert plain["data"][0]["name"] == "&#36;x&#36;"


def test_what_plotly_writes_of_logs_into_a_template_is_text_and_what_it_inserts_there_is_inserted() -> None:
    """plotly.express puts the values that tell traces apart into the template of the hover text."""
    frame = pd.DataFrame({"hour": [1], "user": [EVIL], "<i>n</i>": [1]})
    (trace,) = figure_json(px.bar(frame, x="hour", y="<i>n</i>", color="user"))["data"]
    assert trace["hovertemplate"] == f"user={INERT}<br>hour=%{{x}}<br>&lt;i&gt;n&lt;/i&gt;=%{{y}}<extra></extra>"

    bar = go.Bar(x=["a"], y=[1], hovertemplate="<b>%{x:>8}</b> %{y:$.2f} $x$ &amp;", texttemplate="<a href='x'>%{x}")
    axis = {"tickprefix": "<i>", "ticksuffix": EVIL}
    plain = figure_json(go.Figure(bar, {"yaxis": axis}))
    assert plain["data"][0]["hovertemplate"] == "<b>%{x:>8}</b> %{y:$.2f} &#36;x&#36; &amp;"
    assert plain["data"][0]["texttemplate"] == "&lt;a href='x'&gt;%{x}"
    assert (plain["layout"]["yaxis"]["tickprefix"], plain["layout"]["yaxis"]["ticksuffix"]) == ("&lt;i&gt;", INERT)
