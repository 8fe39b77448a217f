"""Which reports there are, and what each of them asks for.

A report is a notebook with one cell tagged ``parameters`` that holds plain, annotated assignments::

    ip: str = "203.0.113.66"  # the address to look for
    minutes: int = 60         # width of a bar, minutes
    note: str = ""            # optional: printed under the title

A text parameter names what the report is about, and so must be given, unless its comment begins with *optional*: the
default is there for the notebook alone. Numbers and switches have defaults that a report may use. ``engine``,
``start`` and ``end`` are given by the command line to every report.

Where there are several ways to say what the report is about, their comments begin with *either* and *or*::

    alert: str = "1588001006.9628221"  # either the id of an alert
    rule: str = ""                     # or the number of its rule, with the time
    time: str = ""                     # or the time of the alert, with the rule

At least one of these must be given; those that are not given are empty, whatever the notebook has as its default: else
the report would be about the notebook's example.

What can be wrong with a value is told before anything is run: ``ip`` and ``addresses`` hold addresses, ``time`` a time,
and a number lies between those that its comment names (``1 to 65535``), both included. Of parameters whose comments say
``- for none`` one must name something.
"""

from __future__ import annotations

import ast
import math
import re
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

import nbformat

import siemlib
from siemlib.errors import InputError, UsageError
from siemlib.model.observable import Address
from siemlib.model.timespan import parse_time

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Value = str | int | float | bool

GIVEN = ("engine", "start", "end")
"""Parameters that the command line fills in; nobody need name them."""

_SLUG = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_TITLE = re.compile(r"^#\s+(.+?)\s*#*$", re.MULTILINE)
_FOR_NONE = "- for none"
_BOUNDS = re.compile(r"\b(\d+) to (\d+)\b")
_BOOLEANS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One assignment of the parameters cell. ``about`` is its comment."""

    name: str
    default: Value
    about: str = ""

    @property
    def required(self) -> bool:
        """Whether a report without it would answer a question that nobody asked."""
        text = isinstance(self.default, str) and not self.about.lower().startswith("optional")
        return text and self.name not in GIVEN and not self.alternative

    @property
    def alternative(self) -> bool:
        """Whether it is one of several ways to say what the report is about."""
        return isinstance(self.default, str) and self.about.lower().startswith(("either ", "or "))

    @property
    def bounds(self) -> tuple[int, int] | None:
        """The least and the greatest value of a number, where its comment says them."""
        found = _BOUNDS.search(self.about) if isinstance(self.default, int | float) else None
        return (int(found[1]), int(found[2])) if found else None


@dataclass(frozen=True, slots=True)
class Definition:
    """A report that can be run."""

    name: str
    path: Path
    title: str
    parameters: tuple[Parameter, ...]

    def values(self, given: Mapping[str, str]) -> dict[str, Value]:
        """Every parameter but the engine and the times, typed: the given values over the defaults.

        Raises UsageError for an unknown name, a missing required one, none of several alternatives, and a value that is
        not of the parameter's type, or that cannot be right (above).
        """
        known = {parameter.name: parameter for parameter in self.parameters if parameter.name not in GIVEN}
        for name in given:
            if name not in known:
                near = get_close_matches(name, known, n=1)
                hint = f"did you mean {near[0]}?" if near else f"it has: {', '.join(known) or 'none'}"
                raise UsageError(f"the report {self.name} has no parameter {name!r}", hint=hint)
        for parameter in known.values():
            if parameter.required and not given.get(parameter.name, "").strip():
                hint = f"add -p {parameter.name}=…"
                raise UsageError(f"the report {self.name} needs the parameter {parameter.name!r}", hint=hint)
        ways = [parameter.name for parameter in known.values() if parameter.alternative]
        if ways and not any(given.get(name, "").strip() for name in ways):
            hint = f"add -p {ways[0]}=…; siem report list says what goes together"
            raise UsageError(f"the report {self.name} needs one of the parameters {', '.join(ways)}", hint=hint)
        values = {
            name: _convert(parameter, given[name]) if name in given else _default(parameter)
            for name, parameter in known.items()
        }
        lists = [parameter.name for parameter in known.values() if _FOR_NONE in parameter.about]
        if lists and not any(_names(str(values[name])) for name in lists):
            hint = f"one of {', '.join(lists)} must name something"
            raise UsageError(f"the report {self.name} is about nothing", hint=hint)
        return values


def folders() -> tuple[Path, ...]:
    """Where notebooks are looked for, the user's own first."""
    package = Path(siemlib.__file__).parent
    places = [Path("notebooks"), package / "_notebooks"]
    if (package.parent / "pyproject.toml").is_file():  # a checkout, where the notebooks stand beside the package
        places.append(package.parent / "notebooks")
    return tuple(place for place in places if place.is_dir())


