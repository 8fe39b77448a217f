"""What the inventory says of the addresses in an answer: in a column beside them, or in a sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from siemlib.investigate.words import plain
from siemlib.model.inventory import AddressKind

if TYPE_CHECKING:
    from siemlib.case import Case


def named(case: Case, address: str) -> str:
    """An address for a sentence: ``10.0.1.10 (bastion-1, bastion (ours))``; a public one stands alone."""
    label = case.inventory.label(address)
    if label is None or not (label.name or label.inside):
        return plain(address)
    return f"{plain(address)} ({plain(label.text)})"


def what_it_is(case: Case, address: str) -> str:
    """A sentence of what an address is to us, or that the inventory does not say."""
    label = case.inventory.label(address)
    if label is None:
        return ""
    if label.name:
        expected = " A scan from it is expected." if label.kind is AddressKind.SCANNER else ""
        return f"{plain(address)} is {plain(label.text)}.{expected}"
    known = "not in the inventory" if case.inventory.entries else "there is no inventory"
    return f"{plain(address)} is {label.kind}; {known}."


def with_labels(case: Case, frame: pd.DataFrame, *columns: str) -> pd.DataFrame:
    """The frame with a column ``<column> is`` behind each of ``columns``; missing where a value is no address."""
    labelled = frame.copy()
    for column in columns:
        labels = {text: case.inventory.label(str(text)) for text in frame[column].dropna().unique()}
        texts = [label.text if (label := labels.get(text)) else None for text in frame[column].astype("object")]
        place = list(labelled.columns).index(column) + 1
        labelled.insert(place, f"{column} is", pd.Series(texts, index=frame.index, dtype="string"))
    return labelled
