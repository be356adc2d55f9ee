"""Provenance: which build made the graphs, when, with which code, from which files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

from rdflib import PROV, RDF, RDFS, XSD, Graph, Literal, URIRef

from trygghetsgraf import __version__
from trygghetsgraf.namespaces import TG, entity
from trygghetsgraf.sources import digest
from trygghetsgraf.statistics import DocumentStatistics


def provenance(
    key: str,
    time: datetime,
    project: Path,
    files: Sequence[Path],
    graphs: Mapping[URIRef, int],
    documents: Sequence[DocumentStatistics],
) -> Graph:
    """The graph that describes a build, with the figures of its documents.

    ``graphs`` maps the IRI of each named graph to its number of triples.
    """
    graph = Graph()
    run = entity("build", key[:20])
    graph.add((run, RDF.type, PROV.Activity))
    graph.add((run, RDFS.label, Literal("bygge av grafen", lang="sv")))
    graph.add((run, RDFS.label, Literal("build of the graph", lang="en")))
    stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ")
    graph.add((run, PROV.endedAtTime, Literal(stamp, datatype=XSD.dateTime)))
    graph.add((run, TG.softwareVersion, Literal(__version__)))
    for path in files:
        file_digest = digest(path)
        source = entity("source", file_digest[:20])
        graph.add((run, PROV.used, source))
        graph.add((source, RDF.type, PROV.Entity))
        graph.add((source, TG.fileName, Literal(path.relative_to(project).as_posix())))
        graph.add((source, TG.sha256, Literal(file_digest)))
    for name, triples in graphs.items():
        graph.add((name, RDF.type, PROV.Entity))
        graph.add((name, PROV.wasGeneratedBy, run))
        graph.add((name, TG.tripleCount, _integer(triples)))
    for figures in documents:
        document = entity("document", figures.work)
        coverage = Literal(f"{figures.coverage:.4f}", datatype=XSD.decimal)
        graph.add((document, TG.coverage, coverage))
        graph.add((document, TG.claimCount, _integer(figures.claims)))
        graph.add((document, TG.statementCount, _integer(figures.statements)))
        graph.add((document, TG.unquotedCount, _integer(len(figures.unquoted))))
    return graph


def _integer(number: int) -> Literal:
    return Literal(str(number), datatype=XSD.integer)
