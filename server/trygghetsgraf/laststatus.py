"""Last known status: derived, and only where the documents' dates settle it.

A status holds as of its document's date. Where several documents report one, the last is
known only if its bounds lie wholly after those of every document that reports another.
Nothing is called current.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from edtf import parse_edtf
from rdflib import RDF, Graph, URIRef
from rdflib.term import Node

from trygghetsgraf.literals import edtf_literal
from trygghetsgraf.namespaces import TG


@dataclass(frozen=True)
class StatusDate:
    """The day or bounds as of which a document's statuses hold."""

    written: str
    earliest: date
    latest: date


def status_date(written: str) -> StatusDate:
    """The bounds of an EDTF date; an open end reaches to the first or last day there is."""
    parsed = parse_edtf(written)
    lower, upper = parsed.lower_strict(), parsed.upper_strict()
    return StatusDate(written, _day(lower, date.min), _day(upper, date.max))


def last_statuses(documents: Mapping[StatusDate, Iterable[Graph]]) -> Graph:
    """``tg:lastKnownStatus`` and ``tg:lastKnownAt`` of every measure where they are settled.

    Takes the plain graphs of documents by their status date.
    """
    reports: dict[Node, list[tuple[StatusDate, Node]]] = {}
    for when, graphs in documents.items():
        for graph in graphs:
            for measure, status in graph.subject_objects(TG.status):
                if (measure, RDF.type, TG.Measure) in graph:
                    reports.setdefault(measure, []).append((when, status))
    result = Graph()
    for measure, found in reports.items():
        newest, status = max(found, key=lambda report: (report[0].latest, report[0].earliest))
        rivals = [when for when, other in found if other != status]
        if isinstance(measure, URIRef) and all(w.latest < newest.earliest for w in rivals):
            result.add((measure, TG.lastKnownStatus, status))
            result.add((measure, TG.lastKnownAt, edtf_literal(newest.written)))
    return result


def _day(value: object, otherwise: date) -> date:
    """A date from the library's struct_time; an infinite bound is the other value."""
    parts = (
        getattr(value, "tm_year", None),
        getattr(value, "tm_mon", 1),
        getattr(value, "tm_mday", 1),
    )
    if parts[0] is None:
        return otherwise
    return date(int(parts[0]), int(parts[1]), int(parts[2]))
