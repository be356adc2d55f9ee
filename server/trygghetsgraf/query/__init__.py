"""Queries: evaluated in processes of their own that can be killed, one broker for all.

    web workers ◄─► evaluators (no network, capped memory, one snapshot open)
         ▲               ▲
         └──── broker ───┘ lends them, and takes over what is not short

Modules in reading order: ``formats`` (what a result can be written as), ``failures`` (why
there is no result), ``syntax`` (the words of a query), ``jobs`` (what a query needs beside
its text), ``channel`` (frames between processes), ``results`` (how a result comes in
frames), ``isolation`` (what an evaluator may not do), ``rows`` (how many a result may
have), ``dataset`` (FROM), ``federation`` (SERVICE), ``gateway`` (the way out to allowed
services), ``evaluator``, ``updates`` and ``changes`` (the one process that writes),
``forwarding`` (the same for a remote store), ``fairness`` (who is next), ``measures``,
``children`` (the processes), ``lanes`` (what is quick and what is not), ``lending``,
``broker``, ``serving`` (its process), ``answers`` (a result on its way), ``loans`` and
``client``.
"""
