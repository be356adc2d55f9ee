"""Queries: evaluated in processes of their own that can be killed, one broker for all.

    web workers ──► broker ──► evaluators (no network, capped memory, one snapshot open)
         ▲                          │
         └────── a pipe each ◄──────┘

Modules in reading order: ``formats`` (what a result can be written as), ``syntax`` (the
words of a query), ``failures`` (why there is no result), ``jobs`` (what a query needs
beside its text), ``channel`` (frames between processes), ``isolation`` (what an evaluator
may not do), ``rows`` (how many a result may have), ``dataset`` (FROM), ``federation``
(SERVICE), ``gateway`` (the way out to allowed services), ``evaluator``, ``updates`` and
``changes`` (the one process that writes), ``forwarding`` (the same for a remote store),
``fairness`` (who is next), ``measures``, ``children`` (the processes), ``broker``, ``loans``
and ``client``.
"""
