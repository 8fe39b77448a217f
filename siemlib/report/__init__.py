"""From a notebook to a folder that an auditor can read, offline, years later.

``definition`` (which reports there are) → ``execute`` (papermill) → ``record`` and ``page`` (what the notebook showed,
in the order of a report) → ``render`` (HTML) → ``build`` (the whole story, and the place in ``reports/``) → ``index``.
"""
