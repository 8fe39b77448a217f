"""Who came without a second factor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.account_calls import SOURCE
from siemlib.investigate.ask import ask, not_held, searched, typed
from siemlib.investigate.labels import named
from siemlib.investigate.posture.root import MFA_WORDS, NOT_TOLD
from siemlib.investigate.words import at, count, names, plain
from siemlib.queries import saved

if TYPE_CHECKING:
    import pandas as pd

    from siemlib.case import Case

LOGIN, CALL = "login", "call"
_PEOPLE = ("IAMUser", "Root")
_MOST_TOLD = 4
_COLUMNS = {
    "principal": "text",
    "type": "text",
    "kind": "text",
    "MFA": "text",
    "number": "count",
    "addresses": "count",
    "last address": "text",
    "first": "time",
    "last": "time",
}


def without_mfa(case: Case) -> Answer:
    """Count console logins that succeeded, and calls, by whether the record says that MFA was used.

    Columns: ``principal`` (user or role), ``type``, ``kind`` (login, call), ``MFA`` (yes, no, not told), ``number``,
    ``addresses`` (distinct ones), ``last address``, ``first``, ``last``. Logins without MFA come first, then calls of
    users without it. A call with a long-lived key is "not told"; a role's session says "no" unless its policy asks for
    MFA.
    """
    title = "Logins and calls, by multi-factor authentication"
    groups = case.log_groups(SOURCE)
    if not groups:
        return not_held("mfa", title, SOURCE, _COLUMNS)
    result = ask(case, saved("cloudtrail/mfa").text, groups)
    rows = (
        (
            row.get("principal"),
            row.get("type"),
            row.get("kind"),
            MFA_WORDS.get(row.get("mfa", ""), NOT_TOLD),
            int(row["calls"]),
            int(row["addresses"]),
            row.get("last_address"),
            row.get("first_ms"),
            row.get("last_ms"),
        )
        for row in result.rows
    )
    frame = typed(rows, _COLUMNS)
    ranks = {
        "_call": frame["kind"].ne(LOGIN),
        "_mfa": frame["MFA"].ne("no"),
        "_role": ~frame["type"].isin(_PEOPLE),
        "_number": -frame["number"],
    }
    frame = frame.assign(**ranks).sort_values(list(ranks), kind="stable", ignore_index=True).drop(columns=list(ranks))
    asked = searched(case, groups, "console logins that succeeded, and calls of users and roles")
    return Answer("mfa", title, frame, _reading(case, frame), asked, (result.run,))


def _reading(case: Case, frame: pd.DataFrame) -> str:
    if frame.empty:
        return f"No call or console login of a user or role, {case.timespan}."
    logins, calls = frame[frame["kind"] == LOGIN], frame[frame["kind"] == CALL]
    bare = logins[logins["MFA"] == "no"]
    if logins.empty:
        sentences = ["No console login succeeded."]
    elif bare.empty:
        sentences = [f"{count(logins['number'].sum(), 'console login')}, none that says it was without MFA."]
    else:
        told = [
            f"{plain(row['principal'])} from {named(case, str(row['last address']))} at {at(row['first'])}"
            for _, row in bare.head(_MOST_TOLD).iterrows()
        ]
        more = f" and {len(bare) - _MOST_TOLD:,} more" if len(bare) > _MOST_TOLD else ""
        sentences = [
            (
                f"{int(bare['number'].sum()):,} of {count(logins['number'].sum(), 'console login')} without MFA:"
                f" {'; '.join(told)}{more}."
            )
        ]
    people = calls[calls["type"].isin(_PEOPLE)]
    if len(people):
        by = people.groupby("MFA")["number"].sum()
        sentences.append(
            f"{count(people['number'].sum(), 'call')} of users:"
            f" {names([f'{int(number):,} {_SAID[str(word)]}' for word, number in by.items()])}."
        )
    return " ".join(sentences)


_SAID = {"yes": "with MFA", "no": "without MFA", NOT_TOLD: "that do not say (with a long-lived key)"}
