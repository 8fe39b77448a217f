"""Evidence that verifies, years later, without this software. Plain Python.

==================  =================================================================================================
``digest``          SHA-256 of files and of rows; ``rows``: those of a run, in canonical form, beside its record
``sums``            in a verification, what was summed up already; ``names``: what other systems take for one name
``custody``         who did what to the evidence, when and why: a chain of lines
``manifest``        a folder as a BagIt bag (RFC 8493); ``chain``: each report names the one before it
``seal``            a signature over the tag manifest (``keys``), checked by ``sealed``
``timestamp``       when it was, as an ``authority`` says it (``token``)
``records``         runs, rows, exhibits and findings against each other; ``building``: what is of one building alone
``steps``           what a verification says; ``verify``: its steps, in one tuple; ``paging``: the page among them
``bundle``          one file to hand on, always the same bytes; ``unpack``: such a file from a stranger
``cloudtrail``      CloudTrail's log files against the digest files that it signed
``scrub``           paths of this machine taken out; ``spreadsheet``, ``visible``: text that acts on nothing
``redact``          pseudonyms for names (``spellings``) and ``addresses``, also where a text is ``encoded``
==================  =================================================================================================
"""
