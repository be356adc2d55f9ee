"""The formats that a query result can be written as: one table.

Which of the two groups applies follows from the form of the query (SPARQL 1.1 Protocol,
section 2.1.6): tables for SELECT and ASK, graphs for CONSTRUCT and DESCRIBE.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pyoxigraph import QueryResultsFormat, RdfFormat


@dataclass(frozen=True)
class Format:
    """A way to write a result."""

    #: what ``?format=`` calls it
    name: str
    #: the registered media type, then what else clients ask for; the answer carries the
    #: one that was asked for
    media_types: tuple[str, ...]
    engine: QueryResultsFormat | RdfFormat
    #: other words for it in ``?format=``
    aliases: tuple[str, ...] = ()


#: SELECT and ASK, the default first
TABLES: tuple[Format, ...] = (
    Format(
        "json",
        # https://www.w3.org/TR/sparql11-results-json/#mediaType
        ("application/sparql-results+json", "application/json"),
        QueryResultsFormat.JSON,
        ("srj",),
    ),
    Format(
        "xml",
        # https://www.w3.org/TR/rdf-sparql-XMLres/#mime
        ("application/sparql-results+xml", "application/xml", "text/xml"),
        QueryResultsFormat.XML,
        ("srx",),
    ),
    # https://www.w3.org/TR/sparql11-results-csv-tsv/
    Format("csv", ("text/csv",), QueryResultsFormat.CSV),
    Format("tsv", ("text/tab-separated-values",), QueryResultsFormat.TSV),
)

#: CONSTRUCT and DESCRIBE, the default first
GRAPHS: tuple[Format, ...] = (
    Format("turtle", ("text/turtle", "application/x-turtle"), RdfFormat.TURTLE, ("ttl",)),
    Format("ntriples", ("application/n-triples", "text/plain"), RdfFormat.N_TRIPLES, ("nt",)),
    Format("jsonld", ("application/ld+json", "application/json"), RdfFormat.JSON_LD, ("json",)),
    Format("rdfxml", ("application/rdf+xml",), RdfFormat.RDF_XML, ("rdf", "xml")),
    Format("trig", ("application/trig",), RdfFormat.TRIG),
    Format("nquads", ("application/n-quads",), RdfFormat.N_QUADS, ("nq",)),
)


def _by_word(formats: tuple[Format, ...]) -> Mapping[str, Format]:
    """Every word and media type → its format."""
    words = {}
    for format_ in formats:
        for word in (format_.name, *format_.aliases, *format_.media_types):
            words[word] = format_
    return MappingProxyType(words)


TABLE_BY_WORD = _by_word(TABLES)
GRAPH_BY_WORD = _by_word(GRAPHS)
