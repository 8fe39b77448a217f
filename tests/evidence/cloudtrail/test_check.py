"""CloudTrail's digest files tell offline whether its log files are whole and unchanged, wherever they were moved."""

from __future__ import annotations

import shutil
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from siemlib.evidence.cloudtrail.check import Checked, check
from siemlib.evidence.cloudtrail.collect import collect
from siemlib.evidence.cloudtrail.keys import read_keys
from siemlib.evidence.cloudtrail.verdict import Verdict
from tests.evidence.cloudtrail import made

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def trail(tmp_path: Path) -> made.Trail:
    """Four hours with two log files each, and the newest signature."""
    found = made.Trail(tmp_path / "bucket").hours(4)
    found.keep_signature()
    return found


def checked(tmp_path: Path, *keys: str, folder: str = "bucket") -> Checked:
    """What the folder comes to with these keys; with none named, CloudTrail's."""
    return check(collect([tmp_path / folder]), read_keys(made.keys_file(tmp_path / "keys.json", *(keys or ("aws",)))))


def states(found: Checked) -> tuple[Counter[str], Counter[str]]:
    """How many digest files and how many log files are in each state."""
    digests = Counter(str(each.verdict) for trail in found.trails for each in trail.digests)
    return digests, Counter(str(each.state) for trail in found.trails for each in trail.logs)


def said(found: Checked) -> str:
    """Every sentence."""
    return "\n".join([*(line for trail in found.trails for line in trail.sentences()), *found.general()])


def test_a_whole_chain_with_the_newest_signature_is_valid(trail: made.Trail, tmp_path: Path) -> None:
    found = checked(tmp_path)
    assert (found.verdict, states(found)) == (Verdict.VALID, (Counter(valid=4), Counter(valid=8)))
    assert found.trails[0].title == (
        "trail main_trail of account 111122223333 in eu-central-1, 2026-03-04 00:00:00 to 2026-03-04 04:00:00 UTC"
    )
    assert len(trail.logs) == 8


def test_a_signature_saved_as_the_answer_of_head_object_is_one(tmp_path: Path) -> None:
    made.Trail(tmp_path / "bucket").hours(2).keep_signature(head_object=True)
    assert checked(tmp_path).verdict is Verdict.VALID


def test_the_newest_digest_file_without_its_signature_is_not_vouched_for(tmp_path: Path) -> None:
    trail = made.Trail(tmp_path / "bucket").hours(3)
    found = checked(tmp_path)
    assert found.verdict is Verdict.UNPROVEN
    assert states(found) == (Counter({"valid": 2, "not proven": 1}), Counter({"valid": 4, "not proven": 2}))
    assert found.trails[0].digests[-1].digest.name == trail.digests[-1].name.removesuffix(".gz")
    assert "those before it are vouched for by the one after them" in said(found)


def test_moved_renamed_and_decompressed_files_are_found(trail: made.Trail, tmp_path: Path) -> None:
    flat = tmp_path / "flat"
    flat.mkdir()
    for path in (tmp_path / "bucket").rglob("*.json.gz*"):
        shutil.move(path, flat / path.name)
    (flat / trail.logs[0].name).rename(flat / "first.bin")
    (flat / trail.logs[1].name).unlink()
    (flat / trail.logs[1].name.removesuffix(".gz")).write_text(_text(trail, 1), encoding="utf-8")
    found = checked(tmp_path, folder="flat")
    assert found.verdict is Verdict.VALID
    assert [each.why for each in found.trails[0].logs if "first.bin" in each.why]


def _text(trail: made.Trail, number: int) -> str:
    """The content of a log file, made again."""
    again = made.Trail(trail.folder.parent / "again").hours(4)
    import gzip  # noqa: PLC0415 - for this alone

    return gzip.decompress(again.logs[number].read_bytes()).decode()


def test_a_log_file_with_a_changed_byte_is_changed(trail: made.Trail, tmp_path: Path) -> None:
    record = made.read(trail.logs[2])["Records"][0]
    made.rewrite(trail.logs[2], Records=[record | {"sourceIPAddress": "192.0.2.2"}])
    found = checked(tmp_path)
    assert (found.verdict, states(found)[1]) == (Verdict.WRONG, Counter(valid=7, changed=1))
    assert f"The log file {trail.logs[2].name.removesuffix('.gz')} is changed" in said(found)


def test_a_log_file_that_is_no_gzip_any_more_is_changed(trail: made.Trail, tmp_path: Path) -> None:
    trail.logs[5].write_bytes(trail.logs[5].read_bytes()[:-12])
    found = checked(tmp_path)
    assert states(found)[1] == Counter(valid=7, changed=1)
    assert "the gzip data ends early" in said(found)


