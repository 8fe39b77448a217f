"""From a notebook to a folder that an auditor can read, offline, years later.

``definition`` (which reports there are) → ``execute`` (papermill) → ``record`` and ``page`` (what the notebook showed,
in the order of a report) → ``trace`` (where each number is from) → ``controls`` (what it evidences) → ``render`` (HTML;
``pdf``) → ``gate`` (whether it may be published) → ``sealing`` → ``build`` (the whole story, and the place in
``reports/``) → ``index``. ``reproduce`` asks a report again; ``redact`` makes the copy that is handed on.
"""

import sys
from typing import Any, cast

# nbformat imports jsonschema, which builds a grammar of international addresses where that package is installed: a
# second at each start, for a check that no notebook asks for. It does without where the import fails.
cast("dict[str, Any]", sys.modules).setdefault("rfc3987_syntax", None)
