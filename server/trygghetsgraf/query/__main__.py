"""The broker as a program: ``python -m trygghetsgraf.query SOCKET SETUP``.

The server starts it and hands it a listening socket by number.
"""

import logging
import socket
import sys
from pathlib import Path

from trygghetsgraf.query.jobs import Setup
from trygghetsgraf.query.serving import serve

logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
setup = Setup.from_text(Path(sys.argv[2]).read_text(encoding="utf-8"))
serve(socket.socket(fileno=int(sys.argv[1])), setup)
