"""The web: the SPARQL endpoint over HTTP, and pages for people.

Modules in reading order: ``messages`` (requests and responses), ``negotiation`` (formats),
``problems`` (errors in one shape), ``protocol`` (what a request asks), ``description`` (the
service description), ``endpoint`` (/sparql), ``proxies`` (who the client is), ``pages``
(Flask), ``application`` (all of it as ASGI), ``processes`` and ``server``; beside them
``cache`` and ``compression``, ``journal`` (log and counts), ``gate`` (who may write),
``uploads`` and ``graphs`` (/graphs), and ``shortcut`` (answers known before).
"""

from trygghetsgraf.web.pages import create_app
from trygghetsgraf.web.server import Running, ServerDied, serve

__all__ = ["Running", "ServerDied", "create_app", "serve"]
