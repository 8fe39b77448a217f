"""Patterns of messages: what they hide, what they keep, and that only the texts decide."""

from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from siemlib.database.memory import MemoryEvent, MemoryStore
from tests.database.language import START, ask, events, rows

ATTACK = [
    *(f"Dec 10 06:55:{n} host sshd[{n}]: Failed password for {user} from 10.0.0.{n} port {n} ssh2"
      for n, user in enumerate(("ann", "bob", "eve", "root"), 10)),
    "Dec 10 06:56:00 host sshd[99]: Accepted password for ann from 10.0.0.1 port 1 ssh2",
]  # fmt: skip


def patterns(*messages: str) -> dict[str, int]:
    return {row["@pattern"]: int(row["@sampleCount"]) for row in rows("pattern @message", *messages)}


def test_the_one_login_that_worked_is_not_hidden_among_those_that_failed() -> None:
    tail = "from <IP-{}> port <Number-{}> ssh2"
    assert patterns(*ATTACK) == {
        f"<Time-1> host sshd[<Number-2>]: Failed password for <Token-3> {tail.format(4, 5)}": 4,
        f"<Time-1> host sshd[<Number-2>]: Accepted password for ann {tail.format(3, 4)}": 1,
    }


def test_neither_order_nor_repetition_changes_the_patterns() -> None:
    shuffled = [*ATTACK, *ATTACK]
    shuffled = shuffled[3:] + shuffled[2::-1]
    once, twice = patterns(*ATTACK), patterns(*shuffled)
    assert twice == {pattern: 2 * count for pattern, count in once.items()}


def test_types_are_named_by_what_they_look_like() -> None:
    looks = {
        "550e8400-e29b-41d4-a716-446655440000": "<ID-1>",
        "12342342k124-12345": "<ID-1>",
        "324892398123-12345": "<ID-1>",
        "AKIAIOSFODNN7EXAMPLE": "<ID-1>",
        "00:1a:2b:3c:4d:5e": "<ID-1>",
        "2001:db8::ff00:42:8329": "<IP-1>",
        "10.1.2.3/16": "<IP-1>",
        "Mon, 02 Jan 2023 10:00:00 GMT": "<Time-1>",
        "2023-01-01T19:00:01.123+01:00": "<Time-1>",
        "https://a.example/b?c=d": "<URL-1>",
        "ann@example.com": "<Email-1>",
        "www.example.co.uk": "<Host-1>",
        "/etc/passwd": "<Path-1>",
        "took -5.25 ms": "took <Number-1> ms",
        "java.lang.NullPointerException": "java.lang.NullPointerException",
        "ssh2 std::vector": "ssh2 std::vector",
    }
    assert {text: next(iter(patterns(text))) for text in looks} == looks


def test_the_expression_of_a_pattern_finds_its_events() -> None:
    messages = [*ATTACK, '{"a": "x", "n": [1, 2]}', "odd (text) [with] a+b*c? | $5 ^ \\ {1}", "two\nlines of 5"]
    found = rows("pattern @message | fields @regexString, @sampleCount", *messages)
    assert sum(int(row["@sampleCount"]) for row in found) == len(messages)
    for row in found:
        expression = row["@regexString"].replace(r"\/", "/")
        assert sum(bool(re.search(expression, message)) for message in messages) == int(row["@sampleCount"])


def test_an_expression_of_a_pattern_can_be_asked_for() -> None:
    (found,) = [
        row
        for row in rows("pattern @message | fields @pattern, @regexString", *ATTACK)
        if "Accepted" in row["@pattern"]
    ]
    assert [
        row["n"] for row in rows(f"filter @message like /{found['@regexString']}/ | stats count(*) as n", *ATTACK)
    ] == ["1"]


def test_the_id_of_a_pattern_is_that_of_its_text_alone() -> None:
    query = "pattern @message | fields @PatternId, @pattern"
    few, many = (
        rows(query, *ATTACK[:4]),
        rows(query, *ATTACK, *(f"Mar 1 06:55:0{n} host sshd[5]: bye" for n in range(9))),
    )
    assert few[0] in many


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(alphabet="ab 1Ⓝ\"'\\<>{}[]:,./@-\n%", max_size=30), min_size=1, max_size=12))
def test_any_text_has_a_pattern_whatever_the_order(messages: list[str]) -> None:
    found = patterns(*messages)
    assert sum(found.values()) == len(messages)
    assert found == patterns(*reversed(messages))


def test_a_pattern_says_how_many_events_it_read() -> None:
    answer = ask("filter a = 1 | pattern b", events('{"a":1,"b":"x"}', '{"a":1}', '{"a":2,"b":"y"}'))
    assert (answer.matched, answer.scanned, len(answer.rows)) == (2, 3, 1)


def test_the_windows_of_a_comparison_are_both_read() -> None:
    store = MemoryStore([MemoryEvent(START + n * 1000, f"job {n}") for n in range(-5, 5)])
    answer = ask("pattern @message | diff", store, span=(START, START + 5000))
    assert (answer.matched, answer.scanned, answer.bytes) == (10, 10, sum(len(e.message) for e in store.events))
    assert answer.rows[0]["@differenceDescription"] == "unchanged"


def test_an_estimate_reads_nothing_and_counts_both_windows() -> None:
    store = MemoryStore([MemoryEvent(START + n * 1000, "12345") for n in range(-5, 5)])
    answer = ask("pattern @message | diff | estimate", store, span=(START, START + 5000))
    assert answer.rows == [{"@estimatedBytesScanned": "50"}]
    assert (answer.matched, answer.scanned, answer.bytes) == (0, 0, 0)


def test_what_rests_on_a_method_of_ours_is_noted() -> None:
    for query, word in {
        "pattern @message": "patterns",
        "pattern @message | anomaly": "anomalies",
        "logcompare timeshift 1d": "patterns",
        "relevantfields a where b = 1": "relevance",
        "fields a | outlier a": "quartiles",
        "fields a | estimate": "estimate",
    }.items():
        assert any(word in note for note in ask(query, events("x")).notes), query
    assert ask("fields a", events("x")).notes == ()


def relevant(query: str, *messages: str) -> list[str]:
    return [row["@fieldName"] for row in rows(query, *messages)]


def test_relevantfields_without_names_looks_at_every_field_that_the_events_have() -> None:
    messages = ('{"a": 1, "b": {"c": "x"}, "odd key": 1}', '{"a": 9, "@d": 2}')
    assert relevant("relevantfields where a > 5", *messages) == ["@@d", "a", "b.c", "odd key", "@log", "@logStream"]
    assert relevant("relevantfields where @message like /plain/", "plain") == ["@log", "@logStream"]


def test_relevantfields_without_names_passes_over_what_the_query_has_made() -> None:
    message = '{"a": 1, "u": "x", "l": [1, 2]}'
    made = relevant("parse @message '*' as u | relevantfields where a = 1", message)
    assert sorted(made) == ["@log", "@logStream", "a", "l.0", "l.1"]
    assert sorted(relevant("expand l | relevantfields where a = 1", message)) == ["@log", "@logStream", "a", "u"]


def test_relevantfields_without_names_has_a_measure_and_says_so() -> None:
    wide = "{" + ", ".join(f'"f{n}": {n}' for n in range(150)) + "}"
    answer = ask("relevantfields where f1 = 1", events(wide))
    assert len(answer.rows) == 102
    assert any("100 at most" in note for note in answer.notes)


def test_an_estimate_of_relevantfields_looks_for_no_fields() -> None:
    assert ask("relevantfields where a = 1 | estimate", events("12345")).rows == [{"@estimatedBytesScanned": "5"}]
