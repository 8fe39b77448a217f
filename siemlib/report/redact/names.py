"""Who is named in the record of a report: values of the fields that its sources, runs and exhibits have for users."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.parquet as pq

from siemlib.evidence.rows import read_rows, rows_beside
from siemlib.model.observable import Address, ObservableKind
from siemlib.sources import SOURCES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from siemlib.sources.source import LogSource

_FIELDS = frozenset(
    [
        "user",
        "users",
        "username",
        "user_name",
        "userid",
        "user_id",
        "account",
        "actor",
        "principal",
        "identity",
        "arn",
        "issuer",
        "owner",
        "email",
        "useridentity",
        "principalid",
        "rolename",
        "rolearn",
        "rolesessionname",
        "sessionname",
        "sourceuser",
        "targetuser",
        "srcuser",
        "dstuser",
        "dst_user",
        "src_user",
        "db_user",
        "dbuser",
        "enduser",
        "usr",
        "uid",
        "auid",
        "acct",
        "subject",
        "requester",
        "who",
    ]
)
"""Names of fields, without regard to case, blanks and what stands before the last dot."""
_ALIAS = re.compile(r"([\w.@-]+)\)*\s+as\s+(\w+)", re.IGNORECASE)
_ARN = re.compile(r"arn:aws[\w-]*:(?:iam|sts)::\d*:(?:user|role|assumed-role|federated-user|group)/([\w+=,.@/-]+)")
_MESSAGES = frozenset({"@message", "message", "summary", "example", "line", "full_log"})
_FEWEST_DIGITS, _ACCOUNT_DIGITS = 6, 12

KEPT = frozenset(
    [
        "root",
        "admin",
        "administrator",
        "system",
        "guest",
        "test",
        "tester",
        "testing",
        "user",
        "users",
        "user1",
        "test1",
        "nobody",
        "anonymous",
        "unknown",
        "none",
        "null",
        "invalid",
        "default",
        "operator",
        "support",
        "service",
        "services",
        "info",
        "data",
        "web",
        "www",
        "www-data",
        "http",
        "https",
        "nginx",
        "apache",
        "apache2",
        "httpd",
        "tomcat",
        "mysql",
        "mariadb",
        "postgres",
        "postgresql",
        "oracle",
        "mssql",
        "sa",
        "dba",
        "db",
        "database",
        "redis",
        "mongo",
        "mongodb",
        "elastic",
        "elasticsearch",
        "kafka",
        "hadoop",
        "spark",
        "jenkins",
        "git",
        "gitlab",
        "github",
        "svn",
        "docker",
        "kubernetes",
        "ansible",
        "vagrant",
        "puppet",
        "chef",
        "nagios",
        "zabbix",
        "prometheus",
        "grafana",
        "ubuntu",
        "debian",
        "centos",
        "fedora",
        "rocky",
        "alma",
        "ec2-user",
        "ec2",
        "azureuser",
        "opc",
        "cloud-user",
        "pi",
        "ftp",
        "ftpuser",
        "ftpadmin",
        "sftp",
        "ssh",
        "sshd",
        "syslog",
        "rsyslog",
        "mail",
        "postfix",
        "dovecot",
        "smtp",
        "imap",
        "pop3",
        "news",
        "uucp",
        "proxy",
        "squid",
        "backup",
        "backups",
        "games",
        "man",
        "lp",
        "irc",
        "list",
        "gnats",
        "sync",
        "bin",
        "sys",
        "daemon",
        "adm",
        "shutdown",
        "halt",
        "systemd",
        "dbus",
        "messagebus",
        "ntp",
        "chrony",
        "named",
        "bind",
        "dns",
        "dhcp",
        "cron",
        "log",
        "logs",
        "audit",
        "auditd",
        "cloudtrail",
        "lambda",
        "awsservice",
        "awsaccount",
        "hidden_due_to_security_reasons",
        "iamuser",
        "assumedrole",
        "federateduser",
        "the",
        "and",
        "for",
        "not",
        "from",
        "with",
        "is",
        "at",
        "in",
        "by",
        "of",
        "on",
        "or",
        "to",
        "as",
        "it",
        "no",
        "an",
        "be",
        "do",
        "if",
        "so",
        "up",
        "we",
        "a",
        "all",
        "any",
        "one",
        "two",
        "login",
        "logout",
        "success",
        "failure",
        "failed",
        "accepted",
        "true",
        "false",
        "yes",
        "error",
        "public",
        "private",
        "internal",
        "local",
        "live",
        "complete",
        "partial",
        "time",
        "date",
        "day",
        "name",
        "group",
        "groups",
        "role",
        "roles",
        "account",
        "accounts",
        "session",
        "key",
        "keys",
        "event",
        "events",
        "address",
        "ip",
        "port",
        "host",
        "server",
        "client",
        "request",
        "response",
        "status",
        "query",
        "run",
        "report",
    ]
)
"""Accounts that come with systems and services, and words that are no name: they tell of nobody, each machine has them,
and text in which they were replaced could not be read. Attackers try most of them."""


def names_in(data: Path, parameters: Mapping[str, str]) -> set[str]:
    """Every user that the record in ``data`` names, without those that are :data:`KEPT`."""
    found: set[str] = set()
    for name, value in parameters.items():
        if _is_user_field(name):
            found.update(part for each in value.split(",") for part in _names(each.strip()))
    groups = _sources(data)
    for path in sorted(data.glob("runs/*.json")):
        run = json.loads(path.read_bytes())
        sources = {source.name: source for group in run["log_groups"] for source in groups.get(group, ())}
        found.update(_in_rows(rows_beside(path), _fields_of(run), tuple(sources.values())))
    for path in sorted(data.glob("exhibits/*.parquet")):
        found.update(_in_exhibit(path))
    return {name for name in found if _is_telling(name)}


def _sources(data: Path) -> dict[str, list[LogSource]]:
    """The kinds of log in each log group."""
    case = data / "case.json"
    groups = json.loads(case.read_bytes()).get("log_groups", []) if case.is_file() else []
    return {
        group["name"]: [source for source in SOURCES if source.name in group.get("sources", ())] for group in groups
    }


def _fields_of(run: Mapping[str, Any]) -> set[str]:
    """The columns of a run that hold users, by their own names or by what the query makes them of."""
    made = {alias for field, alias in _ALIAS.findall(str(run["query"])) if _is_user_field(field)}
    return made | {column["name"] for column in run["columns"] if _is_user_field(column["name"])}


def _is_user_field(name: str) -> bool:
    last = re.sub(r"[\s_-]", "", name.rpartition(".")[2].casefold())
    return last in _FIELDS or last.removesuffix("s") in _FIELDS or last.endswith(("username", "userarn"))


def _in_rows(path: Path, fields: set[str], sources: tuple[LogSource, ...]) -> Iterator[str]:
    for row in read_rows(path):
        for name, value in row.items():
            yield from _in_cell(name, value, name in fields, sources)


def _in_exhibit(path: Path) -> Iterator[str]:
    with pq.ParquetFile(path) as file:
        for name in file.schema_arrow.names:
            column = file.read([name]).column(0)
            kind = column.type.value_type if pa.types.is_dictionary(column.type) else column.type
            if pa.types.is_string(kind) or pa.types.is_large_string(kind):
                for value in column.unique().to_pylist():
                    if value is not None:
                        yield from _in_cell(name, value, _is_user_field(name), ())


def _in_cell(name: str, value: str, named: bool, sources: tuple[LogSource, ...]) -> Iterator[str]:  # noqa: FBT001 - of the cell
    if named:
        yield from (part for each in value.split(", ") for part in _names(each))
        yield from _names(value)
    if "arn:aws" in value:
        for tail in _ARN.findall(value):
            yield from _names_of_path(tail)
    if name in _MESSAGES:
        for source in sources:
            told = source.observables(value)
            yield from (part for each in told if each.kind is ObservableKind.PRINCIPAL for part in _names(each.value))
        if value.startswith("{"):
            yield from _in_json(value)


def _in_json(text: str) -> Iterator[str]:
    try:
        waiting = [json.loads(text)]
    except (ValueError, RecursionError):
        return
    while waiting:
        value = waiting.pop()
        members: Iterable[Any] = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
        waiting += [member for member in members if isinstance(member, (dict, list))]
        if isinstance(value, dict):
            for name, member in value.items():
                if isinstance(member, str) and _is_user_field(name):
                    yield from _names(member)


def _names(value: str) -> Iterator[str]:
    """The names in the value of a field: of an ARN, of a principal id, of an e-mail address, of a domain's account."""
    if value.startswith("arn:"):
        yield from _names_of_path(value.rpartition(":")[2].partition("/")[2])
        return
    for part in value.split(":") if re.match(r"A[A-Z]{3}[A-Z0-9]{12,}:", value) else [value]:
        local = part.rpartition("\\")[2]
        yield local.partition("@")[0] if re.fullmatch(r"[^@\s]+@[^@\s]+", local) else local


def _names_of_path(tail: str) -> Iterator[str]:
    parts = [part for part in tail.split("/") if part]
    yield from (name for part in parts if part != "aws-service-role" for name in _names(part))


def _is_telling(name: str) -> bool:
    """Whether it is somebody's, and long enough that to look for it in text makes sense."""
    if len(name) < 2 or not re.search(r"[^\W_]", name) or name.casefold() in KEPT:  # noqa: PLR2004 - one letter is a word
        return False
    if name.isdecimal():
        return len(name) >= _FEWEST_DIGITS and len(name) != _ACCOUNT_DIGITS
    return not name.endswith(".amazonaws.com") and Address.read(name) is None
