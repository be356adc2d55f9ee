"""The broker as a program: ``python -m trygghetsgraf.query SOCKET STATE LIMITS``.

The server starts it and hands it a listening socket by number.
"""

import json
import logging
import socket
import sys
from pathlib import Path

from trygghetsgraf.query.broker import serve
from trygghetsgraf.query.jobs import Limits

logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
serve(socket.socket(fileno=int(sys.argv[1])), Path(sys.argv[2]), Limits(**json.loads(sys.argv[3])))
