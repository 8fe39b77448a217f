"""The sshd logs of the bastion and the inside hosts: ordinary logins, the internet's noise, and the attack."""

from __future__ import annotations

import bisect
import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from siemlib.sample import attack, day, story, world

if TYPE_CHECKING:
    from random import Random

    from siemlib.sample.attack import Attack, Connection
    from siemlib.sample.truth import Tally

HOSTS = (world.BASTION.name, *(host.name for host in (*world.WEB, world.APP)))
_NOISE_NAMES = ("admin", "root", "ubuntu", "test", "oracle", "git", "user", "pi", "postgres", "support")
_FINGERPRINTS = {
    "deploy": "SHA256:ZGVwbG95LWtleS1vZi10aGUtc2FtcGxlLWluY2lkZW50AAA",
    "maria": "SHA256:bWFyaWEta2V5LW9mLXRoZS1zYW1wbGUtaW5jaWRlbnQAAAA",
    "tomas": "SHA256:dG9tYXMta2V5LW9mLXRoZS1zYW1wbGUtaW5jaWRlbnQAAAA",
}


@dataclass(frozen=True, slots=True)
class Visit:
    """One SSH connection: when it was open, for the flow records."""

    host: str
    address: str
    port: int
    first: int
    last: int


@dataclass(slots=True)
class Logs:
    """Lines by host, (second of the day, line), and the connections that they tell of."""

    lines: dict[str, list[tuple[int, str]]] = field(default_factory=lambda: {host: [] for host in HOSTS})
    visits: list[Visit] = field(default_factory=list)

    def write(self, host: str, second: int, pid: int, text: str, program: str = "sshd") -> None:
        """One line, or one with continuation lines (``text`` holds newlines)."""
        self.lines[host].append((second, f"{day.syslog(second)} {host} {program}[{pid}]: {text}"))

    def ordered(self, host: str) -> list[tuple[int, str]]:
        """The lines of a host in time order; lines of one second stay as they were written."""
        return sorted(self.lines[host], key=lambda line: line[0])


def logs(rng: Random, tally: Tally, plan: Attack) -> Logs:
    """The sshd logs of all hosts."""
    made = Logs()
    _runner(rng, made, tally)
    _people(rng, made)
    _noise(rng, made)
    for connection in plan.guesses:
        guess(made, connection, tally)
    _break_in(made, plan, tally)
    _honest(made, tally)
    _expected(rng, made)
    return made


def failed(name: str) -> str:
    """How sshd names a user that it refused: known ones plainly, others as invalid."""
    return name if name in attack.EXISTING_USERS else f"invalid user {name}"


def guess(made: Logs, connection: Connection, tally: Tally) -> None:
    """One connection of the attacker that guesses passwords until the server hangs up or the attacker does."""
    host, peer = world.BASTION.name, f"{story.ATTACKER} port {connection.port}"
    for second, name in connection.tries:
        if name not in attack.EXISTING_USERS:
            made.write(host, second, connection.pid, f"Invalid user {name} from {peer}")
        made.write(host, second, connection.pid, f"Failed password for {failed(name)} from {peer} ssh2")
        tally.counts["failed_passwords"] += 1
    end, last = connection.last, connection.tries[-1][1]
    if connection.exceeded:
        tally.counts["maximum_attempts_exceeded"] += 1
        made.write(
            host,
            end,
            connection.pid,
            f"error: maximum authentication attempts exceeded for {failed(last)} from {peer} ssh2 [preauth]",
        )
        text = "Disconnecting authenticating user" if last in attack.EXISTING_USERS else "Disconnecting invalid user"
        made.write(host, end, connection.pid, f"{text} {last} {peer}: Too many authentication failures [preauth]")
    else:
        made.write(host, end + 1, connection.pid, f"Connection closed by {peer} [preauth]")
    made.visits.append(Visit(host, story.ATTACKER, connection.port, connection.first, end))


def session(made: Logs, visit: Visit, user: str, pid: int, method: str) -> None:
    """A login that succeeds, and its end."""
    peer = f"{visit.address} port {visit.port}"
    key = f": ED25519 {_FINGERPRINTS[user]}" if method == "publickey" else ""
    made.write(visit.host, visit.first, pid, f"Accepted {method} for {user} from {peer} ssh2{key}")
    made.write(
        visit.host, visit.first, pid, f"pam_unix(sshd:session): session opened for user {user}(uid=1001) by (uid=0)"
    )
    made.write(visit.host, visit.last, pid, f"Received disconnect from {peer}:11: disconnected by user")
    made.write(visit.host, visit.last, pid, f"Disconnected from user {user} {peer}")
    made.write(visit.host, visit.last, pid, f"pam_unix(sshd:session): session closed for user {user}")
    made.visits.append(visit)


