"""The graphs that a query is asked of, so that a default graph is a set.

The engine chains the graphs of a default graph, so that a triple in two of them counts
twice. SPARQL 1.1 Query, section 13.2, wants their merge: where a default graph has more
than one, and the difference can show in the answer, it is made in memory first. That takes
about 7 seconds for a million quads on one core.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, NamedNode, Quad, QuerySolutions, Store

from trygghetsgraf.query.failures import Outcome, QueryFailure
from trygghetsgraf.query.jobs import Job
from trygghetsgraf.query.syntax import counts_repetitions, from_clauses, prologue

_MAYBE_FROM = re.compile("from", re.IGNORECASE)


@dataclass(frozen=True)
class Dataset:
    """A store and what of it the query sees; None leaves that to the query's own clauses."""

    store: Store
    default: Sequence[NamedNode | DefaultGraph] | None = None
    named: Sequence[NamedNode] | None = None


def dataset_of(job: Job, store: Store) -> Dataset:
    """The dataset that the job asks of.

    What the request names goes before what the query names (SPARQL 1.1 Protocol, section
    2.1.4). Raises SyntaxError if the query's prologue cannot be read and QueryFailure for a
    graph name of the request that is no IRI.
    """
    if job.default_graphs or job.named_graphs:
        default = [_graph(iri) for iri in job.default_graphs]
        named = [_graph(iri) for iri in job.named_graphs]
    else:
        if _MAYBE_FROM.search(job.query) is None:
            return Dataset(store)
        written, written_named = from_clauses(job.query)
        if len(written) < 2:
            return Dataset(store)
        default = _resolved(job, written)
        named = _resolved(job, written_named)
    if len(set(default)) < 2 or not counts_repetitions(job.query):
        return Dataset(store, list(set(default)), named)
    merged = Store()
    for graph in set(default):
        merged.extend(
            Quad(quad.subject, quad.predicate, quad.object)
            for quad in store.quads_for_pattern(None, None, None, graph)
        )
    for graph in set(named):
        merged.extend(store.quads_for_pattern(None, None, None, graph))
    return Dataset(merged, [DefaultGraph()], named)


def _graph(iri: str) -> NamedNode:
    try:
        return NamedNode(iri)
    except ValueError as error:
        raise QueryFailure(Outcome.SYNTAX, f"The graph name {iri!r} is no absolute IRI.") from error


def _resolved(job: Job, written: list[str]) -> list[NamedNode]:
    """IRIs and prefixed names of the query as the engine reads them."""
    if not written:
        return []
    values = f"{prologue(job.query)} SELECT ?g {{ VALUES ?g {{ {' '.join(written)} }} }}"
    found = Store().query(values, base_iri=job.base)
    if not isinstance(found, QuerySolutions):
        raise TypeError("a SELECT query gave no solutions")
    return [graph for row in found if isinstance(graph := row["g"], NamedNode)]
