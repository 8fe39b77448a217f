"""Loading the real logs: counts from what is known of them, and what can be worked out by hand."""

from __future__ import annotations

import errno
import gzip
import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from siemlib.archive import Archive, load
from siemlib.archive.record import read_records
from siemlib.errors import ExitCode, SiemError, UsageError
from siemlib.settings import ArchiveSettings
from tests.archive.deliveries import alert, ndjson, record, rejected, rows

if TYPE_CHECKING:
    from pathlib import Path


def test_a_real_flow_log_from_get_log_events(shared: Path, tmp_path: Path) -> None:
    summary = load([shared / "data/vpcflow/tyvision_cdl_2020"], tmp_path / "a", log_group="vpc")
    (group,) = summary.groups
    assert (group.log_group, group.events, group.rejected, group.duplicates) == ("vpc", 4152, 0, 0)
    found = rows(tmp_path / "a", ["vpc"], "action", "dstPort", "srcAddr")
    actions = [row[4] for row in found]
    assert (actions.count("REJECT"), actions.count("ACCEPT")) == (3342, 810)
    ssh = [row[6] for row in found if row[5] == 22]
    assert (len(ssh), len(set(ssh)), ssh.count("87.251.74.6"), ssh.count("87.251.74.30")) == (322, 198, 18, 12)
    assert all(row[0] % 1000 == 0 for row in found)  # the time is the start of the flow, in whole seconds


def test_fifty_five_real_cloudtrail_files_become_one_part(shared: Path, tmp_path: Path) -> None:
    summary = load([shared / "data/cloudtrail/invictus_stratus_2023"], tmp_path / "a")
    (group,) = summary.groups
    assert (group.log_group, group.sources, group.files, group.events) == ("cloudtrail", ("cloudtrail",), 55, 2900)
    assert group.first is not None
    assert group.last is not None
    assert (f"{group.first:%H:%M}", f"{group.last:%H:%M}") == ("11:42", "12:37")
    assert {passed.path.name for passed in summary.skipped} == {"LICENSE", "README.md"}
    (only,) = Archive.open(tmp_path / "a").loads()
    assert len(only.parts) == 1
    found = rows(tmp_path / "a", ["cloudtrail"], "eventName", "errorCode", "userIdentity.userName")
    assert sum(row[4:6] == ("GetPasswordData", "Client.UnauthorizedOperation") for row in found) == 29
    assert sum(row[4:6] == ("StopLogging", "TrailNotFoundException") for row in found) == 3
    assert {row[1] for row in found} == {"218007301253_CloudTrail_us-east-1"}


def test_a_message_is_the_very_text_of_the_delivered_record(shared: Path, tmp_path: Path) -> None:
    file = next((shared / "data/cloudtrail/stratus_detonation_2024").glob("*event-selectors.json.gz"))
    load([file], tmp_path / "a")
    text = gzip.decompress(file.read_bytes()).decode()
    messages = [row[2] for row in rows(tmp_path / "a", ["cloudtrail"])]
    assert messages
    assert all(message in text and message.startswith("{\n") for message in messages)


def test_events_delivered_twice_are_kept_apart_and_counted_once(shared: Path, tmp_path: Path) -> None:
    folder = shared / "data/cloudtrail/sans504_s3_ransomware_2021"
    (group,) = load([folder], tmp_path / "a").groups
    (file,) = folder.glob("*.gz")
    lines = gzip.decompress(file.read_bytes()).splitlines()
    assert len(lines) == 18_634
    assert (group.events, group.duplicates) == (len(set(lines)), 18_634 - len(set(lines)))
    assert group.duplicates > 1000


@pytest.mark.parametrize(
    ("folder", "group", "events"),
    [
        ("ossec_wazuh/ait_ldsv1_insect", "OSSEC", 497),
        ("ossec_wazuh/ait_ads_llm_200", "OSSEC", 116),
        ("auth/loghub_openssh_2k", "sshd", 2000),
        ("web/nielsbasjes_hackers_access", "web-access", 2394),
        ("web/loghub_apache_error_2k", "text", 2000),
        ("auth/ait_audit_2k", "auditd", 2000),
        ("cloudtrail/stratus_detonation_2024", "cloudtrail", 173),
        ("cloudtrail/otrf_ec2_proxy_s3_exfil_2020", "cloudtrail", 103),
        ("cloudtrail/tyvision_console_2020", "cloudtrail", 151),
    ],
)
def test_every_event_of_a_real_log_is_loaded(
    shared: Path, tmp_path: Path, folder: str, group: str, events: int
) -> None:
    summary = load([shared / "data" / folder], tmp_path / "a")
    (only,) = summary.groups
    assert (only.log_group, only.events, only.rejected, only.duplicates) == (group, events, 0, 0)
    assert summary.exit_code is ExitCode.DONE


