"""The store: one writer, many readers, and a published state that changes at once.

Modules in reading order: ``disk`` (what the file system promises), ``snapshot`` and
``snapshots`` (published states), ``graphs`` (named graphs inside a store), ``bulk`` (loading
and dumping), ``writer`` (the only way to change a store on disk), ``interface`` (what both
kinds of store offer), ``embedded`` (Oxigraph on this disk), ``batches``, ``service`` and
``remote`` (any SPARQL service, by URL), ``kinds`` (which of the two it is).
"""
