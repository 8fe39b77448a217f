"""The settings file, ``siem.toml``: what is in it, where it is, and errors that name the line to change.

Of an archive there may be two files: the one beside its folder, which travels with it, and the nearest from the working
folder upward, which is the analyst's own (a notebook works in ``notebooks/``, below the one of the project; a kernel of
papermill where the report was asked for). A table counts as the first of them has it, whole: :func:`settings_of`.
"""

from __future__ import annotations

import os
import stat
import tomllib
from ipaddress import IPv4Network, IPv6Network, ip_interface, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationError,
    model_validator,
)

from siemlib.errors import UsageError

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


class GeoipSettings(_Table):
    """``[geoip]``: which country an address is of. Nothing is asked over the network."""

    file: str | None = None
    """A database of countries in MaxMind's format (``.mmdb``) on this machine; without it no country is told."""


def _network(value: object) -> IPv4Network | IPv6Network:
    """The network that a text is; one of IPv4-mapped addresses is the IPv4 network that it carries."""
    text = value.strip() if isinstance(value, str) else ""
    try:
        network = ip_network(text)
    except ValueError:
        raise ValueError(_no_network(value, text)) from None
    carried = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
    if carried and network.prefixlen >= _MAPPED:
        return IPv4Network((carried, network.prefixlen - _MAPPED))
    return network


def _no_network(value: object, text: str) -> str:
    try:
        wider = ip_interface(text)
    except ValueError:
        return f"no address and no network: {value!r}"
    return f"{text} has bits set behind its mask: write {wider.network} for the network, or {wider.ip} for the host"


def _port(text: str) -> str:
    number, slash, protocol = text.partition("/")
    digits = number.isascii() and number.isdigit() and len(number) <= _LONGEST_PORT
    if not (slash and protocol in {"tcp", "udp"} and digits and 1 <= int(number) <= _LAST_PORT):
        message = f'no port: {text!r}; write "22/tcp" or "53/udp", from 1 to {_LAST_PORT}'
        raise ValueError(message)
    return f"{int(number)}/{protocol}"


_MAPPED = 96
_LAST_PORT = 65_535
_LONGEST_PORT = 5


class AlertSettings(_Table):
    """``[alerts]``: who is told of an alert."""

    routes: dict[Annotated[int, Field(ge=0, le=16)], str] = Field(default_factory=dict)
    """By the least level that is told there; the highest entry that an alert's level reaches speaks for it."""


class CloudTrailSettings(_Table):
    """``[cloudtrail]``: what CloudTrail's log files are checked with. Nothing is asked over the network."""

    public_keys: str | None = None
    """A file of CloudTrail's public keys, as ``aws cloudtrail list-public-keys`` gives them, or PEM."""


class LiveSettings(_Table):
    """``[live]``: how the account is asked. Rates and numbers are quotas of the account; others use them as well."""

    log_groups: tuple[str, ...] = ()
    """The log groups that a case looks at, by name, or by the beginning of the name and ``*``; none: all there are."""
    sources: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """The kinds of log in a log group, by its name or the beginning and ``*``; others are recognised by a look."""
    queries_at_once: int = Field(default=20, ge=1, le=100)
    """Of the 100 that the account may run; dashboards and other people use them as well."""
    starts_per_second: float = Field(default=8, gt=0, le=1000)
    """StartQuery; the quota is 10 a second."""
    results_per_second: float = Field(default=10, gt=0, le=1000)
    """GetQueryResults; the quota is 10 a second."""
    query_seconds: int = Field(default=3900, ge=1)
    """A query of the service that takes longer is stopped. The service itself gives up after an hour, and gives what it
    has found by then: it must come first."""
    run_seconds: int = Field(default=4 * 3600, ge=1)
    """All slices of one run together."""
    delays: dict[str, int] = Field(default_factory=dict)
    """Seconds after which an event of a kind of log is surely there to be found; ``default`` is for all others."""
    spool: str | None = None
    """Where pages are kept; without it, ``siem/spool`` in the user's cache folder."""