def test_a_deleted_log_file_is_missing(trail: made.Trail, tmp_path: Path) -> None:
    trail.logs[7].unlink()
    found = checked(tmp_path)
    assert (found.verdict, states(found)[1]) == (Verdict.WRONG, Counter(valid=7, missing=1))


def test_a_log_file_that_no_digest_file_lists_is_named(trail: made.Trail, tmp_path: Path) -> None:
    slipped = made.Trail(tmp_path / "bucket", account="444455556666").hours(1, logs=1)
    slipped.digests[0].unlink()
    found = checked(tmp_path)
    assert found.verdict is Verdict.UNPROVEN
    assert [each.name for each in found.unlisted] == [slipped.logs[0].name.removesuffix(".gz")]
    assert len(trail.logs) == 8


def test_a_log_file_slipped_in_under_the_name_of_a_listed_one_is_named(trail: made.Trail, tmp_path: Path) -> None:
    beside = tmp_path / "bucket" / "beside" / trail.logs[0].name
    beside.parent.mkdir()
    shutil.copy(trail.logs[0], beside)
    assert checked(tmp_path).verdict is Verdict.VALID  # a copy is no other file
    made.rewrite(beside, Records=[made.event(made.START, "111122223333", "eu-central-1") | {"eventName": "Forged"}])
    found = checked(tmp_path)
    assert (found.verdict, states(found)[1]) == (Verdict.UNPROVEN, Counter(valid=8))
    assert [(each.name, each.state) for each in found.unlisted] == [
        (beside.name.removesuffix(".gz"), "listed by no digest file")
    ]


def test_log_files_of_another_time_need_not_be_here(trail: made.Trail, tmp_path: Path) -> None:
    for path in trail.logs[4:]:
        path.unlink()
    assert checked(tmp_path).verdict is Verdict.WRONG
    two = checked(tmp_path).within(made.START, made.START + 2 * made.HOUR)
    assert (two.verdict, states(two)) == (Verdict.VALID, (Counter(valid=3), Counter(valid=4)))


def test_a_deleted_digest_file_breaks_the_chain_and_is_named(trail: made.Trail, tmp_path: Path) -> None:
    trail.digests[1].unlink()
    found = checked(tmp_path)
    assert found.verdict is Verdict.WRONG
    assert f"The digest file {trail.digests[1].name.removesuffix('.gz')} is missing" in said(found)
    # Nothing vouches for the one before it, and the log files of the deleted one are in no digest file.
    assert states(found)[0] == Counter({"valid": 2, "not proven": 1})
    assert len(found.unlisted) == 2


@pytest.mark.parametrize("member", ["previousDigestS3Bucket", "previousDigestS3Object"])
def test_a_digest_file_of_another_place_is_not_the_one_that_is_named(tmp_path: Path, member: str) -> None:
    """What lies here was delivered to one place, and what CloudTrail names to another: another trail's, or moved."""
    trail = made.Trail(tmp_path / "bucket").hours(2)
    before = made.read(trail.digests[-1])["digestS3Object"]
    elsewhere = {"previousDigestS3Bucket": "another", "previousDigestS3Object": f"prefix/{before}"}
    trail.hour(**{member: elsewhere[member]})
    trail.keep_signature()
    found = checked(tmp_path)
    assert found.verdict is Verdict.WRONG
    assert [str(each.verdict) for each in found.trails[0].digests] == ["valid", "not proven", "valid"]
    assert [gap.verdict for gap in found.trails[0].gaps] == [Verdict.WRONG]
    assert f"The digest file {trail.digests[1].name.removesuffix('.gz')} is missing" in said(found)


def test_a_time_that_no_digest_file_of_a_chain_is_about_is_a_gap(tmp_path: Path) -> None:
    trail = made.Trail(tmp_path / "bucket").hours(2)
    trail.hour(digestStartTime="2026-03-04T02:30:00Z")
    trail.keep_signature()
    found = checked(tmp_path)
    assert (found.verdict, states(found)[0]) == (Verdict.UNPROVEN, Counter(valid=3))
    assert (
        "From 2026-03-04 02:00:00 UTC to 2026-03-04 02:30:00 UTC no digest file says what was delivered, though the"
        " chain goes on." in said(found)
    )


