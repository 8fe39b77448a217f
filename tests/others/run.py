"""Runs a program of others in its own environment, ``.others`` (``make setup``)."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(__file__).parent / "programs"
PATIENCE = 120
"""Seconds for a whole program; they take a few."""


def program_of_others(name: str) -> Path:
    """A command of theirs."""
    path = ROOT / ".others" / "bin" / name
    if not path.exists():
        pytest.skip("the programs of others are not installed: make setup")
    return path


def answers(program: str, jobs: list[Any]) -> list[dict[str, Any]]:
    """What ``programs/PROGRAM.py`` answers to these jobs, in the environment as it is."""
    # Compiling what they import takes longer than what they do: Python keeps that, whatever holds for our own code.
    left_out = {"PYTHONPATH", "PYTHONDONTWRITEBYTECODE"}
    environment = {name: value for name, value in os.environ.items() if name not in left_out}
    ran = subprocess.run(
        [program_of_others("python"), PROGRAMS / f"{program}.py"],
        input=json.dumps(jobs),
        capture_output=True,
        text=True,
        encoding="utf-8",
        env=environment,
        timeout=PATIENCE,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    found: list[dict[str, Any]] = json.loads(ran.stdout)
    assert len(found) == len(jobs)
    return found
