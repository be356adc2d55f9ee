"""Evaluation for the API: by the broker's evaluators, which can be stopped."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import pyoxigraph as ox
from flask import has_request_context, request

from trygghetsgraf.query.client import Client
from trygghetsgraf.query.jobs import Job, Limits
from trygghetsgraf.saved.evaluation import Table, table_of
from trygghetsgraf.store.snapshots import Snapshots

T = TypeVar("T")


@dataclass(frozen=True)
class BrokerEvaluator:
    """Has queries evaluated by the broker; for the threads of one web worker."""

    #: the broker's socket
    address: Path
    limits: Limits
    snapshots: Snapshots
    #: what relative IRIs in queries are relative to
    base: str

    def state(self) -> str:
        """The number of the current snapshot."""
        return str(self.snapshots.current_number() or 0)

    def select(self, query: str) -> Table:
        """The solutions; raises QueryFailure."""
        body = self._run(self._ask(self._job(query)))
        return table_of(ox.parse_query_results(body, format=ox.QueryResultsFormat.JSON))

    def construct(self, query: str) -> list[ox.Triple]:
        """The triples; raises QueryFailure."""
        body = self._run(self._ask(self._job(query)))
        found = ox.parse(body, format=ox.RdfFormat.N_TRIPLES)
        return sorted({quad.triple for quad in found}, key=str)

    def _job(self, query: str) -> Job:
        client = request.remote_addr if has_request_context() else None
        return Job(query, client or "api", self.base, table="json", graph="ntriples")

    async def _ask(self, job: Job) -> bytes:
        answer = await self._client.ask(job)
        try:
            return b"".join([chunk async for chunk in answer.chunks()])
        finally:
            answer.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    @cached_property
    def _client(self) -> Client:
        return Client(self.address, self.limits)

    @cached_property
    def _loop(self) -> asyncio.AbstractEventLoop:
        # made at the first query: a thread does not survive the fork of a worker
        loop = asyncio.new_event_loop()
        threading.Thread(target=loop.run_forever, name="broker", daemon=True).start()
        return loop
