"""Evaluation for the API: by the broker's evaluators, which can be stopped."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from dataclasses import dataclass

import pyoxigraph as ox
from flask import request

from trygghetsgraf.query.client import Client
from trygghetsgraf.query.failures import Outcome, QueryFailure
from trygghetsgraf.query.jobs import Job, Limits
from trygghetsgraf.saved.evaluation import Table, table_of
from trygghetsgraf.store.snapshots import Snapshots

#: seconds that the broker may take beyond its own limits
_GRACE = 5.0


@dataclass(frozen=True)
class BrokerEvaluator:
    """Has queries evaluated by the broker; for requests that a thread of a worker answers."""

    #: that of the worker, which all its requests share
    client: Client
    limits: Limits
    snapshots: Snapshots
    #: what relative IRIs in queries are relative to
    base: str

    def state(self) -> str:
        """The number of the current snapshot."""
        return str(self.snapshots.current_number() or 0)

    def select(self, query: str) -> Table:
        """The solutions; raises QueryFailure."""
        body = self._ask(query)
        return table_of(ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON))

    def construct(self, query: str) -> list[ox.Triple]:
        """The triples; raises QueryFailure."""
        found = ox.parse(self._ask(query), format=ox.RdfFormat.N_TRIPLES)
        return sorted({quad.triple for quad in found}, key=str)

    def _ask(self, query: str) -> bytes:
        job = Job(query, request.remote_addr or "", self.base, table="json", graph="ntriples")
        # the worker's event loop, where its client lives: the one that reads our request
        loop: asyncio.AbstractEventLoop = request.environ["wsgi.input"].loop
        future: Future[bytes] = asyncio.run_coroutine_threadsafe(self.client.whole(job), loop)
        try:
            return future.result(self.limits.patience + self.limits.deadline + _GRACE)
        except TimeoutError as error:
            future.cancel()
            raise QueryFailure(
                Outcome.BUSY, "The evaluators do not answer.", retry_after=1
            ) from error
