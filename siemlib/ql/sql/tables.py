"""The SQL of ``lookup`` and ``cidrlookup``. A table gives each row one match at most, so no row is ever doubled."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from siemlib.ql.plan_tables import HIGH, HIGH6, LOW, LOW6, PREFIX, ROW, LookUp, column_name, table_name
from siemlib.ql.sql.writer import identifier, indent, select

if TYPE_CHECKING:
    from siemlib.ql.sql.expressions import Expressions

_ADDRESS = identifier("#address")


def lookup_sql(step: LookUp, expressions: Expressions, last: str) -> str:
    """The SELECT of ``step`` over the part ``last``."""
    of_rows = replace(expressions, table="rows")
    columns = ["rows.*"]
    for output in step.outputs:
        cell = f"found.{column_name(output.column)}"
        value = cell if output.old is None else f"coalesce({of_rows.text(output.old)}, {cell})"
        columns.append(f"{value} AS {identifier(output.symbol.column)}")
    if step.networks:
        found, test = _networks(step, expressions, last), f"{of_rows.text(step.keys[0][1])} = found.{_ADDRESS}"
    else:
        keys = ", ".join(column_name(index) for index, _ in step.keys)
        first = f"QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY {identifier(ROW)}) = 1"
        found = select(["*"], identifier(table_name(step)), first)
        test = " AND ".join(f"{of_rows.text(value)} = found.{column_name(index)}" for index, value in step.keys)
    return select(columns, f"{last} AS rows\nLEFT JOIN (\n{indent(found)}\n) AS found ON {test}")


def _networks(step: LookUp, expressions: Expressions, last: str) -> str:
    """The row of the table for each address that there is: that of the longest prefix, and of equal ones the first."""
    address = expressions.text(step.keys[0][1])
    addresses = select([f"DISTINCT {address} AS {_ADDRESS}"], last)
    families = [
        select(
            ["*"],
            f"(\n{indent(addresses)}\n) AS addresses\nJOIN {identifier(table_name(step))} AS networks "
            f"ON {function}(addresses.{_ADDRESS}) BETWEEN networks.{identifier(low)} AND networks.{identifier(high)}",
        )
        for function, low, high in (("ql_ipv4", LOW, HIGH), ("ql_address6", LOW6, HIGH6))
    ]
    longest = f"ORDER BY {identifier(PREFIX)} DESC, {identifier(ROW)}"
    first = f"QUALIFY row_number() OVER (PARTITION BY {_ADDRESS} {longest}) = 1"
    return select(["*"], f"(\n{indent(chr(10).join([families[0], 'UNION ALL', families[1]]))}\n)", first)