def _runner(rng: Random, made: Logs, tally: Tally) -> None:
    for number, second in enumerate(day.busy_seconds(rng, 70, day.SECONDS - 120)):
        for host in HOSTS[1:]:
            visit = Visit(host, story.RUNNER, rng.randrange(33_000, 60_000), second, second + rng.randrange(4, 50))
            session(made, visit, "deploy", 40_000 + number, "publickey")
            tally.counts["stolen_user_logins"] += 1


def _people(rng: Random, made: Logs) -> None:
    people = ((story.HONEST_USER, story.HONEST_ADDRESS), (story.RESPONDER, story.RESPONDER_ADDRESS))
    for number, second in enumerate(day.even_seconds(rng, 22, day.seconds("08:10:00"), day.seconds("17:30:00"))):
        user, address = people[number % 2]
        end = second + rng.randrange(120, 1800)
        session(
            made,
            Visit("bastion-1", address, rng.randrange(33_000, 60_000), second, end),
            user,
            50_000 + number,
            "publickey",
        )
        inner = Visit(rng.choice(HOSTS[1:]), story.BASTION, rng.randrange(33_000, 60_000), second + 20, end - 20)
        session(made, inner, user, 51_000 + number, "publickey")


def _noise(rng: Random, made: Logs) -> None:
    for number, second in enumerate(day.even_seconds(rng, 300, 0, day.SECONDS - 10)):
        address, name = rng.choice(world.NOISE), rng.choice(_NOISE_NAMES)
        port, pid = rng.randrange(33_000, 60_000), 60_000 + number
        peer = f"{address} port {port}"
        if name not in attack.EXISTING_USERS:
            made.write("bastion-1", second, pid, f"Invalid user {name} from {peer}")
        made.write("bastion-1", second + 2, pid, f"Failed password for {failed(name)} from {peer} ssh2")
        made.write("bastion-1", second + 3, pid, f"Connection closed by {peer} [preauth]")
        made.visits.append(Visit("bastion-1", address, port, second, second + 3))


def _break_in(made: Logs, plan: Attack, tally: Tally) -> None:
    act = story.act("session")
    visit = Visit("bastion-1", story.ATTACKER, plan.session_port, act.first, act.last)
    session(made, visit, story.STOLEN_USER, plan.session_pid, "password")
    tally.counts["stolen_user_logins"] += 1
    tally.facts["break_in"] = f"2026-03-04 {story.act('break-in').start}.000"
    tally.facts["session_end"] = f"2026-03-04 {act.end}.000"
    hook = "pam_exec(sshd:session): /usr/local/sbin/login-notice failed: exit code 28"
    # the address stands only in the continuation lines of this event
    made.write(
        "bastion-1", act.first + 4, plan.session_pid, f"{hook}\n\tcurl: (28) timed out\n\trhost={story.ATTACKER}"
    )
    refused = "deploy : user NOT in sudoers ; TTY=pts/1 ; PWD=/home/deploy ; USER=root ; COMMAND="
    for offset, command in ((95, "/bin/bash"), (131, "/usr/bin/cat /etc/shadow")):
        made.write("bastion-1", act.first + offset, plan.session_pid + offset, refused + command, "sudo")
    made.write("bastion-1", act.last + 30, 4900, f"refused connect from ::ffff:{story.ATTACKER}")


def _honest(made: Logs, tally: Tally) -> None:
    act = story.act("honest")
    peer = f"{story.HONEST_ADDRESS} port 40118"
    failures = (act.first, act.first + 8, act.first + 19)
    for second in failures:
        made.write("bastion-1", second, 7211, f"Failed password for {story.HONEST_USER} from {peer} ssh2")
    tally.counts["honest_failed_passwords"] = len(failures)
    tally.facts["honest_login"] = f"2026-03-04 {act.end}.000"
    visit = Visit("bastion-1", story.HONEST_ADDRESS, 40_118, act.last, act.last + 5200)
    session(made, visit, story.HONEST_USER, 7211, "password")


def _expected(rng: Random, made: Logs) -> None:
    act = story.act("expected scan")
    for number, second in enumerate(day.even_seconds(rng, 40, act.first, act.last)):
        host = rng.choice(HOSTS[1:])
        port = rng.randrange(33_000, 60_000)
        text = f"banner exchange: Connection from {story.EXPECTED_SCANNER} port {port}: invalid format"
        made.write(host, second, 9000 + number, text)
        made.visits.append(Visit(host, story.EXPECTED_SCANNER, port, second, second + 1))


def blocks(lines: list[tuple[int, str]], cuts: tuple[str, ...]) -> list[list[tuple[int, str]]]:
    """Cut lines in time order at clock times: an export task writes a stream in pieces, not in order."""
    edges = [0, *(bisect.bisect_left(lines, (day.seconds(cut), "")) for cut in cuts), len(lines)]
    return [lines[start:end] for start, end in itertools.pairwise(edges)]
