"""Releases: what a build leaves for others to take and to cite.

    <state>/releases/3/         dumps, tables, report, checksums, release.json
    <state>/releases/latest  -> 3

A build whose graphs hold anything new (its own provenance aside) makes a release; writes of
others make snapshots only. Modules in reading order: ``release`` (what is on disk),
``withdrawn`` (what has left on purpose), ``contents`` (what a dump holds), ``tables``
(Parquet), ``making`` and ``feed``.
"""
