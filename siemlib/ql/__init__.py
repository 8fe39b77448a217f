"""Logs Insights QL, on one screen.

    text ─tokens→ Token ─parser→ ast.Query ─parameters→ ast.Query ─analyse→ plan ─sql→ SQL        printer: ast → text

==============  =====================================================================================================
``words``       the reserved words, units of time, limits, and the commands that are known by name only
``foreign``     what people write who come from other languages, and the hint they get; ``advice`` for what is no error
``diagnostic``  an error is a message, a place and a hint; all of a query's errors are drawn at once, with carets
``tokens``      text → one token at a time, because only the parser knows where ``/`` opens a regular expression
``cursor``      the parser's place in the text: look-ahead, complaints, recovery behind the next ``|``
``ast``         the syntax: frozen dataclasses; where they stood is not part of what they are
``expressions`` tokens → an expression, by precedence
``regexes``     what the engines' regular expressions cannot do is refused by name
``limits``      rules about literals that hold in a text and for a parameter's value alike
``parser``      tokens → commands → ``ast.Query``; the table ``COMMANDS`` is the list of what can be said
``read_rows``   the readers of the commands over rows and tables; ``analyse_rows``, ``analyse_tables``, ``plan_rows``
                and ``plan_tables`` are their further stages
``read_inner``  a query in parentheses, ``join`` and ``appendcols``; ``analyse_inner``, ``plan_inner`` and ``sql.inner``
                are their further stages, ``joined`` knows the names behind a ``join``
``tree``        walking an expression without recursion
``read_source`` ``SOURCE``: a ``selection`` of log groups and a span of time; ``print_source`` writes it
``calls``       ``$Name()`` → the commands of a saved query; ``call_nodes`` and ``read_call`` know the call itself
``parameters``  ``{{name}}`` → a literal in the syntax, never a replacement in the text
``printer``     syntax → text, such that it reads back as the same syntax
``analyse``     syntax → ``plan``: names, types and the order of commands are checked; ``scope`` and ``types`` know the
                names, ``resolve`` the expressions; the plan tells apart what may be sliced by time and what may not
``functions``   the table of functions, a row each, ``aggregates`` its second half; ``groups`` and ``networks`` serve it
``structures``  maps and lists: what the plan does with them; ``structure_commands`` reads the commands that take them
                apart, ``structure_steps`` plans them
``sql``         plan → SQL of one dialect, one CTE per command
``explain``     plan and SQL for people, beside the lines of the text; ``reference`` is the list of what there is
==============  =====================================================================================================

Every stage is one ``match`` over a closed union that ends in ``assert_never``: a new node is a list of places to go to.
"""
