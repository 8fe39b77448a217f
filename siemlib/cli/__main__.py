"""``python -m siemlib.cli`` is ``siem``."""

from siemlib.cli import main

main()