class CostSettings(_Table):
    """``[cost]``: what queries may cost. Prices are the user's to check: nothing is asked over the network."""

    prices: dict[str, float] = Field(default_factory=dict)
    """US dollars for a gigabyte scanned, by Region; ``default`` is for all others."""
    per_query: float | None = Field(default=None, gt=0)
    """US dollars that one run may cost; it is stopped there."""
    per_report: float | None = Field(default=None, gt=0)
    """US dollars that all runs of one case may cost together."""


class SealSettings(_Table):
    """``[seal]``: who signs reports, and who says when; read of the analyst's own file alone, not beside an archive."""

    key: str | None = None
    """A file with a private key, PEM: Ed25519 or ECDSA over P-256."""
    kms: str | None = None
    """The ARN, the alias (``alias/NAME``) or the id of a key of AWS KMS."""
    kms_address: str = "live:"
    """As whom KMS is asked, and where, where an alias says no Region: ``live:REGION?profile=NAME``."""
    timestamp: str | None = None
    """The address of a time stamp authority (RFC 3161), http or https."""
    timestamp_roots: str | None = None
    """A file with the certificates, PEM, that the chain of a time stamp must end at."""

    @model_validator(mode="after")
    def _one_key(self) -> SealSettings:
        if self.key is not None and self.kms is not None:
            message = "key and kms are both given; one signs"
            raise ValueError(message)
        return self


class ReportSettings(_Table):
    """``[reports]``: how reports are printed."""

    paper: Literal["A4", "Letter"] = "A4"
    """The paper of ``--pdf``; the page itself is printed on what the reader's printer holds."""


class InventorySettings(_Table):
    """``[[inventory]]``: what is known of an address or a network; the narrowest entry speaks for an address."""

    address: Annotated[IPv4Network | IPv6Network, BeforeValidator(_network)]
    """One address, or a network in CIDR notation."""
    name: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
    role: str = ""
    owner: str = ""
    scanner: bool = False
    """Whether it scans others by order, so that a scan from it is no attack."""
    ports: tuple[Annotated[str, AfterValidator(_port)], ...] = ()
    """What is declared to listen there: ``"22/tcp"``."""


def _one_entry_each(entries: tuple[InventorySettings, ...]) -> tuple[InventorySettings, ...]:
    seen: dict[IPv4Network | IPv6Network, tuple[int, str]] = {}
    for place, entry in enumerate(entries, 1):
        if entry.address in seen:
            other, name = seen[entry.address]
            host = entry.address.num_addresses == 1
            text = entry.address.network_address if host else entry.address
            message = f"entries {other} ({name}) and {place} ({entry.name}) are both of {text}; one may speak for it"
            raise ValueError(message)
        seen[entry.address] = (place, entry.name)
    return entries


class Settings(_Table):
    """Everything in ``siem.toml``."""

    archive: ArchiveSettings = ArchiveSettings()
    lookup_tables: dict[Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]+$")], str] = Field(
        default_factory=dict
    )
    """``[lookup_tables]``: the CSV files that ``lookup`` and ``cidrlookup`` read, by the names of their tables."""
    saved_queries: SavedQuerySettings = SavedQuerySettings()
    geoip: GeoipSettings = GeoipSettings()
    inventory: Annotated[tuple[InventorySettings, ...], AfterValidator(_one_entry_each)] = ()
    alerts: AlertSettings = AlertSettings()
    cloudtrail: CloudTrailSettings = CloudTrailSettings()
    live: LiveSettings = LiveSettings()
    cost: CostSettings = CostSettings()
    seal: SealSettings = SealSettings()
    reports: ReportSettings = ReportSettings()


