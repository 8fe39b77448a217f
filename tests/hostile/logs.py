"""Delivered log files with every text of the corpus wherever its writer has a say, and an archive of them."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from siemlib.archive.load import load
from tests.hostile.corpus import BYTES, DOCUMENTS, FILES, KEYS, TEXTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

ACCOUNT = "111122223333"
ADDRESS = "203.0.113.66"
ALERT = "1772618400.1"
"""The id of an alert whose every text is hostile."""
GROUPS = {
    "cloudtrail": "cloudtrail",
    "ossec": "<script>alert(40)</script>{{7*7}}",
    "web": "=cmd|' /C calc'!A0",
    "sshd": "\x1b[31msshd\u202e",
    "app": "__proto__",
    "flows": '$x$ #E01" onclick="alert(41)',
    "files": "[red]files[/red]",
}
"""The log group of each folder; CloudWatch has none of such names, but who loads an archive says what they are."""


def hostile_archive(folder: Path) -> Path:
    """Write every log below ``folder``, load each into its log group, and give the archive."""
    raw, archive = folder / "raw", folder / "archive"
    for name, data in _files():
        (raw / name).parent.mkdir(parents=True, exist_ok=True)
        (raw / name).write_bytes(data)
    for each in FILES:
        place = os.fsencode(raw / "files" / each.text)
        os.makedirs(os.path.dirname(place), exist_ok=True)  # noqa: PTH103, PTH120 - a name that is no text
        with open(place, "wb") as file:  # noqa: PTH123 - as above
            file.write(f"Mar  4 10:59:00 web-1 app: in {FILES.index(each)}\n".encode())
    for name, group in GROUPS.items():
        assert not load([raw / name], archive, log_group=group, year=2026).refused
    return archive


def _files() -> Iterator[tuple[str, bytes]]:
    trail = {"Records": [record for place, each in enumerate(TEXTS) for record in _calls(place, each.text)]}
    name = f"cloudtrail/{ACCOUNT}_CloudTrail_us-east-1_20260304T1000Z_Abcdefghijklmnop.json"
    yield name, json.dumps(trail).encode()
    yield "ossec/alerts.json", _lines([json.dumps(_alert(place, each.text)) for place, each in enumerate(TEXTS)])
    yield "web/access.log", _lines([_request(place, each.text) for place, each in enumerate((*TEXTS, *BYTES[:-1]))])
    yield "sshd/auth.log", _lines([_login(place, each.text) for place, each in enumerate((*TEXTS, *BYTES))])
    yield "app/app.json", _lines(_documents())
    yield "flows/flows.log", _lines(_flows())


def _lines(lines: Iterable[str]) -> bytes:
    return "".join(f"{line}\n" for line in lines).encode("utf-8", "surrogateescape")


def _time(place: int) -> str:
    return f"10:{place // 60:02d}:{place % 60:02d}"


def _calls(place: int, text: str) -> Iterator[dict[str, Any]]:
    """A sign-in that failed, one that did not, and a change of the account by somebody of this name."""
    common = {
        "eventVersion": "1.08",
        "eventTime": f"2026-03-04T{_time(place)}Z",
        "awsRegion": text if place % 9 == 0 else "us-east-1",
        "sourceIPAddress": ADDRESS,
        "userAgent": text,
        "userIdentity": {
            "type": "IAMUser",
            "userName": text,
            "arn": f"arn:aws:iam::{ACCOUNT}:user/{text}",
            "accountId": ACCOUNT,
            "accessKeyId": text[:20],
        },
        "recipientAccountId": ACCOUNT,
    }
    for number, outcome in enumerate(("Failure", "Success")):
        yield common | {
            "eventSource": "signin.amazonaws.com",
            "eventName": "ConsoleLogin",
            "errorMessage": text,
            "responseElements": {"ConsoleLogin": outcome},
            "additionalEventData": {"MFAUsed": "No", "LoginTo": text},
            "eventID": f"00000000-0000-4000-8000-{place:08d}000{number}",
        }
    yield common | {
        "eventSource": "iam.amazonaws.com",
        "eventName": ("CreateUser", "CreateAccessKey", "AttachUserPolicy", text)[place % 4],
        "requestParameters": {"userName": text, "policyArn": text, "policyDocument": text},
        "responseElements": {"user": {"userName": text}, "accessKey": {"accessKeyId": text, "userName": text}},
        "errorCode": text if place % 3 == 0 else None,
        "eventID": f"00000000-0000-4000-8000-{place:08d}0009",
    }


def _alert(place: int, text: str) -> dict[str, Any]:
    return {
        "timestamp": f"2026-03-04T{_time(place)}.000+0000",
        "rule": {"level": 5 + place % 11, "description": text, "id": str(5710 + place % 7), "groups": [text, "sshd"]},
        "agent": {"id": "001", "name": text, "ip": "10.0.1.10"},
        "manager": {"name": text},
        "id": f"1772618400.{place}",
        "full_log": f"Mar  4 {_time(place)} web-1 sshd[1]: Failed password for {text} from {ADDRESS} port 1 ssh2",
        "data": {"srcip": ADDRESS, "srcuser": text, "dstuser": text, "url": text},
        "location": text,
    }


def _request(place: int, text: str) -> str:
    one_line = text.replace("\n", " ").replace("\r", " ")
    return (
        f"{ADDRESS} - {one_line.replace(' ', '_') or '-'} [04/Mar/2026:{_time(place)} +0000]"
        f' "GET /?q={one_line} HTTP/1.1" {(200, 404, 401)[place % 3]} 226 "{one_line}" "{one_line}"'
    )


def _login(place: int, text: str) -> str:
    user = text.replace("\n", " ").replace("\r", " ")
    return (
        f"Mar  4 {_time(place)} web-1 sshd[4242]: Failed password for invalid user {user} from {ADDRESS} port 51 ssh2"
    )


def _documents() -> Iterator[str]:
    for place, document in enumerate(DOCUMENTS):
        yield f'{{"timestamp":"2026-03-04T{_time(place)}Z","level":"info",{document.text}}}'
    for place, key in enumerate(KEYS, start=len(DOCUMENTS)):
        event = {"timestamp": f"2026-03-04T{_time(place)}Z", "user": f"user of {key.name}", key.text: {key.text: 1}}
        yield json.dumps(event)
    yield json.dumps({"timestamp": f"2026-03-04T{_time(59)}Z", **{key.text: f"value of {key.name}" for key in KEYS}})


def _flows() -> Iterator[str]:
    for place in range(60):
        start = 1772618400 + 60 * place
        yield (
            f"2 {ACCOUNT} eni-0a1b2c3d4e5f67890 {ADDRESS} 10.0.1.10 {51000 + place} {22 + place % 5} 6 18 2480"
            f" {start} {start + 60} {('REJECT', 'ACCEPT')[place % 2]} OK"
        )
