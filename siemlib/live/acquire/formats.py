"""What the flow logs that write into a log group are told to write, where their records have another layout.

CloudWatch Logs keeps the records alone. Logs Insights discovers the fields of the default layout, and none of a custom
format (AWS Knowledge Center, "How can I analyze custom VPC Flow Logs using CloudWatch Logs Insights?", 2022), and so an
archive discovers none: a query has one answer on both. Which word is which only the flow log knows, and only while it
is there. So it is asked when its events are brought, and its format is kept in the record of the acquisition, with the
line of ``parse`` that reads the records on both engines. ``--name-fields`` has them named in the archive as a line of
names in a file would, for the pages of questions; a query over these names then finds more there than on the account.

Records are told apart by their number of words alone: where two formats have the same, none of theirs is named, nor any
record from before its flow log was made, which one that is gone may have written.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.archive.acquired import FlowFormat
from siemlib.archive.layouts import Layout, Layouts
from siemlib.errors import UsageError
from siemlib.evidence.visible import visible
from siemlib.live.errors import LiveError
from siemlib.live.stopping import StoppedError
from siemlib.model.timespan import render_millis
from siemlib.sources.reading import mostly
from siemlib.sources.vpc_flow import (
    DEFAULT_LAYOUT,
    could_be_record,
    is_record,
    layout_of_format,
    parse_line,
    told_apart,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from siemlib.live.acquire.account import Account
    from siemlib.live.flow_logs import FlowLog

_LACKING = "The fields of its flow records keep no names but those of the default layout"
_SHOWN = 500
"""Characters of a format in a sentence; the record has all of it."""


@dataclass(frozen=True, slots=True)
class Formats:
    """What the flow logs of one log group write."""

    flow_logs: tuple[FlowFormat, ...] = ()
    layouts: Layouts | None = None
    """Where the archive is to name the fields, and can."""
    notes: tuple[str, ...] = ()


def formats_of(account: Account, log_group: str, sample: Sequence[str], *, linked: bool, name: bool) -> Formats:
    """Ask EC2, where the ``sample`` of messages looks like records of another layout, or the fields are to be named.

    What cannot be asked takes nothing from the acquisition; then a note says so. ``linked``: the log group is of
    another account. Raises StoppedError.
    """
    others = [message for message in sample if not is_record(message)]
    if not name and not (others and mostly(others, could_be_record)):
        return Formats()
    if linked:
        return _lacking("it is in a linked account, whose flow logs only that account can be asked for")
    try:
        found = _asked(account, log_group)
    except StoppedError:
        raise
    except (LiveError, UsageError) as error:
        return _lacking(f"its flow logs could not be asked for: {visible(error.message, keep='').rstrip('.')}")
    if found is None:
        return _lacking(
            "what stands for CloudWatch Logs here knows no flow logs, and Amazon's own is not asked for them"
        )
    if not found:
        return _lacking("no flow log of this account and Region writes into it now")
    return _told(found, name=name)


def _lacking(why: str) -> Formats:
    return Formats(notes=(f"{_LACKING}: {why}.",))


def _asked(account: Account, log_group: str) -> list[FlowLog] | None:
    """The flow logs; ``None`` where a stand-in holds the logs and none stands for EC2."""
    if account.flow_logs is None:
        return None
    flow_logs = account.flow_logs()
    if account.service.endpoint and not flow_logs.endpoint:
        return None
    return list(flow_logs.writing_to(log_group))


def _told(found: Sequence[FlowLog], *, name: bool) -> Formats:
    decided: dict[int, Layout] = {}
    notes: list[str] = []
    for words, names in told_apart(each.format for each in found).items():
        writers = [each for each in found if len(each.format.split()) == words]
        if names is None:
            notes.append(_undecided(words, writers))
        elif names != DEFAULT_LAYOUT:
            created = [each.created for each in writers if each.created is not None]
            decided[words] = Layout(names, min(created, default=None))
            notes.extend(_readable(writers, decided[words], name=name))
    kept = tuple(
        FlowFormat(
            id=each.id,
            format=each.format,
            created=each.created,
            interval=each.interval,
            named=name and len(each.format.split()) in decided,
        )
        for each in found
    )
    return Formats(kept, Layouts(decided) if name and decided else None, tuple(notes))


def _undecided(words: int, writers: Sequence[FlowLog]) -> str:
    lacking = f"{_LACKING}, as far as they have {words:,} words"
    if any(layout_of_format(each.format) is None for each in writers):
        return f"{lacking}: the format of {_ids(writers)} is not understood."
    return f"{lacking}: {_ids(writers)} write so many each, in different orders; which record is whose cannot be told."


def _readable(writers: Sequence[FlowLog], layout: Layout, *, name: bool) -> Iterator[str]:
    written = visible(writers[0].format, keep="")
    shown = written if len(written) <= _SHOWN else f"{written[:_SHOWN]}…"
    yield f"Written by {_ids(writers)}: {shown}. This line reads it on every engine: {parse_line(layout.names)}."
    if not name:
        yield (
            "Logs Insights discovers no field of such records, and the archive none either, so that a query has one"
            " answer on both; --name-fields names them in another archive."
        )
        return
    begun = ""
    if layout.since is not None:
        begun = f" from {render_millis(layout.since)} UTC on, when the flow log was made,"
    yield (
        f"Records of {len(layout.names):,} words{begun} are named so in the archive, where they were not in it before;"
        " older ones may be of a flow log that is gone. A query over these names finds nothing on the account, where"
        " Logs Insights discovers none of them."
    )


def _ids(flow_logs: Sequence[FlowLog]) -> str:
    names = [visible(each.id, keep="") for each in flow_logs]
    return f"the flow log {names[0]}" if len(names) == 1 else f"the flow logs {', '.join(names)}"
