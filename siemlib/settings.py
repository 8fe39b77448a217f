"""The settings file, ``siem.toml``: what is in it, its defaults, and errors that name the line to change."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Annotated

from pydantic import BaseModel, ConfigDict, Field, IPvAnyNetwork, StringConstraints, ValidationError

from siemlib.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

DEFAULT_NAME = "siem.toml"
_MIB = 1 << 20
_GIB = 1 << 30


class _Table(BaseModel):
    """A table of the settings file; a key that nobody reads is a mistake of the writer, so it is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ArchiveSettings(_Table):
    """``[archive]``: what ``siem load`` refuses, so that hostile input cannot fill the memory or the disk."""

    max_message_bytes: int = Field(default=_MIB, ge=1024, le=256 * _MIB)
    """An event above this is rejected, its beginning kept. CloudWatch itself takes at most 1 MB."""
    max_decompressed_bytes: int = Field(default=64 * _GIB, ge=_MIB)
    """A gzip file that holds more than this is refused."""
    max_decompressed_ratio: int = Field(default=200, ge=2)
    """A gzip file that grows by more than this is refused. Logs grow 5 to 50 times, a bomb about 1,000 times."""
    ratio_checked_from_bytes: int = Field(default=64 * _MIB, ge=0)
    """The ratio is not looked at before so much has come out: a small file of equal lines may grow a lot."""
    chunk_bytes: int = Field(default=64 * _MIB, ge=_MIB, le=_GIB)
    """Log text held in memory before it is written; the peak is some ten times this."""
    commit_bytes: int = Field(default=8 * _GIB, ge=_MIB)
    """A long load is committed at the first end of a file after so much log text; a kill loses no more than that."""


class SavedQuerySettings(_Table):
    """``[saved_queries]``: what ``$Name()`` in a query calls."""

    folder: str | None = None
    """Where the user's own are, a file ``Name.ql`` each; without it there are those that come with siem."""


class InventorySettings(_Table):
    """``[[inventory]]``: what is known of an address or a network; the narrowest entry speaks for an address."""

    address: IPvAnyNetwork
    """One address, or a network in CIDR notation."""
    name: str
    role: str = ""
    owner: str = ""
    scanner: bool = False
    """Whether it scans others by order, so that a scan from it is no attack."""
    ports: tuple[Annotated[str, StringConstraints(pattern=r"^[0-9]{1,5}/(tcp|udp)$")], ...] = ()
    """What is declared to listen there: ``"22/tcp"``."""


class Settings(_Table):
    """Everything in ``siem.toml``."""

    archive: ArchiveSettings = ArchiveSettings()
    lookup_tables: dict[Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$")], str] = Field(
        default_factory=dict
    )
    """``[lookup_tables]``: the CSV files that ``lookup`` and ``cidrlookup`` read, by the names of their tables."""
    saved_queries: SavedQuerySettings = SavedQuerySettings()
    inventory: tuple[InventorySettings, ...] = ()


def read_settings(path: Path) -> Settings:
    """The settings in ``path``; every default when there is no such file. Raises UsageError for a faulty one."""
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from None
    try:
        return Settings.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: not TOML: {error}") from None
    except ValidationError as error:
        faults = [f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}" for fault in error.errors()]
        raise UsageError(f"{path}: " + "; ".join(faults)) from None
