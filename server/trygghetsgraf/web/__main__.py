"""The web workers as a program: ``python -m trygghetsgraf.web PLAN``, started by the server."""

import sys

from trygghetsgraf.web.processes import Plan, serve

serve(Plan.from_text(sys.argv[1]))
