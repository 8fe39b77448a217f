"""What vouches for the live runs of a case: the sum of their certificates, as sentences, and the service's own answers.

An archive has its digests; of a live run, the answers of the service are kept beside the record, byte for byte, so that
an auditor can compute its rows again with ``gunzip`` and any reader of JSON. They are copied, not linked: a record is
readable by more people than the spool, and must not change with it.
"""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

from siemlib.model.certificate import COUNT, cost_sentence, endpoint_sentence, many
from siemlib.model.run import Completeness

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from siemlib.model.certificate import Certificate
    from siemlib.model.run import Run

SPOOL = "spool"
"""The folder of a record that holds the service's answers, as the spool has them below ``asks``."""


def keep_answers(
    folder: Path, certificate: Certificate, evidence: Callable[[str], Mapping[str, Path]]
) -> dict[str, list[str]]:
    """Copy the answers that a run rests on into the record in ``folder``; their files by the name of the asking.

    ``evidence`` gives the files of an asking by their names. Several runs may rest on one asking, which is kept once.
    """
    found: dict[str, list[str]] = {}
    for each in certificate.slices:
        if not each.evidence or each.evidence in found:
            continue
        files = evidence(each.evidence)
        found[each.evidence] = [f"{SPOOL}/{name}" for name in files]
        for name, path in files.items():
            place = folder / SPOOL / name
            if not place.exists():
                place.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, place)
    return found


def vouched(runs: Sequence[Run]) -> tuple[str, ...]:
    """What the certificates of these runs say together, as sentences; none where no run has one."""
    certificates = [run.certificate for run in runs if run.certificate]
    if not certificates:
        return ()
    return (
        _asked(certificates),
        *(endpoint_sentence(each) for each in dict.fromkeys(c.endpoint for c in certificates) if each),
        *_agreement(certificates),
        *_watermark(certificates),
        *_costs(certificates),
    )


def waits_only(run: Run) -> bool:
    """Whether nothing is missing of a run but what may not have arrived when it asked."""
    certificate = run.certificate
    if certificate is None or certificate.watermark is None or run.completeness is not Completeness.PARTIAL:
        return False
    return replace(certificate, watermark=None).completeness is Completeness.COMPLETE


def left_out(runs: Sequence[Run]) -> list[str]:
    """What incomplete runs left out, as sentences; one for all those to which only the newest events are missing."""
    waiting = [run for run in runs if waits_only(run)]
    others = [run for run in runs if run.completeness is not Completeness.COMPLETE and run not in waiting]
    told = [f"Run {run.id} is {run.completeness}: what it left out was not examined." for run in others]
    if not waiting:
        return told
    sentences = _watermark([run.certificate for run in waiting if run.certificate])
    return [*told, f"{many(len(waiting), 'run is', 'runs are')} partial for this alone: {sentences[0]}"]


def _asked(certificates: Sequence[Certificate]) -> str:
    slices = [each for certificate in certificates for each in certificate.slices]
    spooled = [each for each in slices if each.from_spool]
    runs = "1 live run rests" if len(certificates) == 1 else f"{len(certificates):,} live runs rest"
    told = f"{runs} on {len(slices):,} {'query' if len(slices) == 1 else 'queries'} of the service"
    counts = sum(each.why == COUNT for each in slices)
    told += f", {counts:,} of them to count" if counts else ""
    if not spooled:
        return f"{told}."
    first, last = (f(each.started for each in spooled) for f in (min, max))
    return (
        f"{told}; the spool answered {len(spooled):,} of them, as asked from {first:%Y-%m-%d %H:%M:%S}"
        f" to {last:%Y-%m-%d %H:%M:%S} UTC."
    )


def _agreement(certificates: Sequence[Certificate]) -> list[str]:
    checks = [check for certificate in certificates for check in certificate.checks]
    if not checks:
        return []
    agreed = sum(check.agrees for check in checks)
    what = "count" if len(checks) == 1 else "counts"
    return [f"What came was checked against {len(checks):,} {what} made apart from it; {agreed:,} of them agree."]


def _watermark(certificates: Sequence[Certificate]) -> list[str]:
    marks = [certificate.watermark for certificate in certificates if certificate.watermark]
    return [min(marks, key=lambda mark: mark.settled).sentence] if marks else []


def _costs(certificates: Sequence[Certificate]) -> list[str]:
    costs = [certificate.cost for certificate in certificates if certificate.cost]
    return [cost_sentence(costs, "these runs")] if costs else []