def test_the_logs_of_one_server_go_to_their_usual_groups(shared: Path, tmp_path: Path) -> None:
    summary = load([shared / "data/mixed/ait_insect_2020"], tmp_path / "a")
    counts = {group.log_group: group.events for group in summary.groups}
    assert counts == {"syslog": 335, "suricata": 87, "suricata-fast": 75}
    attack = datetime(2020, 3, 4, 13, 55, tzinfo=UTC), datetime(2020, 3, 4, 14, 30, tzinfo=UTC)
    for group in summary.groups:
        assert group.first is not None
        assert group.last is not None
        assert attack[0] <= group.first <= group.last <= attack[1]


def test_the_flow_layouts_of_the_documentation(shared: Path, tmp_path: Path) -> None:
    summary = load([shared / "data/vpcflow/aws_docs_examples"], tmp_path / "a", log_group="vpc")
    (group,) = summary.groups
    # Ten of the 27 records are in two layouts that have no start time.
    assert (group.events, group.rejected) == (17, 10)
    assert {each["reason"] for each in rejected(tmp_path / "a")} == {"no event time: the file's layout has no start"}
    found = rows(tmp_path / "a", ["vpc"], "logStatus", "srcAddr", "pktSrcAddr", "flowDirection")
    assert [row[5] for row in found if row[4] in ("NODATA", "SKIPDATA")] == ["-", "-"]
    doubled = [row for row in found if "5001 43638  10.0.0.62" in row[2]]
    assert [row[6] for row in doubled] == ["10.0.0.62"]
    assert sorted(row[7] for row in found if row[7]) == ["egress", "ingress"]


def test_loading_a_file_again_changes_nothing(tmp_path: Path) -> None:
    file = ndjson(tmp_path / "alerts.json", [alert(n) for n in range(5)])
    load([file], tmp_path / "a")
    before = {path: path.read_bytes() for path in (tmp_path / "a").rglob("*") if path.is_file()}
    renamed = tmp_path / "copy.json"
    renamed.write_bytes(file.read_bytes())
    summary = load([file, renamed], tmp_path / "a")
    assert {path: path.read_bytes() for path in (tmp_path / "a").rglob("*") if path.is_file()} == before
    assert [passed.reason for passed in summary.known] == ["already loaded, into OSSEC"] * 2
    assert (summary.groups, summary.exit_code) == ((), ExitCode.DONE)


def test_an_event_id_is_the_digest_of_the_file_and_the_line(tmp_path: Path) -> None:
    file = ndjson(tmp_path / "alerts.json", [alert(1), "", alert(2)])
    load([file], tmp_path / "a")
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    assert [row[3] for row in rows(tmp_path / "a", ["OSSEC"])] == [f"{digest[:16]}-1", f"{digest[:16]}-3"]


def test_events_out_of_order_are_stored_by_day_and_in_order(tmp_path: Path) -> None:
    times = ["2026-03-05T00:00:01Z", "2026-03-04T23:59:59Z", "2026-03-05T00:00:00Z", "2026-03-04T00:00:00Z"]
    ndjson(tmp_path / "ct.ndjson", [record(n, eventTime=time) for n, time in enumerate(times)])
    load([tmp_path / "ct.ndjson"], tmp_path / "a")
    (only,) = read_records(tmp_path / "a")
    assert sorted((part.day, part.events) for part in only.parts) == [("2026-03-04", 2), ("2026-03-05", 2)]
    assert [row[0] for row in rows(tmp_path / "a", ["cloudtrail"])] == sorted(
        int(datetime.fromisoformat(time).timestamp() * 1000) for time in times
    )


