"""The delivery formats, as files."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING

from siemlib.sample import writers
from siemlib.sample.identifier import generator

if TYPE_CHECKING:
    from pathlib import Path


def test_flow_logs_are_named_as_aws_names_them_and_begin_with_a_header(sample: Path) -> None:
    names = [path.relative_to(sample / "vpc-flow").as_posix() for path in (sample / "vpc-flow").rglob("*.gz")]
    pattern = (
        r"AWSLogs/111122223333/vpcflowlogs/us-east-1/2026/03/04/"
        r"111122223333_vpcflowlogs_us-east-1_fl-[0-9a-f]{17}_20260304T\d{4}Z_[0-9a-f]{8}\.log\.gz"
    )
    assert len(names) == 2 * 96
    assert [name for name in names if not re.fullmatch(pattern, name)] == []


def test_trails_are_named_as_aws_names_them_and_hold_one_object(sample: Path) -> None:
    paths = list((sample / "cloudtrail").rglob("*_CloudTrail_*.gz"))
    pattern = r"111122223333_CloudTrail_us-east-1_20260304T\d{4}Z_[A-Za-z0-9]{16}\.json\.gz"
    assert len(paths) == 96
    assert [path.name for path in paths if not re.fullmatch(pattern, path.name)] == []
    assert gzip.decompress(paths[0].read_bytes()).startswith(b'{"Records":[{"eventVersion"')


def test_an_export_has_a_folder_for_the_task_and_one_for_each_stream(sample: Path) -> None:
    (task,) = (sample / "sshd" / "exportedlogs").iterdir()
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", task.name)
    assert {path.name for path in task.iterdir()} == {"bastion-1", "web-1", "web-2", "app-1"}


def test_the_continuation_lines_of_an_export_have_no_time(tmp_path: Path) -> None:
    blocks = [[(0, "first\n\tmore")], [(3600, "second")]]
    writers.export_task(tmp_path, generator(1, "x"), {"host": blocks})
    (path,) = tmp_path.rglob("000000.gz")
    text = gzip.decompress(path.read_bytes()).decode()
    assert text == "2026-03-04T01:00:00.000Z second\n2026-03-04T00:00:00.000Z first\n\tmore\n"


def test_a_gzip_file_has_no_time_in_it(tmp_path: Path) -> None:
    writers.zipped(tmp_path / "a.gz", "x")
    assert (tmp_path / "a.gz").read_bytes()[4:8] == b"\0\0\0\0"
