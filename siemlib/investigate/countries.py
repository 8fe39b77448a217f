"""Which country an address is of, by a database that the user has on this machine; nothing is asked over the network.

``[geoip] file`` of ``siem.toml`` names the database (https://maxmind.github.io/MaxMind-DB/). What it says is what
somebody believed on the day it was built, so that every answer names the file, that day and its digest.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import maxminddb

from siemlib.errors import UsageError
from siemlib.evidence.scrub import archive_of
from siemlib.investigate.words import plain
from siemlib.settings import settings_of

if TYPE_CHECKING:
    from maxminddb.reader import Reader

    from siemlib.case import Case

NOT_CONFIGURED = "no GeoIP file is configured ([geoip] file in siem.toml), so that no country is told"

_HINT = "[geoip] file in siem.toml names a database of countries in MaxMind's format"
# The reader raises what its steps through a damaged file happen to raise.
_DAMAGED = (
    maxminddb.InvalidDatabaseError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
    OverflowError,
    MemoryError,
    struct.error,
)


@dataclass(frozen=True, eq=False)
class Countries:
    """An open database. ``name`` is that of the file alone, ``digest`` its SHA-256."""

    name: str
    built: datetime
    digest: str
    _reader: Reader

    @property
    def sentence(self) -> str:
        """What the countries in an answer rest on."""
        return f"Countries by {plain(self.name)}, built {self.built:%Y-%m-%d}, SHA-256 {self.digest}."

    def of(self, address: str) -> str | None:
        """``Germany (DE)``; ``None`` where the database does not know, and for a text that is no address.

        Raises UsageError for a damaged database.
        """
        try:
            record: Any = self._reader.get(address)
        except ValueError as error:
            if isinstance(error, UnicodeError):
                raise _damaged(self.name, error) from None
            return None  # no address, or one of IPv6 in a database of IPv4
        except _DAMAGED as error:
            raise _damaged(self.name, error) from None
        return _country(record)


def countries_of(case: Case) -> Countries | None:
    """The database that the settings of the case's engine name; ``None`` where they name none.

    Raises UsageError for a file that is not there or is no such database.
    """
    file = settings_of(archive_of(case.engine.url)).geoip.file
    return None if file is None else open_countries(Path(file))


def open_countries(path: Path) -> Countries:
    """Open a database. Raises UsageError for a file that is not there or is no such database."""
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
        # Python's own reader: a damaged file ends in an exception, not in the process.
        reader = maxminddb.open_database(path, maxminddb.MODE_MMAP)
        built = datetime.fromtimestamp(reader.metadata().build_epoch, UTC)
    except OSError as error:
        raise UsageError(f"the GeoIP file {path.name} cannot be read: {error.strerror}", hint=_HINT) from None
    except _DAMAGED as error:
        raise _damaged(path.name, error) from None
    return Countries(path.name, built, digest, reader)


def _damaged(name: str, error: BaseException) -> UsageError:
    why = plain(error) or type(error).__name__
    return UsageError(f"the GeoIP file {plain(name)} is no database of countries: {why}", hint=_HINT)


def _country(record: Any) -> str | None:  # noqa: ANN401 - a record holds whatever its maker put there
    """The country of a record, as MaxMind writes it (``country.iso_code``), or flat, as others do."""
    if not isinstance(record, dict):
        return None
    country = record.get("country")
    if isinstance(country, dict):
        names, code = country.get("names"), country.get("iso_code")
        name = names.get("en") if isinstance(names, dict) else None
    else:
        name, code = country, record.get("country_code")
    told = [plain(part) for part in (name, code) if isinstance(part, str) and part.strip()]
    return f"{told[0]} ({told[1]})" if len(told) > 1 and told[0] != told[1] else next(iter(told), None)
