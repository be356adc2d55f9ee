"""The web workers as a program: ``python -m trygghetsgraf.web PLAN``, started by the server."""

import sys
from pathlib import Path

from trygghetsgraf.web.processes import Plan, serve

serve(Plan.from_text(Path(sys.argv[1]).read_text(encoding="utf-8")))
