"""Whatever is done to a report, the step that must tell tells; and where only the key can, nothing else claims to."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives.asymmetric import ed25519

from siemlib.evidence.chain import Link, digest_of
from siemlib.evidence.keys import FileSigner
from siemlib.evidence.steps import Outcome
from siemlib.evidence.verify import verify_report
from tests.evidence.tampering import DEFECTS, DIGESTS, PAGE, SIGNATURE, Defect, flip, kinds, main, spoiled

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OWN_KEY = FileSigner(ed25519.Ed25519PrivateKey.from_private_bytes(b"ours".ljust(32, b".")))


@pytest.fixture(scope="module")
def sealed(make_report: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sealed report that names the one before it."""
    root = tmp_path_factory.mktemp("sealed")
    before = make_report(root, "2026-03-03")
    return make_report(root, signer=OWN_KEY, info=Link("2026-03-03/pivot-ip", digest_of(before)).tags)


def failed(folder: Path, key: bytes | None) -> set[str]:
    """The titles of the steps that fail."""
    return {step.title for step in verify_report(folder, trusted_key=key).failed}


def test_the_report_that_is_to_be_spoiled_verifies(sealed: Path) -> None:
    found = verify_report(sealed, trusted_key=OWN_KEY.public_key)
    assert found.failed == ()
    passed = {step.title for step in found.steps if step.outcome is Outcome.PASSED}
    assert {title for defect in DEFECTS for title in defect.fails} <= passed


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.name)
def test_each_defect_is_told_by_its_steps(sealed: Path, tmp_path: Path, defect: Defect) -> None:
    folder = spoiled(sealed, defect, tmp_path)
    without, with_key = failed(folder, None), failed(folder, OWN_KEY.public_key)
    assert set(defect.fails) <= with_key
    assert without == (set() if defect.only_with_the_key else with_key)


def test_where_only_the_key_can_tell_the_signature_says_so(sealed: Path, tmp_path: Path) -> None:
    for number, defect in enumerate(defect for defect in DEFECTS if defect.only_with_the_key):
        found = verify_report(spoiled(sealed, defect, tmp_path / str(number)))
        step = next(step for step in found.steps if step.title == SIGNATURE)
        words = " ".join(step.details)
        if step.outcome is Outcome.ABSENT:
            assert "could have been changed, and its lists made anew" in words
        else:
            assert "whose key that is, is not known here" in words


def test_a_changed_bit_in_any_kind_of_file_is_told(sealed: Path, tmp_path: Path) -> None:
    found = kinds(sealed)
    assert len(found) > 15
    for number, name in enumerate(found.values()):
        changed = Defect(name, lambda folder, name=name: flip(folder / name), ())  # type: ignore[misc]
        folder = spoiled(sealed, changed, tmp_path / str(number))
        told = failed(folder, OWN_KEY.public_key)
        assert told & ({SIGNATURE} if name.startswith(("seal/", "tagmanifest")) else {DIGESTS}), name


def test_another_asset_is_told_and_a_missing_one_is_absent(sealed: Path, tmp_path: Path) -> None:
    folder = spoiled(sealed, Defect("", lambda folder: folder, ()), tmp_path)
    (folder.parent / "assets" / "plotly-1.min.js").unlink()
    found = next(step for step in verify_report(folder).steps if step.title == PAGE)
    assert found.outcome is Outcome.ABSENT
    assert "what draws its charts is not beside the folder: assets/plotly-1.min.js" in found.details[0]
    (folder.parent / "assets" / "plotly-1.min.js").symlink_to("/etc/hostname")
    assert PAGE in failed(folder, None)


def test_the_script_makes_an_asset_for_each_defect(sealed: Path, tmp_path: Path) -> None:
    main(sealed, tmp_path)
    assert len(list(tmp_path.glob("*/2026-03-04/pivot-ip"))) == len(DEFECTS)
    assert len({defect.name for defect in DEFECTS}) == len(DEFECTS)
