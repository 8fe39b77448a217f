"""How long ``siem load`` takes for CloudTrail events, beside DuckDB reading and writing the same file as it is.

    python bench/load.py [EVENTS] [--keep FOLDER]

The bound: at most 3 times DuckDB's own time, peak memory under 1.5 GB, for 1,000,000 events. Both sides run in turn,
three times, and the fastest of each counts, so that a busy moment of the machine decides nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

MEGABYTE = 1 << 20
ROUNDS = 3
LARGEST_RATIO = 3.0
LARGEST_PEAK = 1.5e9
BASELINE = """
import sys
sys.path.insert(0, {project!r})
from siemlib.database.connection import connect
connection = connect()
connection.execute(
    "COPY (SELECT json FROM read_json_objects($source, format='newline_delimited')) TO '{target}' (FORMAT parquet)",
    {{"source": {source!r}}},
)
"""
LOAD = """
import sys
sys.path.insert(0, {project!r})
from siemlib.archive import load
summary = load([{source!r}], {target!r}, log_group="cloudtrail")
assert summary.groups[0].events == {events}, summary
"""

# One call of everyday AWS life per line: service, call, request, answer, error.
CALLS: tuple[tuple[str, str, dict[str, object], dict[str, object] | None, str | None], ...] = (
    ("s3", "GetObject", {"bucketName": "app-data", "key": "reports/2026/{n}.json"}, None, None),
    (
        "s3",
        "PutObject",
        {"bucketName": "app-data", "key": "uploads/{n}.bin"},
        {"x-amz-server-side-encryption": "aws:kms"},
        None,
    ),
    ("s3", "ListObjects", {"bucketName": "app-data", "prefix": "reports/", "max-keys": "1000"}, None, None),
    ("s3", "GetBucketAcl", {"bucketName": "trail-{n}", "acl": ""}, None, "AccessDenied"),
    (
        "sts",
        "AssumeRole",
        {"roleSessionName": "session-{n}", "durationSeconds": 3600},
        {"credentials": {"accessKeyId": "ASIA{n}"}},
        None,
    ),
    ("sts", "GetCallerIdentity", {}, None, None),
    ("kms", "Decrypt", {"encryptionAlgorithm": "SYMMETRIC_DEFAULT"}, None, None),
    ("kms", "GenerateDataKey", {"keySpec": "AES_256", "keyId": "alias/app"}, None, None),
    ("ec2", "DescribeInstances", {"instancesSet": {}, "filterSet": {"items": [{"name": "vpc-id"}]}}, None, None),
    ("ec2", "DescribeSecurityGroups", {"maxResults": 200}, None, "Client.RequestLimitExceeded"),
    (
        "ec2",
        "RunInstances",
        {"instanceType": "t3.large", "minCount": 1},
        {"instancesSet": {"items": [{"instanceId": "i-{n}"}]}},
        None,
    ),
    ("ec2", "AuthorizeSecurityGroupIngress", {"groupId": "sg-{n}", "cidrIp": "0.0.0.0/0"}, {"_return": True}, None),
    ("iam", "GetUser", {"userName": "user{n}"}, None, "NoSuchEntityException"),
    ("iam", "ListAccessKeys", {"userName": "user{n}"}, None, None),
    ("logs", "CreateLogStream", {"logGroupName": "/aws/lambda/app", "logStreamName": "s/{n}"}, None, None),
    ("logs", "StartQuery", {"queryString": 'fields @message | filter a = "{n}"'}, {"queryId": "{n}"}, None),
    ("lambda", "Invoke20150331", {"functionName": "worker", "invocationType": "Event"}, None, None),
    ("secretsmanager", "GetSecretValue", {"secretId": "prod/db/{n}"}, None, "AccessDeniedException"),
    ("signin", "ConsoleLogin", {}, {"ConsoleLogin": "Success"}, None),
    ("dynamodb", "DescribeTable", {"tableName": "orders"}, None, None),
)


def template(call: tuple[str, str, dict[str, object], dict[str, object] | None, str | None]) -> str:
    """One record as text, with holes for what differs from event to event."""
    service, name, request, answer, error = call
    arn = "arn:aws:sts::123456789012:assumed-role/application-role-production/session-@N@"
    record: dict[str, object] = {
        "eventVersion": "1.09",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": "AROAEXAMPLEEXAMPLE01:session-@N@",
            "arn": arn,
            "accountId": "123456789012",
            "accessKeyId": "ASIAEXAMPLE@K@",
            "sessionContext": {
                "sessionIssuer": {
                    "type": "Role",
                    "principalId": "AROAEXAMPLEEXAMPLE01",
                    "arn": "arn:aws:iam::123456789012:role/application-role-production",
                    "accountId": "123456789012",
                    "userName": "application-role-production",
                },
                "attributes": {"creationDate": "@T@", "mfaAuthenticated": "false"},
            },
        },
        "eventTime": "@T@",
        "eventSource": f"{service}.amazonaws.com",
        "eventName": name,
        "awsRegion": "eu-west-1",
        "sourceIPAddress": "@A@",
        "userAgent": "aws-sdk-go-v2/1.30.3 os/linux lang/go#1.22.5 md/GOOS#linux md/GOARCH#arm64 api/s3#1.58.2",
        "requestParameters": request or None,
        "responseElements": answer,
        "requestID": "@R@",
        "eventID": "@E@",
        "readOnly": name.startswith(("Get", "List", "Describe")),
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": "123456789012",
        "eventCategory": "Management",
        "tlsDetails": {
            "tlsVersion": "TLSv1.3",
            "cipherSuite": "TLS_AES_128_GCM_SHA256",
            "clientProvidedHostHeader": f"{service}.eu-west-1.amazonaws.com",
        },
    }
    if error:
        record |= {"errorCode": error, "errorMessage": f"User: {arn} is not authorized to perform: {service}:{name}"}
    return json.dumps(record, separators=(",", ":")).replace("{n}", "@N@")


def write_events(path: Path, count: int) -> None:
    """``count`` events over 24 hours, in order of time, as CloudTrail's S3 files hold them, one to a line."""
    rng = random.Random(2)  # noqa: S311 - varied text, no secret
    templates = [template(call) for call in CALLS]
    start = datetime(2026, 3, 4, tzinfo=UTC)
    with path.open("w", encoding="utf-8") as file:
        for n in range(count):
            moment = start + timedelta(seconds=86_400 * n / count)
            file.write(
                templates[rng.randrange(len(templates))]
                .replace("@T@", f"{moment:%Y-%m-%dT%H:%M:%SZ}")
                .replace("@E@", str(uuid.UUID(int=rng.getrandbits(128), version=4)))
                .replace("@R@", str(uuid.UUID(int=rng.getrandbits(128), version=4)))
                .replace("@A@", f"10.{rng.randrange(4)}.{rng.randrange(256)}.{rng.randrange(256)}")
                .replace("@K@", f"{rng.randrange(500):05d}")
                .replace("@N@", f"{rng.randrange(100_000)}")
                + "\n"
            )


