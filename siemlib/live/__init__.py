"""The engine over CloudWatch Logs, on one screen.

    text, timespan ─engine→ asks ─governor→ service queries ─running→ pages ─spool→ disk ─engine→ Result

==============  =====================================================================================================
``address``     ``live:REGION?profile=…&role=…`` → where to ask and as whom; it holds no secret
``service``     what the service takes and gives, as plain values; ``Service`` is its protocol
``errors``      what can go wrong there, each with a name, and whether it may be tried again
``client``      boto3's one door: the service over the network. ``calls`` lists what it calls, ``policy`` is made of it
``answers``     the members of its answers → values; ``decode``: a page of rows → columns; ``faults``: what it refuses
``storage``     S3, as plain values
``governor``    the account's rates and its number of queries at once are kept; what was refused is tried again, later
``stopping``    who is asked to stop, and the queries that run; ``together`` runs several jobs and leaves none behind
``lost``        a query whose start was answered to nobody is found again
``running``     one query of the service: start, wait, page, and stop it whatever happens
``door``        a half-open span of milliseconds ↔ the service's inclusive seconds
``asking``      the texts that are sent: the query with its parameters bound, its row-wise head, its count by time
``pushed``      what of a query the service can be left with; ``moments`` puts numbers for ``now()`` and its like
``slicing``     which slices of time hold how many rows; pure
``gathering``   every row of a span, in slices: by what came back, and by counts where something did not fit
``ahead``       slices that are counted or guessed, and asked for while the first query still gives its pages
``spool``       every page on disk as it came; what is there is not asked again. ``spooled`` reads it back
``collected``   events that came in slices, as a relation that the database runs the whole query over
``repeats``     events that came twice, left out
``asks``        the queries of one run, each from the spool or from the service
``answering``   one run: the query whole, or its rows or its events in slices; ``rows`` puts pages together
``newest``      the newest rows of a span, in parts where one query takes too long
``cut``         messages that a result shows cut short, made whole again
``certificate`` what the slices say of the completeness of the run
``cost``        an estimate before, a ceiling during, a ledger after
``groups``      the account's log groups and the kinds of log they hold
``fields``      what the service says of a log group's fields; ``saved``: the queries saved in the account
``engine``      all of this, opened by ``open``, as an :class:`~siemlib.engine.protocol.Engine`
``acquire``     events of the account into an archive, before their retention ends
==============  =====================================================================================================
"""
