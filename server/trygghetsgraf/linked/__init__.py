"""Linked data: what is answered when somebody follows an identifier, and where to begin.

Modules in reading order: ``current`` (the published snapshot, kept open), ``describing``
(what is said of a thing, as triples, page by page) and ``writing`` (the formats).
"""
