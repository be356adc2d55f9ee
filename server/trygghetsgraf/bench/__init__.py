"""The benchmark: this server and its peers, over HTTP, on one generated graph, in one run.

Modules in reading order: ``copies`` (the project's own graph, and copies of its documents),
``generator`` (a graph of any size with the ontology's shape), ``questions`` (what is asked),
``processes`` (programs and their memory), ``peers`` (the servers), ``load`` (clients),
``running`` (the comparison), ``own`` (saved queries, pages, descriptions), ``writing``,
``aims`` (what should be shown), ``report`` and ``command``.
"""
