"""Records are named by the number of their words, each once, and what is beside them stays with the first part."""

from __future__ import annotations

from dataclasses import replace

from siemlib.archive.batch import Batch, Rejection
from siemlib.archive.layouts import Layout, Layouts

TWO, THREE = ("a", "b"), ("a", "b", "c")
LAYOUTS = Layouts({2: Layout(TWO), 3: Layout(THREE, since=50)})
MESSAGES = [b"x  y", b"x y z", b"x y z", b"x", b"\xff y", b"x y z"]
BATCH = Batch.of_lists(
    MESSAGES,
    [1, 2, 3, 4, 5, 6],
    timestamps=[10, 49, 50, 50, 10, None],
    streams=["s", "t", "s", "t", "s", "t"],
    rejections=[Rejection(7, "why", b"", 0)],
    cut=True,
    repeated=2,
)


def test_each_record_is_in_the_part_of_its_layout_with_all_that_is_its_own() -> None:
    parts = {part.layout: part for part in LAYOUTS.split(BATCH)}
    ordinals = {layout: part.ordinals.to_pylist() for layout, part in parts.items()}
    assert ordinals == {None: [2, 4, 6], TWO: [1, 5], THREE: [3]}
    assert parts[TWO].messages.to_pylist() == [b"x  y", b"\xff y"]
    assert (parts[THREE].timestamps.to_pylist(), parts[THREE].streams.to_pylist()) == ([50], ["s"])  # type: ignore[union-attr]  # they were given
    assert parts[TWO].ingestion_times is None


def test_what_is_no_event_is_told_once() -> None:
    parts = list(LAYOUTS.split(BATCH))
    assert [(len(part.rejections), part.cut, part.repeated) for part in parts] == [
        (1, True, 2),
        (0, False, 0),
        (0, False, 0),
    ]


def test_a_line_of_names_counts_before_what_is_known_otherwise() -> None:
    named = replace(BATCH, layout=("x", "y", "z"))
    assert list(LAYOUTS.split(named)) == [named]


def test_a_record_whose_time_nobody_tells_has_no_layout_that_began_at_a_time() -> None:
    parts = LAYOUTS.split(Batch.of_lists([b"x y z", b"x y"], [1, 2]))
    assert {part.layout: part.ordinals.to_pylist() for part in parts} == {None: [1], TWO: [2]}