class Measure(NamedTuple):
    """Of one process: seconds, seconds of processor, peak resident bytes."""

    seconds: float
    processor: float
    peak: int


def measure(program: str) -> Measure:
    """Run one Python process to its end."""
    start = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", program])
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        sys.exit("a measured process failed")
    return Measure(seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss * 1024)


def main() -> int:
    """Measure, print, and give 1 when a bound is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("events", nargs="?", type=int, default=1_000_000)
    parser.add_argument("--keep", type=Path, help="a folder for the generated file, reused by the next run")
    arguments = parser.parse_args()
    project = str(Path(__file__).resolve().parent.parent)
    folder = Path(tempfile.mkdtemp(prefix="bench-load-"))
    try:
        source = (arguments.keep or folder) / f"cloudtrail-{arguments.events}.ndjson"
        if not source.exists():
            write_events(source, arguments.events)
        size = source.stat().st_size
        print(f"{arguments.events:,} events, {size / MEGABYTE:,.0f} MiB, {size / arguments.events:,.0f} bytes each")
        names = {"project": project, "source": str(source), "events": arguments.events}
        plain, loaded = [], []
        for _ in range(ROUNDS):
            plain.append(measure(BASELINE.format(target=folder / "plain.parquet", **names)))
            loaded.append(measure(LOAD.format(target=str(folder / "archive"), **names)))
            shutil.rmtree(folder / "archive")
    finally:
        shutil.rmtree(folder)
    report(arguments.events, min(plain), min(loaded))
    peak = max(round_.peak for round_ in loaded)
    return 0 if min(loaded).seconds / min(plain).seconds <= LARGEST_RATIO and peak < LARGEST_PEAK else 1


def report(events: int, plain: Measure, loaded: Measure) -> None:
    """Print both times, their ratio and the peak."""
    print(f"duckdb alone {plain.seconds:6.2f} s   {plain.processor:6.2f} s of processor")
    print(f"siem load    {loaded.seconds:6.2f} s   {loaded.processor:6.2f} s of processor")
    print(f"             {events / loaded.seconds:,.0f} events/s, peak memory {loaded.peak / MEGABYTE:,.0f} MiB")
    print(f"ratio        {loaded.seconds / plain.seconds:6.2f}   (bound {LARGEST_RATIO})")


if __name__ == "__main__":
    sys.exit(main())
