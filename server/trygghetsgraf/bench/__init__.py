"""The benchmark: this server and its peers, over HTTP, on one generated graph, in one run.

Modules in reading order: ``generator`` (a graph of any size with the ontology's shape),
``questions`` (what is asked), ``processes`` (programs and their memory), ``peers`` (the
servers), ``load`` (clients), ``running`` (one run), ``report`` and ``command``.
"""