def test_a_log_in_small_chunks_is_the_same_as_in_one(tmp_path: Path) -> None:
    lines = [record(n % 3000, eventID=f"id-{n}", note="x" * 900) for n in range(5000)]
    file = ndjson(tmp_path / "ct.ndjson", lines)
    load([file], tmp_path / "one")
    load([file], tmp_path / "many", settings=ArchiveSettings(chunk_bytes=1 << 20, commit_bytes=1 << 20))
    paths = ("eventID", "userIdentity.userName")
    assert rows(tmp_path / "many", ["cloudtrail"], *paths) == rows(tmp_path / "one", ["cloudtrail"], *paths)
    (only,) = read_records(tmp_path / "many")
    assert sum(part.events for part in only.parts) == 5000
    assert sum(part.message_bytes for part in only.parts) == sum(map(len, lines))


def test_a_long_load_is_committed_between_files(tmp_path: Path) -> None:
    files = [
        ndjson(tmp_path / f"{n}.ndjson", [record(m, eventID=f"{n}-{m}", pad="x" * 2000) for m in range(600)])
        for n in range(3)
    ]
    summary = load(files, tmp_path / "a", settings=ArchiveSettings(commit_bytes=1 << 20))
    assert len(summary.loads) == 3
    assert summary.groups[0].events == 1800


def test_the_group_and_the_kind_can_be_told(tmp_path: Path) -> None:
    file = ndjson(tmp_path / "x.json", [alert(1)])
    load([file], tmp_path / "a", log_group="my/group", source="json_events")
    (group,) = Archive.open(tmp_path / "a").log_groups()
    assert (group.name, group.sources, group.events) == ("my/group", ("json_events",), 1)


def test_plain_messages_in_a_log_of_json_are_kept_as_text(tmp_path: Path) -> None:
    events = [record(1), "Start of the application", '{"broken": ', '["no", "object"]']
    prefix = "2026-03-04T12:00:00.000Z "
    ndjson(tmp_path / "task" / "stream-a" / "000000", [prefix + event for event in events])
    (group,) = load([tmp_path / "task"], tmp_path / "a", log_group="app", source="cloudtrail").groups
    assert (group.events, group.rejected) == (4, 0)
    assert {part.shape: part.events for part in read_records(tmp_path / "a")[0].parts} == {"json": 1, "text": 3}
    found = rows(tmp_path / "a", ["app"], "eventName")
    assert sorted((row[2], row[4]) for row in found if row[4]) == [(record(1), "GetObject")]


def test_a_wrong_path_group_or_kind_is_told_before_anything_is_made(tmp_path: Path) -> None:
    file = ndjson(tmp_path / "x.json", [alert(1)])
    for wrong, reason in (
        ({"paths": [tmp_path / "missing"]}, "no such file"),
        ({"paths": [file], "log_group": " "}, "log group is empty"),
        ({"paths": [file], "source": "cloudtrial"}, "cloudtrial"),
    ):
        with pytest.raises(UsageError, match=reason):
            load(archive=tmp_path / "a", **wrong)
    assert not (tmp_path / "a").exists()


def test_a_folder_with_other_things_in_it_is_not_taken_for_an_archive(tmp_path: Path) -> None:
    file = ndjson(tmp_path / "logs" / "x.json", [alert(1)])
    with pytest.raises(UsageError, match="not an archive, and not empty"):
        load([file], tmp_path / "logs")
    assert [path.name for path in (tmp_path / "logs").iterdir()] == ["x.json"]


def test_an_archive_inside_the_folder_is_not_loaded_into_itself(tmp_path: Path) -> None:
    ndjson(tmp_path / "in" / "alerts.json", [alert(1), alert(2), alert(3), "broken"])
    load([tmp_path / "in"], tmp_path / "in" / "archive")
    summary = load([tmp_path / "in"], tmp_path / "in" / "archive")
    assert (summary.groups, summary.skipped, summary.refused) == ((), (), ())
    assert [passed.path.name for passed in summary.known] == ["alerts.json"]


def test_an_archive_that_cannot_be_written_is_told_and_stays_as_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load([ndjson(tmp_path / "1.json", [alert(1)])], tmp_path / "a")

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("siemlib.archive.parts.pq.write_table", full)
    with pytest.raises(SiemError, match="No space left on device; this load is not committed"):
        load([ndjson(tmp_path / "2.json", [alert(2)])], tmp_path / "a")
    monkeypatch.undo()
    assert [row[2] for row in rows(tmp_path / "a", ["OSSEC"])] == [alert(1)]
    load([tmp_path / "2.json"], tmp_path / "a")
    assert [row[2] for row in rows(tmp_path / "a", ["OSSEC"])] == [alert(1), alert(2)]
