"""The analyst's case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.case import Case as Recorded
from siemlib.case.custody import Custody
from siemlib.investigate import chronology, pivot, triage
from siemlib.investigate.chronology.order import CLOCK_ERROR
from siemlib.workbook.alert import Alert
from siemlib.workbook.asked import asked
from siemlib.workbook.pivot import Pivot, subject_of
from siemlib.workbook.stated import stated

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from siemlib.case import Answer
    from siemlib.model.timespan import TimeSpan
    from siemlib.workbook.found import Found
    from siemlib.workbook.stated import Stated, Support


class Case(Recorded):
    """A case to work with. What it asks and shows is recorded as :class:`siemlib.case.Case` does.

    Make one with :func:`siemlib.open_case`. Everything is asked over ``case.timespan`` (UTC, half-open).
    """

    custody_folder: str = ""
    """Where the custody log is; empty: where the environment says, else beside the notebook."""

    def query(  # noqa: PLR0913 - the last three are named and rarely given
        self,
        text: str,
        log_groups: str | Sequence[str] | None = None,
        parameters: Mapping[str, str] | None = None,
        *,
        every_row: bool = False,
        over: TimeSpan | None = None,
        why: str = "",
    ) -> Found:
        """Run a query in Logs Insights QL over one log group, several, or (``None``) all of them.

        ``parameters`` are the values of its ``{{name}}``: they can change the answer, never the question. Without
        ``limit`` it gives the first 10,000 rows, as CloudWatch does, and says ``truncated`` when there were more;
        ``every_row`` gives them all. ``over`` is another timespan than the case's. The query is entered in the custody
        log, with ``why`` in your words. Raises QueryError for a query that does not compile (its message draws
        where), UsageError for an unknown log group.

        >>> found = case.query("filter @message like {{word}} | stats count(*) as lines", "sshd", {"word": "Accepted"})
        >>> found.frame
           lines
        0    256
        >>> str(found.completeness)
        'complete'
        """
        groups = [log_groups] if isinstance(log_groups, str) else log_groups
        return asked(self, text, groups, parameters, every_row=every_row, over=over, why=why)

    @property
    def custody(self) -> Custody:
        """The log of what was asked by hand; ``case.custody`` in a cell shows it, and whether its chain holds."""
        return Custody.of(self, self.custody_folder)

    def pivot_ip(self, ip: str) -> Pivot:
        """Every question about one IPv4 or IPv6 address. Raises UsageError for anything else.

        >>> case.pivot_ip("203.0.113.66").seen_in().reading.partition(", between")[0]
        '3,170 events in 6 of 7 log groups name 203.0.113.66'
        """
        return self._pivoted(Pivot(self, pivot.address(ip)))

    def pivot_user(self, user: str) -> Pivot:
        """Every question about one user name, role, ARN or access key, as the logs write it."""
        return self._pivoted(Pivot(self, pivot.user(user)))

    def _pivoted(self, made: Pivot) -> Pivot:
        self.custody.did(made.entered)
        return made

    def alert(self, alert: str = "", *, rule: str = "", time: str = "", minutes: int = 15) -> Alert:
        """Every question about one alert: the one with the id ``alert``, or the one of ``rule`` nearest to ``time``.

        ``time`` is ISO 8601 (UTC where it names no zone), ``minutes`` the window to each side.
        :meth:`alerts` lists them. Raises UsageError when there is none, with the nearest.

        >>> case.alert(rule="5710", time="2026-03-04T01:45:14Z").alarm.level
        5
        """
        found = triage.find(self, alert=alert, rule=rule, time=time, minutes=minutes)
        self.custody.did(f"looked at {found.name}", minutes=minutes)
        return Alert(self, found)

    def alerts(self) -> Answer:
        """The alerts of the case, one row for each with its ``id``, oldest first (UTC); at most 10,000."""
        return triage.alerts_of(self)

    def timeline(self, *subjects: str, clock_error: float = CLOCK_ERROR) -> Answer:
        """The events of several addresses and users in one order, each once: one row for each, at most 50,000.

        Text that is an IP address is one, any other is a user. Times are UTC; ``earliest`` and ``latest`` are the
        half-open interval in which an event happened, ``order`` says what is proven against the rows above where clocks
        of two logs may differ by ``clock_error`` seconds. The answer to no subject says that nothing was examined.

        >>> frame = case.timeline("203.0.113.66", "svc-backup").frame
        >>> frame.loc[frame["subjects"] == "203.0.113.66, svc-backup", "what"].iloc[0]
        'iam:CreateUser'
        """
        chosen = tuple(dict.fromkeys(map(subject_of, subjects)))
        self.custody.did("put events in order", subjects=[each.name for each in chosen])
        return chronology.timeline(self, chosen, clock_error)

    def finding(  # noqa: PLR0913 - all but the first two are named
        self,
        claim: str,
        supports: Iterable[Support],
        *,
        events: Iterable[str] | pd.DataFrame = (),
        for_: str | Sequence[str] = (),
        against: str | Sequence[str] = (),
        given: Mapping[str, str] | None = None,
    ) -> Stated:
        """State a claim, one sentence, with what supports it: exhibits, answers, runs, or what :meth:`query` gave.

        ``events`` names single events by their ``@ptr``, or by rows of a frame that has that column; a support must
        hold them. ``for_`` and ``against`` are the facts on either side, as sentences. A report is refused where a
        number in them is another one than the supports hold, and is amber where one is not found there; ``given``
        names what cannot be, each phrase with what it is: ``{"ticket 4711": "where it was reported"}``. Raises
        UsageError where nothing supports the claim.
        The finding is numbered, recorded, and stands in the report before the exhibits.

        >>> logins = case.show(case.pivot_ip("203.0.113.66").logins())
        >>> told = case.finding("The password of deploy was guessed.", supports=[logins], for_="345 failures before.")
        >>> told.id, told.exhibits, str(told.completeness)
        ('F01', ('E01',), 'complete')
        """
        made = self.keep(
            stated(self, claim, supports, events=events, facts_for=for_, facts_against=against, given=given or {})
        )
        self.custody.did(f"stated the finding {made.id}", claim=made.claim, runs=list(made.runs))
        return made
