"""Last known status: derived, and only where the documents' dates settle it.

A status holds as of its document's date. Where several documents report one, the last is
known only if its bounds lie wholly after those of every document that reports another.
Nothing is called current.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from rdflib import Graph, URIRef
from rdflib.term import Node

from trygghetsgraf.literals import edtf_bounds, edtf_literal
from trygghetsgraf.namespaces import ID, TG


@dataclass(frozen=True)
class StatusDate:
    """The day or bounds as of which a document's statuses hold."""

    written: str
    earliest: date
    latest: date


def status_date(written: str) -> StatusDate:
    """The bounds of an EDTF date; an open end reaches to the first or last day there is."""
    return StatusDate(written, *edtf_bounds(written))


def last_statuses(documents: Mapping[StatusDate, Iterable[Graph]]) -> Graph:
    """``tg:lastKnownStatus`` and ``tg:lastKnownAt`` of every measure where they are settled.

    Takes the plain graphs of documents by their status date.
    """
    reports: dict[Node, list[tuple[StatusDate, Node]]] = {}
    for when, graphs in documents.items():
        for graph in graphs:
            for measure, status in graph.subject_objects(TG.status):
                if str(measure).startswith(str(ID["measure/"])):
                    reports.setdefault(measure, []).append((when, status))
    result = Graph()
    for measure, found in reports.items():
        settled = [
            (when, status)
            for when, status in found
            if all(w.latest < when.earliest for w, other in found if other != status)
        ]
        if isinstance(measure, URIRef) and settled:
            newest, status = max(settled, key=lambda one: (one[0].earliest, one[0].latest))
            result.add((measure, TG.lastKnownStatus, status))
            result.add((measure, TG.lastKnownAt, edtf_literal(newest.written)))
    return result
