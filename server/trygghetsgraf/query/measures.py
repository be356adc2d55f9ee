"""What is counted and measured, in the text format of Prometheus.

https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_1_0_0

from trygghetsgraf.query.failures import Outcome

CONTENT_TYPE = CONTENT_TYPE_PLAIN_1_0_0

_SECONDS = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)


class Measures:
    """The measures of one server, kept by its broker, to which the web workers report."""

    def __init__(self, states: Mapping[str, tuple[str, Callable[[], float]]]) -> None:
        """``states``: name of a gauge → what it is, and how to read it."""
        self._registry = CollectorRegistry()
        self._queries = Counter(
            "trygghetsgraf_queries",
            "Queries that reached the broker, by how they ended.",
            ["outcome"],
            registry=self._registry,
        )
        for outcome in Outcome:
            self._queries.labels(outcome.value)
        self._seconds = Histogram(
            "trygghetsgraf_query_seconds",
            "Time from a query's arrival at the broker to its end.",
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._responses = Counter(
            "trygghetsgraf_responses",
            "Responses by status; those to queries that needed no evaluation have cached=yes.",
            ["status", "cached"],
            registry=self._registry,
        )
        for name, (words, read) in states.items():
            gauge = Gauge(f"trygghetsgraf_{name}", words, registry=self._registry)
            gauge.set_function(read)

    def ended(self, outcome: Outcome, seconds: float) -> None:
        """Count a query that took so long from its arrival to its end."""
        self._queries.labels(outcome.value).inc()
        self._seconds.observe(seconds)

    def responded(self, status: str, cached: str, times: int) -> None:
        """Count responses, as a web worker reports them now and then."""
        self._responses.labels(status, cached).inc(times)

    def text(self) -> bytes:
        """All of it, as :data:`CONTENT_TYPE` says."""
        return generate_latest(self._registry)