def test_backfill_digest_files_leave_out_time_and_are_a_chain_all_the_same(tmp_path: Path) -> None:
    trail = made.Trail(tmp_path / "bucket")
    trail.hour(1, suffix="_backfill")
    trail.hour(1, suffix="_backfill", digestStartTime="2026-03-04T01:30:00Z")
    trail.hour(1, suffix="_backfill")
    trail.keep_signature()
    assert checked(tmp_path).verdict is Verdict.VALID
    trail.digests[1].unlink()
    found = checked(tmp_path)
    assert [gap.verdict for gap in found.trails[0].gaps] == [Verdict.WRONG]
    assert f"The digest file {trail.digests[1].name.removesuffix('.gz')} is missing" in said(found)


def test_a_digest_file_that_hides_a_log_file_is_found_out(trail: made.Trail, tmp_path: Path) -> None:
    made.rewrite(trail.digests[1], logFiles=made.read(trail.digests[1])["logFiles"][:1])
    trail.logs[3].unlink()
    found = checked(tmp_path)
    assert found.verdict is Verdict.WRONG
    assert [str(each.verdict) for each in found.trails[0].digests] == ["valid", "wrong", "valid", "valid"]
    assert "one of the two has changed" in said(found)


def test_a_chain_forged_with_another_key_is_wrong(tmp_path: Path) -> None:
    forged = made.Trail(tmp_path / "bucket")
    for _ in range(3):
        forged.hour(sign_with="mallory")  # under the fingerprint of CloudTrail's own key
    forged.keep_signature()
    found = checked(tmp_path)
    assert (found.verdict, states(found)) == (Verdict.WRONG, (Counter(wrong=3), Counter({"not proven": 6})))


def test_a_chain_whose_key_was_not_kept_is_not_proven(trail: made.Trail, tmp_path: Path) -> None:
    found = checked(tmp_path, "another region")
    assert (found.verdict, states(found)[0]) == (Verdict.UNPROVEN, Counter({"not proven": 4}))
    assert f"the public key {made.fingerprint(trail.key)}" in said(found)


def test_without_any_key_nothing_is_valid(trail: made.Trail, tmp_path: Path) -> None:
    found = check(collect([trail.folder]), None)
    assert (found.verdict, states(found)[0]) == (Verdict.UNPROVEN, Counter({"not proven": 4}))
    assert "no signature was checked" in said(found)
    made.rewrite(trail.digests[2], logFiles=[])
    assert check(collect([tmp_path / "bucket"]), None).verdict is Verdict.WRONG  # for that no key is needed


def test_a_digest_file_after_one_whose_key_was_not_kept_vouches_for_it(tmp_path: Path) -> None:
    trail = made.Trail(tmp_path / "bucket", key="old").hours(2)
    trail.key = "aws"
    trail.hours(2).keep_signature()
    found = checked(tmp_path)
    # Of those under the old key, the second is named by a valid one and the first by that: with their SHA-256.
    assert (found.verdict, states(found)[0]) == (Verdict.VALID, Counter(valid=4))


def test_a_key_that_was_not_in_use_then_proves_nothing(trail: made.Trail, tmp_path: Path) -> None:
    keys = made.keys_file(
        tmp_path / "old.json", trail.key, start="2024-01-01T00:00:00Z", end="2025-01-01T00:00:00+01:00"
    )
    found = check(collect([trail.folder]), read_keys(keys))
    assert found.verdict is Verdict.UNPROVEN
    assert "was not in use then" in said(found)


def test_an_hour_without_log_files_and_a_backfill_digest_file_are_parts_of_it(tmp_path: Path) -> None:
    trail = made.Trail(tmp_path / "bucket").hours(2)
    trail.hour(0)
    trail.keep_signature()
    late = made.Trail(tmp_path / "bucket", name="late")
    late.hour(1, suffix="_backfill")
    late.keep_signature()
    found = checked(tmp_path)
    assert (found.verdict, states(found)) == (Verdict.VALID, (Counter(valid=4), Counter(valid=5)))
    assert found.within(made.START, made.START + 3 * made.HOUR).verdict is Verdict.VALID  # which the late one is not of
    assert [str(each.trail) for each in found.trails] == [
        "trail late of account 111122223333 in eu-central-1, backfill",
        "trail main_trail of account 111122223333 in eu-central-1",
    ]


