"""Error or attack: the rules, and the order in which they decide.

A rule says when it holds, why its threshold is where it is, and which readings it speaks for and against. No rule
decides alone that nothing happened: an attack counts as failed only where a log would have shown its success.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from siemlib.investigate.attempts import MOST_OF_ONE_LOGIN
from siemlib.investigate.portscan import SCAN
from siemlib.investigate.triage import signs
from siemlib.investigate.triage.facts import Reading

if TYPE_CHECKING:
    from collections.abc import Callable

    from siemlib.investigate.triage.facts import Facts

_ATTACK, _ALL_ATTACK = (Reading.SUCCEEDED, Reading.FAILED), (Reading.SUCCEEDED, Reading.FAILED, Reading.SCANNER)


@dataclass(frozen=True)
class Rule:
    """One rule; ``found`` gives the fact that makes it hold, as a sentence, or an empty text."""

    name: str
    holds_when: str
    reason: str
    favours: tuple[Reading, ...]
    against: tuple[Reading, ...]
    found: Callable[[Facts], str]


@dataclass(frozen=True)
class Verdict:
    """A reading with the step that decided, and every rule that holds with its fact."""

    reading: Reading
    because: str
    held: tuple[tuple[Rule, str], ...]


RULES: tuple[Rule, ...] = (
    Rule(
        "burst",
        f"more than {signs.MOST_FAILURES_OF_A_PERSON} failed logins of the address within the window",
        "PCI DSS 8.3.4 has an account locked after at most 10 attempts; a person stops or asks before.",
        _ATTACK,
        (Reading.ERROR,),
        signs.burst,
    ),
    Rule(
        "many accounts",
        f"more than {signs.MOST_ACCOUNTS_OF_A_PERSON} accounts in the failed logins of the address within the window",
        "A person has an own account, perhaps an administrator's, and mistypes one of them.",
        _ATTACK,
        (Reading.ERROR,),
        signs.many_accounts,
    ),
    Rule(
        "unknown accounts",
        f"more than {signs.MOST_MISSPELT_ACCOUNTS} accounts that do not exist, within the window",
        "One may be misspelt, and misspelt again; more are guessed.",
        _ATTACK,
        (Reading.ERROR,),
        signs.unknown_accounts,
    ),
    Rule(
        "persistent",
        f"{signs.SLOW_FAILURES} or more failed logins within the timespan of the case, and no success",
        "Slow guessing keeps below a burst: three windows full of failures without one success are no memory lapse.",
        _ATTACK,
        (Reading.ERROR,),
        signs.persistent,
    ),
    Rule(
        "probing",
        f"more than {signs.MOST_DEAD_LINKS} distinct requests answered with 4xx within the window",
        "A dead link is asked for again and again; asking for ten different things that are not there is a search.",
        _ALL_ATTACK,
        (Reading.ERROR,),
        signs.probing,
    ),
    Rule(
        "port scan",
        f"{SCAN} or more distinct rejected ports within the window",
        "The same threshold as in the pivot of an address; a misconfigured client asks for one port or two.",
        _ALL_ATTACK,
        (Reading.ERROR,),
        signs.port_scan,
    ),
    Rule(
        "open ports",
        "a port scan, of which flows were accepted within the window",
        "What went through an open port stands in the log of the service behind it, if anywhere.",
        (),
        (Reading.FAILED,),
        signs.open_ports,
    ),
    Rule(
        "signature",
        "an IDS alert within the window whose classification names an attack, a privilege gain or a trojan",
        "Signatures also match harmless text, so it shows the attempt and never its success.",
        _ALL_ATTACK,
        (Reading.ERROR,),
        signs.signature,
    ),
    Rule(
        "attack response",
        "an IDS alert of the class attack response whose far end is the address, since the window began",
        "Such a packet is sent by the attacked host: the output of a command such as id.",
        (Reading.SUCCEEDED,),
        (Reading.FAILED, Reading.ERROR, Reading.SCANNER),
        signs.answered_attack,
    ),
    Rule(
        "got in",
        f"a login of the address after more than {signs.MOST_FAILURES_OF_A_PERSON} failures since its last one, at any"
        " time within the case; or any login of it after a failure within the window",
        "A guess that was right is a login like any other; only the failures before it tell it apart.",
        (Reading.SUCCEEDED,),
        (Reading.FAILED, Reading.SCANNER),
        signs.got_in,
    ),
    Rule(
        "unusual answers",
        "while probing, requests answered without an error that no other address was answered",
        "What everybody may read proves nothing; what only the prober got should be looked at.",
        (Reading.SUCCEEDED,),
        (Reading.FAILED,),
        signs.unusual_answers,
    ),
    Rule(
        "few failures",
        f"1 to {MOST_OF_ONE_LOGIN} failed logins for at most {signs.MOST_ACCOUNTS_OF_A_PERSON} accounts"
        " within the window",
        "sshd allows six attempts in one connection (MaxAuthTries).",
        (Reading.ERROR,),
        _ATTACK,
        signs.few_failures,
    ),
    Rule(
        "prompt success",
        f"a login of an account that failed, from the same address, within {signs.PROMPT_SECONDS // 60} minutes of its"
        " last failure",
        "Who mistypes tries again at once.",
        (Reading.ERROR,),
        (Reading.FAILED,),
        signs.prompt_success,
    ),
    Rule(
        "known address",
        "successful activity of a user from the address before the window, in the logs of applications, of web"
        " requests, of databases, of logins or of the account",
        "An attacker's address is seldom one from which somebody has worked; but a user's machine may be taken.",
        (Reading.ERROR,),
        _ATTACK,
        signs.known_address,
    ),
    Rule(
        "unfamiliar address",
        "a public address from which nobody did anything successfully before the window",
        "Somebody new, somebody who travels, or an attacker: nothing in the logs says which.",
        (Reading.UNDECIDED,),
        (Reading.ERROR,),
        signs.unfamiliar,
    ),
    Rule(
        "known scanner",
        "the inventory has the address as a scanner",
        "It scans by order; the inventory does not say when it should, so a scan outside of its hours is to be asked"
        " about.",
        (Reading.SCANNER,),
        _ATTACK,
        signs.known_scanner,
    ),
    Rule(
        "success elsewhere",
        "a login within the window by another address, of an account that this one tried",
        "It is no success of this address, and is told so that nobody takes it for one.",
        (),
        (),
        signs.success_elsewhere,
    ),
    Rule(
        "not seen",
        "no log that would show a success names the address within the window",
        "What nobody could have seen cannot be called a failure.",
        (Reading.UNDECIDED,),
        (Reading.FAILED,),
        signs.not_seen,
    ),
    Rule(
        "gaps",
        "a log group that names the address is silent after the alert, or a run is not complete",
        "A success may lie in the gap.",
        (Reading.UNDECIDED,),
        (Reading.FAILED, Reading.ERROR),
        signs.gaps,
    ),
    Rule(
        "nobody",
        "the alert names no address and no user",
        "There is nobody to follow through the other logs.",
        (Reading.UNDECIDED,),
        (),
        signs.nobody,
    ),
)
"""In the order of the tables: signs of an attack, of its success, of an error, and what weakens all of them."""

STEPS: tuple[tuple[str, Reading, Callable[[Facts], bool]], ...] = (
    ("an attack response was seen", Reading.SUCCEEDED, lambda facts: bool(signs.answered_attack(facts))),
    (
        "there is a pattern of attack, and the same address got in",
        Reading.SUCCEEDED,
        lambda facts: bool(signs.patterns(facts) and signs.got_in(facts)),
    ),
    ("the inventory has the address as a scanner", Reading.SCANNER, lambda facts: bool(signs.known_scanner(facts))),
    (
        "there is a pattern of attack, and requests got answers that nobody else got: look at these first",
        Reading.UNDECIDED,
        lambda facts: bool(signs.patterns(facts) and signs.unusual_answers(facts)),
    ),
    (
        "there is a pattern of attack, and no log that would show its success",
        Reading.UNDECIDED,
        lambda facts: bool(signs.patterns(facts) and signs.blind(facts)),
    ),
    (
        "there is a pattern of attack, and the logs that would show its success show none",
        Reading.FAILED,
        lambda facts: bool(signs.patterns(facts)),
    ),
    (
        "there are few failures, and the same account got in from the same address, which is inside or known",
        Reading.ERROR,
        lambda facts: bool(signs.few_failures(facts) and signs.prompt_success(facts) and not signs.unfamiliar(facts)),
    ),
    (
        "there are few failures, from an address that is known as a user's",
        Reading.ERROR,
        lambda facts: bool(signs.few_failures(facts) and signs.known_address(facts)),
    ),
)
"""The decision: the first step that holds. Where none does, the reading is undecided."""

_NO_STEP = "neither the signs of an attack nor those of an error are there"


def decide(facts: Facts) -> Verdict:
    """The reading of the facts."""
    held = tuple((rule, fact) for rule in RULES if (fact := rule.found(facts)))
    because, reading = next(
        ((words, reading) for words, reading, test in STEPS if test(facts)), (_NO_STEP, Reading.UNDECIDED)
    )
    return Verdict(reading, because, held)
