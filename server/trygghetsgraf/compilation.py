"""One document from its files to validated graphs, and back from the cache.

A document's result depends on its own files and on what all documents are read with, and
on nothing else: a changed document costs one document.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph, URIRef

from trygghetsgraf.background import Background
from trygghetsgraf.documents import Work
from trygghetsgraf.dumps import canonical, nquads, parse_nquads
from trygghetsgraf.graph import document_graphs
from trygghetsgraf.inference import about, entailments, logical_part
from trygghetsgraf.namespaces import document_graph, inferred_graph, names_graph, said_graph
from trygghetsgraf.reading import read_facts
from trygghetsgraf.report import Report, read_report
from trygghetsgraf.statistics import DocumentStatistics, document_statistics, read_statistics
from trygghetsgraf.terms import graph_from, quads
from trygghetsgraf.validation import validate_document
from trygghetsgraf.yamlfile import YamlFile


@dataclass(frozen=True)
class Compiled:
    """A document's named graphs, in rdflib's terms, with its figures and validation."""

    work: str
    graphs: Mapping[URIRef, Graph]
    statistics: DocumentStatistics
    report: Report

    @property
    def plain(self) -> Graph:
        """What the document reports, with its claims."""
        return self.graphs[document_graph(self.work)]


def compile_document(work: Work, facts: Path, background: Background) -> Compiled:
    """Read, infer and validate one document. Raises InputError for what cannot be read."""
    reading = read_facts(YamlFile.read(facts), work, background.names)
    graphs = document_graphs(reading, background.ontology)
    plain, said = graphs[document_graph(work.key)], graphs[said_graph(work.key)]
    names = graphs[names_graph(work.key)]
    report = validate_document(plain, said, names, background.shapes, background.for_validation)
    facts_only = logical_part(plain, names)
    closed = background.closed
    inferred = entailments(facts_only, about(facts_only, closed, background.logical_terms))
    # what the mentioned things are connected to is reasoned over again: it is known already
    inferred -= closed
    graphs[inferred_graph(work.key)] = inferred
    figures = document_statistics(reading, plain, said, names, inferred)
    counted = {
        "violations": report.counts["Violation"],
        "warnings": report.counts["Warning"],
    }
    return Compiled(work.key, graphs, figures.model_copy(update=counted), report)


def store_compiled(folder: Path, compiled: Compiled) -> None:
    """Keep a result in a folder of the cache; the folder appears when it is complete."""
    making = folder.with_name(f".{folder.name}-{os.getpid()}")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    found = [quad for name, graph in compiled.graphs.items() for quad in quads(graph, name)]
    (making / "graphs.nq").write_bytes(nquads(canonical(found)))
    (making / "statistics.json").write_text(compiled.statistics.model_dump_json(indent=1))
    (making / "report.json").write_text(compiled.report.json())
    shutil.rmtree(folder, ignore_errors=True)
    making.rename(folder)


def load_compiled(folder: Path, work: str) -> Compiled | None:
    """A result of the cache, None if it is not there."""
    if not folder.is_dir():
        return None
    names = (document_graph(work), said_graph(work), names_graph(work), inferred_graph(work))
    found: dict[str, list[ox.Quad]] = {str(name): [] for name in names}
    for quad in parse_nquads((folder / "graphs.nq").read_bytes()):
        found[quad.graph_name.value].append(quad)  # type: ignore[union-attr]
    return Compiled(
        work,
        {URIRef(name): graph_from(items) for name, items in found.items()},
        read_statistics(folder / "statistics.json"),
        read_report((folder / "report.json").read_text()),
    )
