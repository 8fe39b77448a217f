"""Which digest files can be relied upon, and why.

A digest file is vouched for by a signature of CloudTrail: the one that S3 kept with it, where that was saved beside it,
or the one in the digest file after it. A digest file that can be relied upon also vouches for the one before it by its
SHA-256, even where the key of that one is not known. For the newest there is only the signature that S3 keeps.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from siemlib.evidence.cloudtrail.signature import holds
from siemlib.evidence.cloudtrail.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from siemlib.evidence.cloudtrail.format import Digest, Previous
    from siemlib.evidence.cloudtrail.keys import PublicKey, PublicKeys
    from siemlib.evidence.cloudtrail.material import Material, Signature

    Own = Sequence[Signature]
    """The signatures that were saved beside a digest file."""
    Told = Sequence[tuple[Previous, bool]]
    """What digest files tell of the one before them, and whether they can be relied upon themselves."""

OWN = "CloudTrail's signature of it, which S3 kept, verifies"
NEXT = "CloudTrail's signature of it, in the digest file after it, verifies"
LINKED = "the digest file after it, which is valid, names its SHA-256"
NO_KEYS = "no public keys of CloudTrail were given"
NEWEST = (
    "it is the newest, whose signature is not in a file after it and was not saved beside it; those before it are"
    " vouched for by the one after them"
)
NOT_NAMED = "no digest file that is here names it as the one before it, and no signature was saved beside it"


@dataclass(frozen=True, slots=True)
class DigestResult:
    """What a digest file came to, and why."""

    digest: Digest
    verdict: Verdict
    why: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A place where a chain does not go on from one digest file to the next."""

    time: datetime
    verdict: Verdict
    sentence: str


class Chains:
    """The digest files of a check, each with those that name it as the one before them."""

    def __init__(self, material: Material, keys: PublicKeys | None) -> None:
        self._keys = keys
        self._material = material
        places: dict[tuple[str, str], list[Digest]] = defaultdict(list)
        for digest in material.digests.values():
            places[digest.bucket, digest.object].append(digest)
        self._places = places
        self._after: dict[str, list[Digest]] = defaultdict(list)
        for digest in material.digests.values():
            for before in self._before(digest):
                self._after[before.sha256].append(digest)
        self._own: dict[str, list[Signature]] = defaultdict(list)
        for signature in material.signatures:
            self._own[signature.of].append(signature)

    def results(self) -> dict[str, DigestResult]:
        """What each came to, by SHA-256. The newest first, because each is judged by the one after it."""
        found: dict[str, DigestResult] = {}
        newest = {trail: max(digest.end for digest in of) for trail, of in by_trail(self._material).items()}
        for digest in sorted(self._material.digests.values(), key=lambda each: each.end, reverse=True):
            verdict, why = self._judge(digest, found, newest=digest.end == newest[digest.trail])
            found[digest.sha256] = DigestResult(digest, verdict, why)
        return {sha256: self._against_before(result, found) for sha256, result in found.items()}

    def _against_before(self, result: DigestResult, found: dict[str, DigestResult]) -> DigestResult:
        """The same, unless nothing vouches for it and it tells something else of the one before it than what is so."""
        digest = result.digest
        before = [each for each in self._before(digest) if found[each.sha256].verdict is Verdict.VALID]
        named = digest.previous.sha256 if digest.previous else ""
        if result.verdict is Verdict.UNPROVEN and before and all(each.sha256 != named for each in before):
            return DigestResult(digest, Verdict.WRONG, "it names another SHA-256 for the digest file before it")
        return result

    def gaps(self, digests: Sequence[Digest]) -> tuple[Gap, ...]:
        """Where the chain of one trail breaks; ``digests`` are its own, the oldest first."""
        return tuple(gap for before, digest in pairwise(digests) if (gap := self._gap(before, digest)))

    def beginning(self, digest: Digest) -> str:
        """What is to be said of what was before the oldest digest file of a trail."""
        if digest.previous is None:
            return f"CloudTrail began this chain at {_at(digest.start)}; what it delivered before is in no digest file."
        if self._before(digest):
            return ""
        return f"What CloudTrail delivered before {_at(digest.start)} is in digest files that are not here."

    def _gap(self, before: Digest, digest: Digest) -> Gap | None:
        if digest.previous is None and digest.trail.backfill:
            return None  # one is made when it is needed, and not every hour
        if digest.previous is None:
            sentence = (
                f"The chain starts anew at {_at(digest.start)}, as when a trail or its validation was off for a while:"
                f" what was delivered after {_at(before.end)} until then is in no digest file."
            )
            return Gap(digest.start, Verdict.UNPROVEN, sentence)
        if named := self._before(digest):
            return _between(max(each.end for each in named), digest)
        sentence = f"The digest file {digest.previous.name} is missing: {digest.name} names it as the one before it."
        return Gap(digest.start, Verdict.WRONG, sentence)

    def _before(self, digest: Digest) -> Sequence[Digest]:
        """The digest files that are where this one says that the one before it is."""
        if digest.previous is None:
            return ()
        return self._places.get((digest.previous.bucket, digest.previous.object), ())

    def _judge(self, digest: Digest, found: dict[str, DigestResult], *, newest: bool) -> tuple[Verdict, str]:
        key = self._keys.keys.get(digest.fingerprint) if self._keys else None
        own = self._own.get(digest.name, [])
        after = self._after.get(digest.sha256, [])
        told = [(each.previous, _is_valid(each, found)) for each in after if each.previous]
        proof = _proof(digest, key, own, told)
        if proof is not None:
            return proof
        if fault := _fault(digest, key, own, told):
            return Verdict.WRONG, f"{fault}: one of the two has changed"
        if not (own or told):
            return Verdict.UNPROVEN, NEWEST if newest else NOT_NAMED
        missing = f"the public key {digest.fingerprint}, with which it is signed, is not among those given"
        return Verdict.UNPROVEN, missing if self._keys else NO_KEYS


