"""What is discovered in the log of a Lambda function, and not in any other."""

from __future__ import annotations

import json
import time

import pytest

from siemlib.database.lambda_lines import fragments
from siemlib.database.memory import MemoryEvent
from tests.database.language import START, ask, without_ptr

ID = "8c8f5b1a-5c0d-4f3e-9a64-0d1f4a3c9b11"
NODE = f"2023-11-14T22:13:20.000Z\t{ID}\tINFO\t"
PYTHON = f"[ERROR]\t2023-11-14T22:13:20.000Z\t{ID}\t"


def row(query: str, message: str, log_group: str = "/aws/lambda/f") -> dict[str, str]:
    [found] = ask(query, [MemoryEvent(START, message, log_group)], log_groups=[log_group]).rows
    return without_ptr(found)


@pytest.mark.parametrize(
    ("message", "leaves"),
    [
        ('{"a": 1, "b": 2}\n', {"a": "1", "b": "2"}),
        ('got {"a": 1} then {"b": 2}', {"a": "1"}),
        ('{"a": 1} and more', {"a": "1"}),
        ('[INFO] {not json} {"b": "}{"} x', {"b": "}{"}),
        ('call({"a": {"c": 1}, "b": 2}) ok', {"b": "2"}),
        ('{broken {"a": 1}', {"a": "1"}),
        ('{"a": 1', {}),
        ("no json here a=1", {}),
        ('nothing {} first {"a": 1}', {}),
        ('[1, 2] {"a": 1}', {"a": "1"}),
    ],
)
def test_the_first_json_object_in_a_line_of_lambda_is_discovered(message: str, leaves: dict[str, str]) -> None:
    assert row("fields a, b", message) == leaves


@pytest.mark.parametrize("prefix", [NODE, PYTHON])
def test_a_line_of_a_runtime_is_known_in_any_log_group(prefix: str) -> None:
    assert row("fields a, @requestId", prefix + 'got {"a": 1}\n', "app") == {"a": "1", "@requestId": ID}


def test_json_within_any_other_line_is_not_discovered() -> None:
    assert row("fields a", 'got {"a": 1}', "app") == {}
    assert row("fields a", '2023-11-14T22:13:20.000Z INFO got {"a": 1}', "/aws/lambda-like/f") == {}
    assert row("fields a", '{"a": 1} and more', "app") == {}


def test_the_line_of_a_time_out_names_its_request() -> None:
    message = f"2023-11-14T22:13:20.000Z {ID} Task timed out after 3.00 seconds\n\n"
    assert row("fields @requestId, @type", message) == {"@requestId": ID}


def test_a_report_of_nonsense_is_no_error() -> None:
    message = f"REPORT RequestId: {ID}\tDuration: 1.5 ms\tMemory Size: {'9' * 40} MB\tMax Memory Used: 128 MB"
    wanted = {"@duration": "1.5", "@maxMemoryUsed": "128000000"}
    assert row("fields @duration, @memorySize, @maxMemoryUsed, @billedDuration", message) == wanted


def test_the_limit_of_fields_holds_within_a_line_too() -> None:
    wide = json.dumps({f"k{n}": n for n in range(300)})
    assert row("fields k199, k200", f"x {wide} y") == {"k199": "199"}
    assert row("fields k199, k200", f"x {{}}{wide} y") == {}
    assert row("fields k199, k200", f"x {{?}}{wide} y") == {"k199": "199"}


@pytest.mark.parametrize("hostile", ['{"' + '\\"' * 200_000, '{"a":' * 100_000, "{" * 400_000, '{"a' * 100_000])
def test_a_line_of_braces_and_quotes_takes_no_time(hostile: str) -> None:
    started = time.process_time()
    assert fragments(hostile + "}") in ([], [hostile[-1] + "}"])
    assert row("fields a", hostile) == {}
    assert time.process_time() - started < 5
