"""The log of the database, as RDS for PostgreSQL writes it (prefix ``%t:%r:%u@%d:[%p]:``)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from siemlib.sample import day, story, world

if TYPE_CHECKING:
    from random import Random

    from siemlib.sample.attack import Attack
    from siemlib.sample.truth import Tally

_CHECKPOINT_EVERY = 300
_STATEMENTS = 2100
_RULE = '\tConnection matched pg_hba.conf line 13: "host all all 10.0.0.0/16 scram-sha-256"'


def lines(rng: Random, tally: Tally, plan: Attack) -> list[tuple[int, str]]:
    """(epoch ms, message) in time order; a statement of several lines is one message."""
    made = _checkpoints(rng) + _statements(rng)
    for one in plan.database:
        prefix = f"{story.BASTION}({one.port}):{one.user}@{one.database}:[{one.pid}]"
        made.append((one.second, prefix, f'FATAL:  password authentication failed for user "{one.user}"'))
        made.append(
            (
                one.second,
                prefix,
                f'DETAIL:  Role "{one.user}" does not match.\n{_RULE}',
            )
        )
        tally.counts["database_failed_passwords"] += 1
    made.sort(key=lambda line: line[0])
    return [
        (day.millis(second), f"2026-03-04 {day.clock(second)} UTC:{prefix}:{text}") for second, prefix, text in made
    ]


def _checkpoints(rng: Random) -> list[tuple[int, str, str]]:
    made = []
    for second in range(120, day.SECONDS - 60, _CHECKPOINT_EVERY):
        made.append((second, ":@:[301]", "LOG:  checkpoint starting: time"))
        text = f"LOG:  checkpoint complete: wrote {rng.randrange(3, 2400)} buffers (0.4%)"
        made.append((second + 31, ":@:[301]", text))
    return made


def _statements(rng: Random) -> list[tuple[int, str, str]]:
    made = []
    for second in day.busy_seconds(rng, _STATEMENTS):
        prefix = f"{world.APP.address}({rng.randrange(33_000, 60_000)}):shop@shop:[{rng.randrange(400, 420)}]"
        took = rng.randrange(501, 4200)
        text = f"LOG:  duration: {took}.{rng.randrange(1000):03d} ms  statement: SELECT count(*)\n\tFROM orders"
        made.append((second, prefix, f"{text}\n\tWHERE customer = {rng.randrange(1, 90_000)}"))
    return made