def _between(end: datetime, digest: Digest) -> Gap | None:
    """The time between a digest file and the one before it; there is none but where each is made when it is needed."""
    if digest.start <= end or digest.trail.backfill:
        return None
    sentence = (
        f"From {_at(end)} to {_at(digest.start)} no digest file says what was delivered, though the chain goes on."
    )
    return Gap(digest.start, Verdict.UNPROVEN, sentence)


def _proof(digest: Digest, key: PublicKey | None, own: Own, told: Told) -> tuple[Verdict, str] | None:
    """What vouches for a digest file; ``None``: nothing does."""
    if key is not None and any(holds(key, each.value, digest) for each in own):
        return _in_time(key, digest, own, OWN)
    if key is not None and any(holds(key, before.signature, digest) for before, _ in told):
        return _in_time(key, digest, own, NEXT)
    if any(before.sha256 == digest.sha256 and valid for before, valid in told):
        return Verdict.VALID, LINKED
    return None


def _fault(digest: Digest, key: PublicKey | None, own: Own, told: Told) -> str:
    """What speaks against a digest file for which nothing vouches; empty: nothing does."""
    if any(before.sha256 != digest.sha256 for before, _ in told):
        return "it is not the file that the digest file after it names"
    if key is not None and own:
        return "the signature that was saved beside it does not verify"
    if key is not None and told:
        return "its signature, in the digest file after it, does not verify"
    return ""


def by_trail(material: Material) -> dict[object, list[Digest]]:
    """The digest files of each trail, the oldest first; trails in order."""
    trails: dict[object, list[Digest]] = defaultdict(list)
    for digest in sorted(material.digests.values(), key=lambda each: (each.trail, each.end, each.sha256)):
        trails[digest.trail].append(digest)
    return dict(trails)


def _is_valid(digest: Digest, found: dict[str, DigestResult]) -> bool:
    """Whether a digest file can be relied upon; not one that claims to be older than what it follows."""
    judged = found.get(digest.sha256)
    return judged is not None and judged.verdict is Verdict.VALID


def _in_time(key: PublicKey, digest: Digest, own: Own, why: str) -> tuple[Verdict, str]:
    """A signature that verifies, unless its key was not in use then. A backfill file is made long after its time."""
    times = [each.generated for each in own if each.generated] if digest.trail.backfill else [digest.end]
    if all(key.was_valid(time) for time in times):
        return Verdict.VALID, why
    return Verdict.UNPROVEN, f"{why}, but its key was not in use then, as the file of keys has it"


def _at(time: datetime) -> str:
    return f"{time:%Y-%m-%d %H:%M:%S} UTC"
