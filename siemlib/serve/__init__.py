"""An endpoint that speaks the protocol of CloudWatch Logs over an archive: ``siem serve``.

Any program that uses an AWS SDK can then ask an archive what it would ask CloudWatch. Our own live engine is tested
against it.

==============  =====================================================================================================
``app``         a request of AWS JSON 1.1 → an operation → its answer; who is answered at all
``server``      the application on a socket
``protocol``    what a request must be, and the errors of the service in its words
``operations``  one function for each operation, by its name
``endpoint``    what they work on: the engine, the archive, the account that is played
``queries``     the queries that were started, who works on them, how they stand; ``rendered``: their rows as JSON
``tokens``      ``nextToken``: a place under a seal, good for a time; ``positions`` are those of lists and of events
``reading``     events and log streams of an archive, a page at a time; ``definitions``: saved queries
``limits``      the quotas of the service, each of which can be changed; ``faults``: what tests let go wrong
==============  =====================================================================================================

Known differences, and what was chosen where nothing is documented:

- Signatures are not checked, and nobody is told apart: a query has no ``userIdentity``.
- What does not compile is refused by StartQuery in our words, with the service's ``queryCompileError``. A query that
  fails later is ``Failed``; why is said on the endpoint's own output, because the protocol has no place for it.
- A query before the first event, or of events from before 2018, is answered: an archive knows no creation, no
  retention.
- A time of 12 digits or more is taken for milliseconds, which some libraries send.
- A ``limit`` in the text above a lowered ``rows_of_a_query`` is refused as one above 100,000 is.
- The last page has no ``nextToken``, also where it is full; ``maxItems`` of 0 is none at all.
- A foreign or expired token is an InvalidParameterException that names ``nextToken``; so is StopQuery for a query that
  is not running. A query that was never started, or is forgotten, is a ResourceNotFoundException.
- A stopped query keeps no rows but those that were shown while it ran (none, unless ``preview_rows`` are set).
"""
