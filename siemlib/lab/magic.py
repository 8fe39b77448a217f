"""The cell magic ``%%insights``: a query in Logs Insights QL as a cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from IPython.core.magic import Magics, cell_magic, magics_class, no_var_expand

from siemlib.case import Case
from siemlib.errors import UsageError
from siemlib.lab.options import Options, read
from siemlib.workbook.asked import asked

if TYPE_CHECKING:
    from collections.abc import Mapping

    from IPython.core.interactiveshell import InteractiveShell

    from siemlib.workbook import Found


@magics_class
class InsightsMagic(Magics):
    """Asks the case of the notebook."""

    @no_var_expand  # a value is bound as a literal and never put into text
    @cell_magic
    def insights(self, line: str, cell: str) -> Found:
        """Ask a query in Logs Insights QL; the result is shown, and kept in the variable NAME.

        ::

            %%insights failed --log-group sshd -p user=ann
            filter @message like /Failed password/ and @message like {{user}}
            | stats count(*) as failures by bin(1h)

        ``%%insights [NAME] [--log-group G]… [--case case] [-p k=v]… [--every-row] [--from T] [--to T] [--why WORDS]``

        ``-p k=v`` is the value of ``{{k}}``; ``-p k`` alone takes it from the variable ``k``. Values are bound as
        literals: they can change the answer, never the question. Tab completes log groups, fields, functions and
        commands. Every query is entered in the case's custody log.
        """
        options = read(line)
        names = variables(self.shell)
        if options.name:
            # A cell further down must not go on with the result of an earlier question when this one fails.
            names.pop(options.name, None)
        case = case_of(names, options.case)
        found = asked(
            case,
            cell.strip(),
            options.log_groups or None,
            values(options, names),
            every_row=options.every_row,
            over=options.over(case.timespan),
            why=options.why,
        )
        if options.name:
            names[options.name] = found
        return found


def variables(shell: InteractiveShell | None) -> dict[str, Any]:
    """The variables of the notebook. Raises UsageError where there is none, as in a plain Python."""
    if shell is None:
        raise UsageError("there is no notebook here", hint="run this in JupyterLab: siem lab")
    names: dict[str, Any] = shell.user_ns
    return names


def case_of(names: Mapping[str, object], name: str) -> Case:
    """The case in the variable ``name``. Raises UsageError, with how to open one, where there is none."""
    case = names.get(name)
    if isinstance(case, Case):
        return case
    what = "holds no case" if name in names else "is not there yet"
    raise UsageError(
        f"the variable {name} {what}",
        hint=f'open one: from siemlib import open_case; {name} = open_case(engine="local:../demo/archive")',
    )


def values(options: Options, names: Mapping[str, object]) -> dict[str, str]:
    """The value of every parameter as text. Raises UsageError for a variable that is not there or not plain."""
    return {name: _variable(names, name) if value is None else value for name, value in options.parameters.items()}


def _variable(names: Mapping[str, object], name: str) -> str:
    if name not in names:
        raise UsageError(f"there is no variable {name} for the parameter {name}", hint=f"write -p {name}=value")
    value = names[name]
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise UsageError(f"the variable {name} holds no text and no number", hint=f"write -p {name}=value")
    return str(value)
