"""Walking expressions."""

from __future__ import annotations

from functools import reduce

from siemlib.ql.ast import Binary, Expression, Field, Unary
from siemlib.ql.parser import parse_expression
from siemlib.ql.printer import print_expression
from siemlib.ql.tree import depth, walk


def test_walking_visits_every_node_in_the_order_of_the_text() -> None:
    expression = parse_expression("not f(a, b + 1) = c or d in ['x', e] and g like /y/")
    leaves = [print_expression(node) for node in walk(expression) if depth(node) == 0]
    assert leaves == ["a", "b", "1", "c", "d", '"x"', "e", "g", "/y/"]
    assert depth(expression) == 5


def test_the_depth_of_a_tree_deeper_than_the_stack_is_still_known() -> None:
    leaf: Expression = Field(("a",))
    deep = reduce(lambda inner, _: Unary("not", inner), range(50_000), leaf)
    assert depth(deep) == 50_000
    assert depth(Binary("and", leaf, Unary("not", leaf))) == 2
    # Taken apart by hand: letting go of 50,000 nested nodes at once is a recursion as well.
    while isinstance(deep, Unary):
        deep = deep.operand
