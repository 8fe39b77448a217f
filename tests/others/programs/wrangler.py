"""Call functions of ``awswrangler.cloudwatch``, one after the other.

In: a JSON list of ``{"call": name, "arguments": {…}, "only": column, "patience": seconds}``, the last two optional;
``start_time`` and ``end_time`` are ISO 8601. Out: a JSON list of ``{"columns", "types", "rows", "seconds"}``, where
``rows`` are values if one column is asked for, of ``{"error"}``, or of ``{"waiting": true}`` for a call that had not
returned when its patience was over.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from datetime import datetime
from typing import Any

import awswrangler

if not os.environ.get("KEEP_PAUSES"):
    # It looks each second whether a query has ended; how often it looks changes no answer.
    awswrangler.config.cloudwatch_query_wait_polling_delay = 0.05


def run(job: dict[str, Any], answers: list[dict[str, Any]]) -> None:
    """Put the answer into ``answers``."""
    arguments = dict(job["arguments"])
    for name in ("start_time", "end_time"):
        if name in arguments:
            arguments[name] = datetime.fromisoformat(arguments[name])
    started = time.monotonic()
    try:
        frame = getattr(awswrangler.cloudwatch, job["call"])(**arguments)
    except Exception as error:  # noqa: BLE001 - whatever it raises is its answer
        answers.append({"error": f"{type(error).__name__}: {error}"})
        return
    seconds = time.monotonic() - started
    columns = list(frame.columns)
    types = [str(frame[name].dtype) for name in columns]
    texts = frame.astype("string")
    rows = texts[job["only"]].tolist() if "only" in job else texts.to_numpy(dtype=object, na_value=None).tolist()
    answers.append({"columns": columns, "types": types, "rows": rows, "seconds": seconds})


def main() -> None:
    """Answer every job."""
    answers: list[dict[str, Any]] = []
    for job in json.load(sys.stdin):
        before = len(answers)
        thread = threading.Thread(target=run, args=(job, answers), daemon=True)
        thread.start()
        thread.join(job.get("patience"))
        if len(answers) == before:
            answers.append({"waiting": True})
    json.dump(answers, sys.stdout)
    sys.stdout.flush()
    os._exit(0)  # also where a call still waits


main()
