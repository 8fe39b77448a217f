"""Which controls of NIST SP 800-53 a report bears on: what its exhibits evidence of them, and what they do not.

``catalogue.toml`` (written by people) → ``catalogue`` (read, typed) → ``evidenced`` (for one report) → its page and
``controls.json``, ``oscal`` (assessment results, in the format of NIST) and ``day`` (over all reports of a date).

A report evidences; whether a control is met, an assessor decides. So nothing here ever says that one is satisfied.
"""
