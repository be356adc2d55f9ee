"""Queries: evaluated in processes of their own that can be killed, one broker for all.

    web workers ──► broker ──► evaluators (no network, capped memory, one snapshot open)
         ▲                          │
         └────── a pipe each ◄──────┘

Modules in reading order: ``formats`` (what a result can be written as), ``syntax`` (the
words of a query), ``failures`` (why there is no result), ``jobs`` (what a query needs
beside its text), ``channel`` (frames between processes), ``isolation`` (what an evaluator
may not do), ``dataset`` (FROM), ``federation`` (SERVICE), ``evaluator``, ``fairness`` (who
is next), ``broker`` and ``client``.
"""