def definitions(
    places: Sequence[Path] | None = None, *, skipped: Callable[[str], None] | None = None
) -> tuple[Definition, ...]:
    """Every report, by name; of two with one name, the one in the first place.

    A notebook that is no report, such as somebody's notes beside the reports, is left out; ``skipped`` is told why.
    """
    found: dict[str, Definition | None] = {}
    for place in folders() if places is None else places:
        for path in sorted(place.glob("*.ipynb")):
            if _SLUG.fullmatch(path.stem) and path.stem not in found:
                try:
                    found[path.stem] = read_definition(path)
                except InputError as error:
                    found[path.stem] = None
                    if skipped:
                        skipped(error.message)
    return tuple(definition for _, definition in sorted(found.items()) if definition)


def find(name: str, places: Sequence[Path] | None = None) -> Definition:
    """The report of that name. Raises UsageError, with the nearest name as its hint."""
    looked = folders() if places is None else places
    if _SLUG.fullmatch(name):
        for place in looked:
            if (path := place / f"{name}.ipynb").is_file():
                return read_definition(path)
    names = sorted({path.stem for place in looked for path in place.glob("*.ipynb")})
    near = get_close_matches(name, names, n=1)
    hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(names) or 'none'}"
    raise UsageError(f"no report is called {name!r}", hint=hint)


def read_definition(path: Path) -> Definition:
    """Read title and parameters of a notebook. Raises InputError when it is none, or has no parameters cell."""
    try:
        notebook = nbformat.read(path, as_version=4)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, nbformat.validator.NotebookValidationError) as error:
        raise InputError(f"{path.name} is no notebook: {error}") from None
    cells = [cell for cell in notebook.cells if "parameters" in cell.metadata.get("tags", [])]
    if len(cells) != 1:
        raise InputError(f"{path.name} has {len(cells)} cells tagged parameters, not one")
    prose = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    title = found[1] if (found := _TITLE.search(prose)) else path.stem
    return Definition(path.stem, path, title, _parameters(cells[0].source, path.name))


def _parameters(source: str, where: str) -> tuple[Parameter, ...]:
    lines = source.splitlines()
    found = []
    try:
        body = ast.parse(source).body
    except SyntaxError:
        raise InputError(f"the parameters cell of {where} is not Python") from None
    for node in body:
        target = node.target if isinstance(node, ast.AnnAssign) else _only_target(node)
        value = _constant(node.value) if isinstance(node, ast.AnnAssign | ast.Assign) else None
        if not isinstance(target, ast.Name) or value is None:
            raise InputError(f"line {node.lineno} of the parameters cell of {where} is not a plain value with a name")
        comment = lines[(node.end_lineno or node.lineno) - 1][node.end_col_offset or 0 :].strip()
        found.append(Parameter(target.id, value, comment.lstrip("# ")))
    return tuple(found)


def _only_target(node: ast.stmt) -> ast.expr | None:
    return node.targets[0] if isinstance(node, ast.Assign) and len(node.targets) == 1 else None


def _constant(node: ast.expr | None) -> Value | None:
    try:
        value: Any = ast.literal_eval(node) if node is not None else None
    except ValueError:
        return None
    return value if isinstance(value, str | int | float | bool) else None


def _default(parameter: Parameter) -> Value:
    return "" if parameter.alternative else parameter.default


def _convert(parameter: Parameter, text: str) -> Value:
    if not _is_unicode(text):
        raise UsageError(f"the parameter {parameter.name!r} is not UTF-8 text: {text!r}")
    if parameter.name in _CHECKED and text.strip():
        return _CHECKED[parameter.name](text)
    wrong = UsageError(f"the parameter {parameter.name!r} takes {_KINDS[type(parameter.default)]}, not {text!r}")
    match parameter.default:
        case bool():
            if text.lower() not in _BOOLEANS:
                raise wrong
            return _BOOLEANS[text.lower()]
        case int() | float():
            try:
                number = type(parameter.default)(text)
            except ValueError:
                raise wrong from None
            least, most = parameter.bounds or (-math.inf, math.inf)
            if not least <= number <= most:
                raise UsageError(f"the parameter {parameter.name!r} is {least} to {most}, not {text}")
            return number
        case str():
            return text


def _address(text: str) -> str:
    return Address.parse(text).text


def _addresses(text: str) -> str:
    for part in _names(text):
        Address.parse(part)
    return text


def _names(text: str) -> list[str]:
    """What a list names that is joined by commas."""
    return [part for part in map(str.strip, text.split(",")) if part not in _NOBODY]


def _time(text: str) -> str:
    parse_time(text)
    return text


_NOBODY = ("", "-")
_CHECKED: dict[str, Callable[[str], str]] = {"ip": _address, "addresses": _addresses, "time": _time}


def _is_unicode(text: str) -> bool:
    """Python reads other bytes of a command line as lone surrogates, which no record can hold."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


_KINDS: dict[type, str] = {bool: "true or false", int: "a whole number", float: "a number", str: "text"}