def test_a_chain_that_was_switched_off_and_on_names_the_time_between(tmp_path: Path) -> None:
    trail = made.Trail(tmp_path / "bucket").hours(2)
    trail.keep_signature()
    trail.start_anew()
    trail.hours(2).keep_signature()
    found = checked(tmp_path)
    assert (found.verdict, states(found)[0]) == (Verdict.UNPROVEN, Counter(valid=4))
    assert "starts anew at 2026-03-04 03:00:00 UTC" in said(found)
    assert "delivered after 2026-03-04 02:00:00 UTC until then" in said(found)
    around = found.within(made.START, made.START + 5 * made.HOUR)
    assert (around.verdict, len(around.trails[0].gaps)) == (Verdict.UNPROVEN, 1)
    assert found.within(made.START, made.START + made.HOUR).verdict is Verdict.VALID


def test_each_region_and_account_has_its_own_chain_and_key(tmp_path: Path) -> None:
    for account, region, key in (
        ("111122223333", "eu-central-1", "aws"),
        ("111122223333", "us-east-1", "us"),
        ("444455556666", "eu-central-1", "aws"),
    ):
        made.Trail(tmp_path / "bucket", key=key, account=account, region=region).hours(2).keep_signature()
    found = checked(tmp_path, "aws", "us")
    assert (found.verdict, len(found.trails)) == (Verdict.VALID, 3)
    without = checked(tmp_path, "aws")
    assert [str(each.verdict) for each in without.trails] == ["valid", "not proven", "valid"]


def test_a_forged_newest_digest_file_takes_nothing_from_the_log_files_before_it(
    trail: made.Trail, tmp_path: Path
) -> None:
    trail.hour(1, sign_with="mallory", previousDigestHashValue="0" * 64)
    found = checked(tmp_path)
    assert found.verdict is Verdict.WRONG
    assert [str(each.verdict) for each in found.trails[0].digests] == [*["valid"] * 4, "wrong"]
    assert states(found)[1] == Counter({"valid": 8, "not proven": 1})


def test_what_is_asked_of_a_time_is_told_of_that_time(trail: made.Trail, tmp_path: Path) -> None:
    trail.logs[7].unlink()
    found = checked(tmp_path)
    first = found.within(made.START, made.START + made.HOUR)
    assert (first.verdict, states(first)[0]) == (Verdict.VALID, Counter(valid=2))  # and what came an hour late
    assert found.within(made.START + 3 * made.HOUR, made.START + 4 * made.HOUR).verdict is Verdict.WRONG
    assert found.within(made.START + 9 * made.HOUR, made.START + 10 * made.HOUR).verdict is Verdict.UNPROVEN
    assert len(trail.logs) == 8


def test_a_log_file_of_no_known_time_may_be_of_any(tmp_path: Path) -> None:
    """A digest file tells no time of a log file without events."""
    trail = made.Trail(tmp_path / "bucket").hours(1)
    listed = made.read(trail.digests[0])["logFiles"]
    trail = made.Trail(tmp_path / "other")
    trail.hour(2, logFiles=[{**each, "newestEventTime": None, "oldestEventTime": None} for each in listed])
    trail.keep_signature()
    trail.logs[0].unlink()
    found = checked(tmp_path, folder="other")
    assert found.within(made.START, made.START + made.HOUR).verdict is Verdict.WRONG


def test_a_time_that_the_digest_files_do_not_reach_is_not_valid(trail: made.Trail, tmp_path: Path) -> None:
    found = checked(tmp_path)
    assert found.within(made.START, made.START + 4 * made.HOUR).verdict is Verdict.VALID
    longer = found.within(made.START - made.HOUR, made.START + 5 * made.HOUR)
    assert longer.verdict is Verdict.UNPROVEN
    assert "From 2026-03-03 23:00:00 to 2026-03-04 00:00:00 UTC no digest file of it is here." in said(longer)
    assert "From 2026-03-04 04:00:00 to 2026-03-04 05:00:00 UTC no digest file of it is here." in said(longer)
    assert len(trail.digests) == 4


def test_a_log_file_of_another_time_that_no_digest_file_lists_says_nothing_of_this_one(tmp_path: Path) -> None:
    trail = made.Trail(tmp_path / "bucket").hours(5)
    trail.keep_signature(3)
    trail.digests[4].unlink()
    found = checked(tmp_path)
    assert len(found.unlisted) == 2
    assert found.within(made.START, made.START + 3 * made.HOUR).verdict is Verdict.VALID
    assert found.within(made.START + 3 * made.HOUR, made.START + 5 * made.HOUR).verdict is Verdict.UNPROVEN


def test_files_that_hold_no_digest_file_prove_nothing(trail: made.Trail, tmp_path: Path) -> None:
    for path in trail.digests:
        path.unlink()
    found = checked(tmp_path)
    assert found.verdict is Verdict.UNPROVEN
    assert "nothing says whether the log files are whole" in said(found)
