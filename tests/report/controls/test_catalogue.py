"""The catalogue names the controls that it must, and says of each piece of evidence what it is not."""

from __future__ import annotations

from siemlib.report.controls.catalogue import PARTS, catalogue

DEMANDED = """AU-2 AU-3 AU-4 AU-5 AU-6 AU-6(1) AU-6(3) AU-7 AU-8 AU-9 AU-11 AU-12 SI-4 IR-4 IR-5 IR-6 AC-2(4) AC-6(9)
    CA-7
    CM-7 SC-7"""


def test_every_control_that_an_auditor_asks_for_is_there_once() -> None:
    assert sorted(control.id for control in catalogue()) == sorted(DEMANDED.split())


def test_ids_are_those_of_the_catalogue_in_oscal() -> None:
    found = {control.id: control.oscal_id for control in catalogue()}
    assert (found["AU-2"], found["AU-6(3)"], found["AC-2(4)"]) == ("au-2", "au-6.3", "ac-2.4")


def test_no_piece_of_evidence_is_told_twice_of_one_control() -> None:
    for control in catalogue():
        places = [place for bearing in control.evidence for place in bearing.of]
        assert len(places) == len(set(places)), control.id


def test_parts_of_a_report_are_those_that_a_report_has() -> None:
    named = {place for c in catalogue() for bearing in c.evidence for place in bearing.of if place.startswith("@")}
    assert named == set(PARTS)


def test_a_manifest_alone_is_said_to_prove_no_more_than_it_does() -> None:
    # Whoever changes a file can write the lists anew: only a signature says more, and not every report has one.
    (audit,) = (control for control in catalogue() if control.id == "AU-9")
    assert [bearing.of for bearing in audit.evidence if "@seal" in bearing.of] == [("@seal",)]
    (lists,) = (bearing for bearing in audit.evidence if "@manifest" in bearing.of)
    assert "wrote the lists anew" in lists.no


def test_logins_without_a_second_factor_are_no_privileged_functions() -> None:
    (privileged,) = (control for control in catalogue() if control.id == "AC-6(9)")
    assert not any("second-factor" in place for bearing in privileged.evidence for place in bearing.of)
