"""What changed since the window before: what occurs in this window, and not once in the one directly before it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.ask import ask, searched, source_title, typed
from siemlib.investigate.coverage import coverage
from siemlib.investigate.overview.before import Before, before, nothing_before
from siemlib.investigate.overview.direction import inside
from siemlib.investigate.words import count, names, plain

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Case
    from siemlib.engine import Result

MOST_LISTED = 500
"""New values of one kind that are listed; all of them are counted."""
_TOLD = 3

_COLUMNS = {
    "what": "text",
    "value": "text",
    "about": "text",
    "events": "count",
    "passed": "count",
    "first": "time",
}
# As in the saved query vpc_flow/conversations: an answer goes to the higher port. Ports are subtracted, because a
# comparison of two fields first asks both what they look like, which takes ten times as long.
_FLOWS = """\
filter action in ["ACCEPT", "REJECT"]
| fields if(action = "ACCEPT", 1, 0) as passes, if(action = "ACCEPT" and srcPort - dstPort < 0, 1, 0) as answers,
    if(action = "REJECT" and {inside}, 1, 0) as refused, "" as about
| fields {value} as value"""
_PROTOCOL = 'if(protocol = 6, "tcp", if(protocol = 17, "udp", concat("protocol ", protocol)))'
_CALLER = (
    "coalesce(userIdentity.userName, userIdentity.sessionContext.sessionIssuer.userName, userIdentity.arn, "
    "userIdentity.principalId, userIdentity.invokedBy)"
)
_PLAINLY = "0 as refused, 0 as answers"
_ALLOWED = f"if(ispresent(errorCode) or ispresent(errorMessage), 0, 1) as passes, {_PLAINLY}"
_RULE = "coalesce(rule.id, rule.sidid, rule, _source.rule.id)"
_SAYS = "coalesce(rule.description, rule.comment, comment, _source.rule.description)"


@dataclass(frozen=True)
class _Kind:
    """What may be new.

    ``head`` gives of each event the fields ``value``, ``about``, and as 1 or 0: ``passes``; ``answers`` (what came
    back); ``refused``, a flow from inside that the other end rejected. Such a flow is recorded at both ends, and
    accepted at that of the sender: for each there is one that ``passes`` too many.
    """

    what: str
    plural: str
    sources: tuple[str, ...]
    head: str
    passed: str = ""
    """What it means that it passed; empty: nothing."""
    is_address: bool = False


_KINDS = (
    _Kind("principal", "principals", ("cloudtrail",), f'fields {_CALLER} as value, "" as about, {_ALLOWED}', "allowed"),
    _Kind(
        "address that calls the account",
        "addresses that call the account",
        ("cloudtrail",),
        f'fields sourceIPAddress as value, "" as about, {_ALLOWED}',
        "allowed",
        is_address=True,
    ),
    _Kind(
        "alert rule",
        "alert rules",
        ("ossec",),
        f"fields {_RULE} as value, {_SAYS} as about, 0 as passes, {_PLAINLY}",
    ),
    _Kind(
        "port that was asked for",
        "ports that were asked for",
        ("vpc_flow",),
        _FLOWS.replace("{value}", f'concat(if(answers = 1, srcPort, dstPort), "/", {_PROTOCOL})')
        + "\n| filter protocol not in [1, 58]",
        "accepted",
    ),
    _Kind(
        "address that opens connections",
        "addresses that open connections",
        ("vpc_flow",),
        _FLOWS.replace("{value}", "if(answers = 1, dstAddr, srcAddr)"),
        "accepted",
        is_address=True,
    ),
    _Kind(
        "address that connections go to",
        "addresses that connections go to",
        ("vpc_flow",),
        _FLOWS.replace("{value}", "if(answers = 1, srcAddr, dstAddr)"),
        "accepted",
        is_address=True,
    ),
)


@dataclass(frozen=True, eq=False)
class _New:
    """What is new of one kind; ``total`` counts also what is not listed."""

    kind: _Kind
    results: tuple[Result, ...]
    total: int


def changed(case: Case) -> Answer:
    """List what occurs in the window and never in the one of the same length directly before it.

    Columns: ``what`` (principal, address, port, alert rule, log group), ``value``, ``about`` (what the inventory or the
    rule says of it), ``events``, ``passed`` (of them, accepted flows or calls without an error; none, where the other
    end rejected them and never answered), ``first``. Of each kind what passed comes first, at most 500 of it.
    """
    title = "What is new since the window before"
    window = before(case)
    if window is None or not window.events:
        asked_before = (window.run,) if window else ()
        asked = searched(case.over(window.span), case.log_groups(), "anything to compare with") if window else ""
        return Answer(
            "changed", title, typed([], _COLUMNS), nothing_before(case), asked or "no log group.", asked_before
        )
    kinds = {kind: groups for kind in _KINDS if (groups := window.groups(case, *kind.sources))}
    found = case.together(*(partial(_new, case, window, kind, groups) for kind, groups in kinds.items()))
    groups_now = coverage(case)
    rows = [*_log_groups(case, window), *(row for new in found for row in _rows(case, new))]
    frame = typed(rows, _COLUMNS)
    runs = (window.run, *groups_now.runs, *(result.run for new in found for result in new.results))
    asked = searched(case.over(window.span), case.log_groups(), "what occurs there already")
    reading = _reading(case, window, found, frame)
    return Answer(
        "changed", title, frame, reading, f"Compared with {asked}", tuple({run.id: run for run in runs}.values())
    )


def _new(case: Case, window: Before, kind: _Kind, groups: tuple[str, ...]) -> _New:
    query = (
        f"{kind.head.replace('{inside}', inside(case, 'srcAddr'))}\n"
        "| filter ispresent(value)\n"
        "| stats count(*) as events, sum(passes) as allowed, sum(refused) as twice, sum(answers) as answered,"
        " min(toMillis(@timestamp)) as first_ms by value, about\n"
        f"| filter first_ms >= {case.timespan.start_ms}\n"
        "| fields value, about, events, first_ms,"
        " if(allowed - twice > answered, allowed - twice, answered) as passed"
    )
    listed = ask(window.both, f"{query}\n| sort passed desc, events desc, value asc\n| limit {MOST_LISTED}", groups)
    if len(listed.rows) < MOST_LISTED:
        return _New(kind, (listed,), len(listed.rows))
    counted = ask(window.both, f"{query}\n| stats count(*) as new", groups)
    return _New(kind, (listed, counted), int(counted.rows[0]["new"]))


def _rows(case: Case, new: _New) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for row in new.results[0].rows:
        label = case.inventory.label(row["value"]) if new.kind.is_address else None
        about = label.text if label else row.get("about") or None
        passed = int(float(row["passed"])) if new.kind.passed else None
        rows.append((new.kind.what, row["value"], about, int(row["events"]), passed, row["first_ms"]))
    return rows


def _log_groups(case: Case, window: Before) -> list[tuple[object, ...]]:
    """The log groups that began in this window, and those that fell silent."""
    now = coverage(case).frame.groupby("log group")["events"].sum()
    rows: list[tuple[object, ...]] = []
    for group in case.log_groups():
        held, had = int(now.get(group, 0)), window.events.get(group, 0)
        if held and not had:
            rows.append(("log group that had no events", group, "not compared", held, None, None))
        elif had and not held:
            rows.append(("log group that fell silent", group, f"{count(had, 'event')} before", 0, None, None))
    return rows


def _reading(case: Case, window: Before, found: list[_New], frame: pd.DataFrame) -> str:
    told = [_told(new) for new in found if new.total]
    same = [new.kind.plural for new in found if not new.total]
    sentences = [f"Compared with {window.span} ({count(sum(window.events.values()), 'event')}), new are:"]
    sentences += [f"{'; '.join(told)}." if told else "none of what was compared."]
    if told and same:
        sentences.append(f"No new {names(same, most=len(same), last='or')}.")
    sentences += _groups_told(frame)
    compared = {source for new in found for source in new.kind.sources}
    lack = [source for source in dict.fromkeys(s for kind in _KINDS for s in kind.sources) if source not in compared]
    absent = [source_title(source) for source in lack if not case.log_groups(source)]
    silent = [source_title(source) for source in lack if case.log_groups(source)]
    sentences += [f"Not compared, for want of events before: {names(silent)}."] if silent else []
    sentences += [f"Not examined: no log group holds {names(absent, last='or')}."] if absent else []
    return " ".join([*sentences, window.partly(case)]).strip()


def _told(new: _New) -> str:
    """``3 principals, 1 of them allowed (svc-backup)``."""
    rows = new.results[0].rows
    number = count(new.total, new.kind.what, new.kind.plural)
    if not new.kind.passed:
        return f"{number} ({_names(rows, new.total)})"
    passed = [row for row in rows if int(float(row["passed"]))]
    if not passed:
        return f"{number}, none of them {new.kind.passed}"
    least = "at least " if len(passed) == MOST_LISTED else ""
    return f"{number}, {least}{len(passed):,} of them {new.kind.passed} ({_names(passed, len(passed))})"


def _names(rows: list[dict[str, str]], total: int) -> str:
    shown = [plain(row["value"]) for row in rows[:_TOLD]]
    return names(shown) if total <= _TOLD else f"{', '.join(shown)} and {total - _TOLD:,} more"


def _groups_told(frame: pd.DataFrame) -> list[str]:
    sentences = []
    for what, words in (
        ("log group that had no events", "Log groups with events now and none before, not compared"),
        ("log group that fell silent", "Log groups that fell silent"),
    ):
        found = list(frame.loc[frame["what"] == what, "value"])
        sentences += [f"{words}: {names(found)}."] if found else []
    return sentences
