"""Which identities belong together: IAM user, role session, access key, host account; each link by its event."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from siemlib.case.answer import Answer
from siemlib.investigate.ask import ask, not_held, searched, source_title, typed
from siemlib.investigate.labels import with_labels
from siemlib.investigate.pivot import identity_graph as graph
from siemlib.investigate.pivot.identity_words import reading
from siemlib.queries import saved
from siemlib.sources import source
from siemlib.sources.reading import exact, matches, text_literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

    from siemlib.case import Case
    from siemlib.engine import Result
    from siemlib.investigate.pivot.identity_graph import Identity, Link
    from siemlib.investigate.subject import Subject
    from siemlib.model.run import Run

MOST_FOLLOWED = 40
"""Identities that are asked about: an attack may make hundreds, and each asks CloudTrail anew."""

MOST_ROWS = 10_000
"""Rows that each of the saved queries gives."""

_LONGEST = 7_500
"""Characters of a condition: a whole query may have 10,000."""

_LONGEST_NAME = 256
_TRAIL = "cloudtrail"
_HOSTS = ("sshd", "syslog")
_COLUMNS = {
    "from": "text",
    "link": "text",
    "to": "text",
    "sure": "text",
    "proof": "text",
    "first": "time",
    "address": "text",
    "account": "text",
    "events": "count",
    "last": "time",
    "@ptr": "text",
}


def identities(case: Case, subject: Subject) -> Answer:
    """List the links between the subject and other identities that an event proves, oldest first.

    Columns: ``from``, ``link``, ``to``, ``sure`` (``proven``: an event names both ends; ``not proven``: an account on a
    host has the same name, which is no proof), ``proof``, ``first``, ``address`` (where the calls or the logins came
    from), ``account`` (the AWS account of the subject, where an event names it), ``address is`` (from the inventory),
    ``events``, ``last``, ``@ptr`` (of the first event). Followed are what the subject used, assumed and created, what
    that did in turn, and who created or assumed the subject.
    """
    title = f"Identities that belong to {subject.name}"
    if subject.ip is not None:
        words = "An address is no identity: this is asked of a user, a role, a session or an access key."
        return replace(not_held("identities", title, _TRAIL, _COLUMNS, "address"), reading=words)
    trail = case.log_groups(_TRAIL)
    hosts = tuple(dict.fromkeys(group for name in _HOSTS for group in case.log_groups(name)))
    if not trail and not hosts:
        return not_held("identities", title, _TRAIL, _COLUMNS, "address")
    followed = _Followed(case, subject.name, trail)
    links, runs = followed.links, followed.runs
    if hosts:
        logins = _logins(case, hosts, [subject.name, *_names(followed.own, links)])
        runs = [*runs, *(result.run for result in logins)]
        rows = [row for result in logins for row in result.rows]
        links = [*links, *_on_hosts(rows, links, followed.own, subject.name)]
    frame = _frame(links, followed.own)
    groups = (*trail, *(group for group in hosts if group not in trail))
    absent = [source_title(name) for name, found in ((_TRAIL, trail), ("sshd", hosts)) if not found]
    text = " ".join([reading(case, subject, frame, links, followed.own, absent), *dict.fromkeys(followed.left_out)])
    asked = searched(case, groups, f"calls and logins that link {subject.name} to another identity")
    return Answer("identities", title, with_labels(case, frame, "address"), text, asked, tuple(runs))


class _Followed:
    """What CloudTrail says of a name: its identities, and the links onward and backward from them."""

    def __init__(self, case: Case, name: str, groups: tuple[str, ...]) -> None:
        self._case = case
        self._groups = groups
        self._found: dict[Link, None] = {}
        self.runs: list[Run] = []
        self.left_out: list[str] = []
        self.own: set[Identity] = set()
        self.links: list[Link] = []
        asked: set[str] = set()
        front = [name] if groups else []
        while front:
            for names in _packed(front):
                self._ask(names)
            asked |= set(front)
            ends = {end for link in self._found for end in (link.giver, link.taker)}
            self.own = {end for end in ends if end.answers_to(name)}
            self.links, around = graph.related(self._found, self.own)
            # A role is asked about as a whole only where it is the subject: its other sessions are of others.
            wanted = {end.asked for end in around if end.asked and end.kind in {"user", "session"}} - asked
            front = sorted(filter(_can_be_asked, wanted))[: max(0, MOST_FOLLOWED - len(asked))]
            if len(front) < len(wanted):
                self.left_out.append(f"Not followed: {len(wanted) - len(front):,} more identities.")

    def _ask(self, names: list[str]) -> None:
        condition = " or ".join(map(_selects, names))
        for query, read in (("identities", graph.uses), ("identity_links", graph.given)):
            result = ask(self._case, saved(f"{_TRAIL}/{query}").after(condition), self._groups)
            self.runs.append(result.run)
            links = [link for row in result.rows for link in read(row)]
            if query == "identities":
                # Of another who acted on one of these, these calls are not all that he made.
                links = [link for link in links if any(_is_of(link, name) for name in names)]
            self._found |= dict.fromkeys(links)
            if len(result.rows) == MOST_ROWS:
                self.left_out.append(f"Of a question to CloudTrail only the first {MOST_ROWS:,} rows were read.")


def _can_be_asked(name: str) -> bool:
    """Logs may hold names that no query can: such an identity is told, and not followed."""
    return bool(name.strip()) and name.isprintable() and len(name) <= _LONGEST_NAME


def _is_of(link: Link, name: str) -> bool:
    return link.giver.answers_to(name) or link.taker.answers_to(name)


def _packed(names: Iterable[str]) -> Iterable[list[str]]:
    """The names in as few lists as fit into queries."""
    packed: list[str] = []
    for name in names:
        if packed and sum(map(len, map(_selects, [*packed, name]))) > _LONGEST:
            yield packed
            packed = []
        packed.append(name)
    yield packed


def _selects(name: str) -> str:
    """The condition of the calls by and to a name."""
    if graph.SESSION not in name:
        return f"({source(_TRAIL).select_principal(name)})"
    fields = ("userIdentity.arn", "responseElements.assumedRoleUser.arn")
    return f"({' or '.join(f'{field} = {text_literal(name)}' for field in fields)})"


def _names(own: set[Identity], links: list[Link]) -> list[str]:
    """The names that an account on a host may have: of users, and of accounts that a key was put for."""
    users = [end.name for end in own if end.kind == "user"]
    users += [link.taker.name for link in links if link.taker.kind == "user"]
    accounts = [link.taker.name.rpartition(" on ")[0] for link in links if link.taker.kind == "host account"]
    return sorted({name for name in [*users, *accounts] if name})


def _logins(case: Case, groups: tuple[str, ...], names: list[str]) -> list[Result]:
    wanted = sorted(set(filter(_can_be_asked, names)))[:MOST_FOLLOWED]
    either = "|".join(exact(name) for name in wanted)
    condition = matches(rf"Accepted \S+ for (?:{either}) from ")
    return [ask(case, saved("sshd/accepted").after(condition), groups)]


def _on_hosts(rows: Iterable[dict[str, str]], links: list[Link], own: set[Identity], name: str) -> Iterable[Link]:
    """Logins with a key that a call put there, which is a proof; and those of an account of the same name: none."""
    keys = {printed: link for link in links for printed in [link.proof.rpartition(", ")[2]] if printed[:7] == "SHA256:"}
    users = {end.name: end for end in (*own, *(link.taker for link in links)) if end.kind == "user"}
    for row in rows:
        account = graph.Identity("host account", f"{row['account']} on {row.get('host') or 'a host'}")
        counts = (int(row["logins"]), row.get("first_ms"), row.get("last_ms"), row.get("origin"), row.get("first_ptr"))
        printed = row.get("fingerprint", "")
        if link := keys.get(printed):
            proof = f"sshd accepted the key that the call put there, {printed}"
            yield graph.Link(link.giver, "logged in as", account, proof, graph.PROVEN, *counts)
        elif row["account"] in users:
            proof = "the same name, and no event that names both"
            yield graph.Link(users[row["account"]], "has the name of", account, proof, graph.UNPROVEN, *counts)
        elif row["account"] == name and not own:
            itself = graph.Identity("host account", name)
            yield graph.Link(itself, "logged in on", account, "sshd accepted the login", graph.PROVEN, *counts)


def _account_of(link: Link, own: set[Identity]) -> str | None:
    """The AWS account of the subject, where an event names it: two accounts may have a user of one name."""
    ends = (link.giver, link.taker) if link.sure == graph.PROVEN else ()
    return next((end.account for end in ends if end in own and end.account), None)


def _frame(links: Iterable[Link], own: set[Identity]) -> pd.DataFrame:
    """One row for each pair of labels, kind of link, address and account: two keys of one session are one row.

    Consoles and services sign with a new temporary key every few minutes; those of an address are one row.
    """
    rows = (
        (
            link.giver.label,
            link.verb,
            link.taker.label,
            link.sure,
            link.proof,
            link.first,
            graph.origin_text(link.origin),
            _account_of(link, own),
            link.events,
            link.last,
            link.ptr,
        )
        for link in links
    )
    frame = typed(rows, _COLUMNS).sort_values("first", kind="stable", ignore_index=True)
    keys = ["from", "link", "to", "sure", "address", "account", "proof"]
    temporary = (frame["link"] == graph.SIGNED) & frame["to"].str.startswith(graph.TEMPORARY)
    number = frame[temporary].groupby(["from", "address", "account"], dropna=False)["to"].transform("nunique")
    several = number[number > 1].astype("string") + " temporary keys"
    frame = frame.assign(to=several.reindex(frame.index).fillna(frame["to"]))
    summed = frame.groupby(keys, as_index=False, dropna=False, sort=False).agg(
        **{"events": ("events", "sum"), "first": ("first", "min"), "last": ("last", "max"), "@ptr": ("@ptr", "first")}
    )
    ordered = summed.assign(unproven=summed["sure"] != graph.PROVEN)
    return ordered.sort_values(["unproven", "first"], kind="stable", ignore_index=True)[list(_COLUMNS)]