def read_settings(path: Path) -> Settings:
    """The settings in ``path``; every default when there is no such file. Raises UsageError for a faulty one.

    Files and folders that it names are below its own folder, where they are not absolute.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"{path}: cannot be read: {error}") from None
    try:
        return _placed(Settings.model_validate(tomllib.loads(text)), path.parent)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path}: not TOML: {error}") from None
    except ValidationError as error:
        raise UsageError(f"{path}: " + "; ".join(map(_fault, error.errors()))) from None


def _placed(settings: Settings, folder: Path) -> Settings:
    tables = {name: str(folder / file) for name, file in settings.lookup_tables.items()}
    own = settings.saved_queries.folder
    saved = settings.saved_queries.model_copy(update={"folder": str(folder / own)} if own is not None else {})
    countries = settings.geoip.file
    geoip = settings.geoip.model_copy(update={"file": str(folder / countries)} if countries is not None else {})
    spool = settings.live.spool
    live = settings.live.model_copy(update={"spool": str(folder / spool)} if spool is not None else {})
    files = {"key": settings.seal.key, "timestamp_roots": settings.seal.timestamp_roots}
    placed = {name: str(folder / file) for name, file in files.items() if file is not None}
    seal = settings.seal.model_copy(update=placed)
    keys = settings.cloudtrail.public_keys
    trail = settings.cloudtrail.model_copy(update={"public_keys": str(folder / keys)} if keys is not None else {})
    given: dict[str, Any] = {"lookup_tables": tables, "saved_queries": saved, "geoip": geoip, "live": live}
    given |= {"seal": seal, "cloudtrail": trail}
    return settings.model_copy(update={name: given[name] for name in settings.model_fields_set & set(given)})


def _fault(fault: Any) -> str:  # noqa: ANN401 - pydantic's own type of it is not for others
    place = [str(part + 1) if isinstance(part, int) else part for part in fault["loc"]]
    if place == ["inventory"] and fault["type"] == "tuple_type":
        return "inventory: each entry is a table of its own: write [[inventory]], in two brackets"
    return f"{'.'.join(place)}: {fault['msg'].removeprefix('Value error, ')}"


# ── where it is ──────────────────────────────────────────────────────────────────────────────────────────────────────


def settings_of(archive: Path | None = None) -> Settings:
    """The settings for an archive: table by table of the first file that has it. Raises UsageError for a faulty file.

    Without an archive, or without a file beside it, those of the working folder alone.
    """
    found = [read_settings(path) for path in settings_files(archive)]
    settings = Settings()
    for each in reversed(found):
        settings = settings.model_copy(update={name: getattr(each, name) for name in each.model_fields_set})
    return settings


def settings_files(archive: Path | None = None) -> tuple[Path, ...]:
    """The files that count for an archive, the first before the second; may be none."""
    near = _nearest()
    if archive is None:
        return (near,) if near else ()
    # Beside the folder as it was named: the archive of a case may be a link to where there is room.
    named = archive.resolve() if archive.name in {"", ".."} else archive.absolute()
    beside = _known(named.parent / DEFAULT_NAME)
    if not _is_file(beside) or (near and near.samefile(beside)):
        return (near,) if near else ()
    return (beside, near) if near else (beside,)


def inventory_origin(archive: Path | None = None) -> str:
    """Which file the inventory of :func:`settings_of` is from, in words that name no path; empty: there is none."""
    near = _nearest()
    found = (path for path in settings_files(archive) if "inventory" in read_settings(path).model_fields_set)
    path = next(found, None)
    if path is None:
        return ""
    return f"{DEFAULT_NAME} {'of the working folder or of one above it' if path == near else 'beside the archive'}"


def _nearest() -> Path | None:
    """The file in the working folder, or in the nearest folder above it.

    One above it in a folder where anybody may write (``/tmp``) is passed over: who put it there is not known.
    """
    here = _known(Path(DEFAULT_NAME))
    if _is_file(here):
        return here
    return next((path for folder in Path.cwd().parents if _is_file(path := folder / DEFAULT_NAME, ours=True)), None)


def _known(path: Path) -> Path:
    """``path``, which counts. Raises UsageError where another user may have laid it there (as into ``/tmp``).

    Its inventory could call an attacker a known scanner. To pass over it would be to lose an inventory in silence.
    """
    try:
        open_to_all = path.parent.stat().st_mode & stat.S_IWOTH
        stranger = path.lstat().st_uid not in {os.geteuid(), 0}
    except OSError:  # there is none
        return path
    if open_to_all and stranger:
        raise UsageError(
            f"{path.absolute()} is another user's, in a folder where anybody may write",
            hint="take it away, or make it yours if you know it",
        )
    return path


def _is_file(path: Path, *, ours: bool = False) -> bool:
    """Whether there is a file that can be seen; with ``ours``, in a folder where not everybody may write."""
    try:
        return path.is_file() and not (ours and path.parent.stat().st_mode & stat.S_IWOTH)
    except OSError:
        return False
