"""The build: documents and facts to a validated, published graph, top to bottom.

    documents + facts → claims → named graphs → inferred → validated → default graph → store

What it makes is in ``<state>/builds/<key>/``: dumps, validation report, statistics. The key
changes with the sources, so that a second build with nothing changed does nothing. Nothing
is published unless everything conforms; a failed build leaves the last good snapshot.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
from rdflib import Graph, URIRef
from rdflib.term import Node

from trygghetsgraf.background import Background, load_background
from trygghetsgraf.compilation import (
    Compiled,
    compile_document,
    load_compiled,
    store_compiled,
)
from trygghetsgraf.documents import Work, load_works
from trygghetsgraf.dumps import canonical, nquads, trig, write_packed
from trygghetsgraf.errors import InputError, InputErrors, NonConformance
from trygghetsgraf.laststatus import StatusDate, last_statuses, status_date
from trygghetsgraf.namespaces import (
    ID,
    INFERRED_GRAPH,
    ONTOLOGY_GRAPH,
    PROVENANCE_GRAPH,
    QUERIES_GRAPH,
    REFERENCE_GRAPH,
    SHAPES_GRAPH,
    VOCABULARY_GRAPH,
    is_entailed,
    is_ours,
    names_graph,
)
from trygghetsgraf.provenance import provenance
from trygghetsgraf.releases.making import make_release
from trygghetsgraf.releases.withdrawn import read_withdrawn
from trygghetsgraf.report import Labels, Report, combine, label_lookup
from trygghetsgraf.saved.catalogue import Catalogue, load_catalogue
from trygghetsgraf.saved.executables import queries_graph
from trygghetsgraf.settings import Settings
from trygghetsgraf.sources import Sources, key_of
from trygghetsgraf.statistics import DocumentStatistics
from trygghetsgraf.store.embedded import EmbeddedStore
from trygghetsgraf.store.graphs import in_merge
from trygghetsgraf.store.writer import Writer
from trygghetsgraf.terms import quads
from trygghetsgraf.validation import validate_background, validate_merge

#: told what is being done, how many steps are done and how many there are
Progress = Callable[[str, int, int], None]


def silent(step: str, done: int, total: int) -> None:
    """Progress that nobody looks at."""


@dataclass(frozen=True)
class Built:
    """The outcome of a build."""

    key: str
    #: where dumps, report and statistics are
    folder: Path
    #: number of the snapshot that serves it
    snapshot: int
    #: works that were compiled, not taken from the cache
    compiled: tuple[str, ...]
    #: whether there was anything to do at all
    changed: bool


def build(settings: Settings, progress: Progress = silent) -> Built:
    """Build and publish the graph of a project.

    Raises InputErrors for everything that cannot be read, NonConformance when validation
    finds violations (the report is then in ``<state>/failed/``), StoreError.
    """
    sources = Sources(settings.project)
    sources.check()
    withdrawn = read_withdrawn(settings.project)
    works = load_works(settings.project / "data" / "documents")
    queries = load_catalogue(settings.project / "queries")
    key = build_key(sources, works)
    folder = settings.state / "builds" / key[:20]
    with Writer(settings.state, "trygghetsgraf build") as writer:
        store = EmbeddedStore(writer)
        current = _published_key(store)
        if current == key and folder.is_dir():
            make_release(settings.state, folder, settings.build_time, withdrawn)
            return Built(key, folder, store.snapshots.current_number() or 0, (), False)
        background, documents, fresh = compile_all(settings, sources, works, progress)
        graphs = _all_graphs(background, documents, works, queries)
        report = _require_conformance(settings.state, background, documents, graphs)
        _describe_build(graphs, settings, key, sources, works, documents)
        progress("writing", len(works) + 1, len(works) + 2)
        everything = _write(folder, graphs, documents, report)
        progress("publishing", len(works) + 2, len(works) + 2)
        number = store.rebuild(
            everything, keep=lambda graph: _is_theirs(graph.value), meta={"build": key}
        )
        everything.unlink()
        make_release(settings.state, folder, settings.build_time, withdrawn)
        return Built(key, folder, number, tuple(fresh), True)


def validate(settings: Settings, progress: Progress = silent) -> tuple[Report, Labels]:
    """The validation report of a project as it stands, and its labels; publishes nothing.

    Raises InputErrors for everything that cannot be read.
    """
    sources = Sources(settings.project)
    sources.check()
    works = load_works(settings.project / "data" / "documents")
    queries = load_catalogue(settings.project / "queries")
    background, documents, _ = compile_all(settings, sources, works, progress)
    progress("the merge", len(works) + 2, len(works) + 2)
    graphs = _all_graphs(background, documents, works, queries)
    return combine(_reports(background, documents, graphs)), label_lookup(graphs.values())


def build_key(sources: Sources, works: Sequence[Work]) -> str:
    """A key for everything that the graph is made of."""
    keys = [sources.document_key(work) for work in works]
    asked = key_of(sources.queries)
    return hashlib.sha256("\n".join([sources.common_key, asked, *keys]).encode()).hexdigest()


def compile_all(
    settings: Settings, sources: Sources, works: Sequence[Work], progress: Progress = silent
) -> tuple[Background, list[Compiled], list[str]]:
    """The background, every document compiled or from the cache, and which were compiled.

    Raises InputErrors for everything that is wrong in any document.
    """
    progress("ontology, vocabularies, reference data", 0, len(works) + 2)
    cache = settings.state / "cache"
    background = load_background(settings.project, cache / f"{sources.common_key[:20]}.background")
    documents: list[Compiled] = []
    fresh: list[str] = []
    errors: list[InputError] = []
    for number, work in enumerate(works):
        progress(work.key, number + 1, len(works) + 2)
        cached = cache / f"{work.key}-{sources.document_key(work)[:20]}"
        try:
            compiled = load_compiled(cached, work.key)
            if compiled is None:
                compiled = compile_document(work, sources.facts(work.key), background)
                _forget(cache, work.key)
                store_compiled(cached, compiled)
                fresh.append(work.key)
            documents.append(compiled)
        except InputErrors as error:
            errors += error.errors
        except InputError as error:
            errors.append(error)
    errors += _named_twice(sources, documents)
    if errors:
        raise InputErrors(errors)
    return background, documents, fresh


def _named_twice(sources: Sources, documents: Sequence[Compiled]) -> list[InputError]:
    """An error for every thing that two documents name: one thing, or two with one key?"""
    owners: dict[Node, str] = {}
    errors = []
    for document in documents:
        for thing in sorted(set(document.graphs[names_graph(document.work)].subjects()), key=str):
            owner = owners.setdefault(thing, document.work)
            if owner != document.work:
                errors.append(
                    InputError(
                        f"Reading {str(thing).removeprefix(str(ID))}",
                        f"{sources.facts(owner).name} names it too.",
                        "If it is one thing, name it in data/reference; if not, rename one.",
                        path=sources.facts(document.work),
                    )
                )
    return errors


def _forget(cache: Path, work: str) -> None:
    """Drop what the cache holds of a document: it has been superseded."""
    for folder in cache.glob(f"{work}-????????????????????"):
        shutil.rmtree(folder)


def _published_key(store: EmbeddedStore) -> str | None:
    """The key of the build that the current snapshot comes from."""
    if store.snapshots.current_number() is None:
        return None
    with store.snapshots.current() as snapshot:
        return snapshot.meta.get("build")


def _is_theirs(graph: str) -> bool:
    """Whether a graph was written from outside, or follows from one that was."""
    return not is_ours(graph) or is_entailed(graph)


def _all_graphs(
    background: Background,
    documents: Sequence[Compiled],
    works: Sequence[Work],
    queries: Catalogue,
) -> dict[URIRef, Graph]:
    """Every named graph, provenance aside."""
    dates = {work.key: status_date(work.meta.status_date) for work in works}
    by_date: dict[StatusDate, list[Graph]] = {}
    for document in documents:
        by_date.setdefault(dates[document.work], []).append(document.plain)
    derived = last_statuses(by_date)
    graphs = {
        ONTOLOGY_GRAPH: background.ontology.terms,
        VOCABULARY_GRAPH: background.ontology.vocabulary,
        REFERENCE_GRAPH: background.reference,
        SHAPES_GRAPH: background.shapes.graph,
        QUERIES_GRAPH: queries_graph(queries.values()),
        INFERRED_GRAPH: background.inferred + derived,
    }
    for document in documents:
        graphs.update(document.graphs)
    return graphs


def _require_conformance(
    state: Path,
    background: Background,
    documents: Sequence[Compiled],
    graphs: Mapping[URIRef, Graph],
) -> Report:
    """The report; raises NonConformance, with the report written, unless everything conforms."""
    failed = state / "failed"
    shutil.rmtree(failed, ignore_errors=True)
    report = combine(_reports(background, documents, graphs))
    if not report.conforms:
        _write_report(failed, report, graphs)
        raise NonConformance(
            "Validating the graph",
            f"{report.counts['Violation']} violations, the first: {_first(report)}",
            f"Mend them; all are in {failed / 'report.txt'}. Nothing was published.",
        )
    return report


def _first(report: Report) -> str:
    result = report.results[0]
    return f"{result.focus}: {result.message('en')}"


def _reports(
    background: Background, documents: Sequence[Compiled], graphs: Mapping[URIRef, Graph]
) -> list[Report]:
    """The reports on the background, on every document and on the merge."""
    shapes, under = background.shapes, background.for_validation
    of_documents = [graphs[name] for document in documents for name in document.graphs]
    return [
        validate_background(shapes, under),
        *(document.report for document in documents),
        validate_merge(of_documents, shapes, under),
    ]


def _describe_build(
    graphs: dict[URIRef, Graph],
    settings: Settings,
    key: str,
    sources: Sources,
    works: Sequence[Work],
    documents: Sequence[Compiled],
) -> None:
    """Add the provenance graph."""
    files = sorted(
        {path for work in works for path in sources.of(work)} | {*sources.data, *sources.queries}
    )
    graphs[PROVENANCE_GRAPH] = provenance(
        key,
        settings.build_time,
        settings.project,
        files,
        {name: len(graph) for name, graph in graphs.items()},
        [document.statistics for document in documents],
    )


def _write(
    folder: Path,
    graphs: Mapping[URIRef, Graph],
    documents: Sequence[Compiled],
    report: Report,
) -> Path:
    """Write dumps, reports and statistics; return a file of all quads, default graph too.

    The folder appears when it is complete.
    """
    making = folder.with_name(f".{folder.name}-{os.getpid()}")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(parents=True)
    named = [quad for name in sorted(graphs) for quad in canonical(quads(graphs[name], name))]
    merged = sorted(
        {quad.triple for quad in named if in_merge(quad.graph_name)},  # type: ignore[arg-type]
        key=str,
    )
    lines = nquads(named)
    sums = {
        "trygghetsgrafen.nq.gz": write_packed(making / "trygghetsgrafen.nq.gz", lines),
        "trygghetsgrafen.trig.gz": write_packed(making / "trygghetsgrafen.trig.gz", trig(named)),
    }
    (making / "SHA256SUMS").write_text("".join(f"{d}  {n}\n" for n, d in sums.items()))
    _write_report(making, report, graphs)
    figures = [document.statistics.model_dump() for document in documents]
    (making / "statistics.json").write_text(
        json.dumps(figures, indent=1, ensure_ascii=False) + "\n"
    )
    everything = making / "everything.nq"
    everything.write_bytes(lines + nquads(ox.Quad(*triple) for triple in merged))
    shutil.rmtree(folder, ignore_errors=True)
    making.rename(folder)
    return folder / "everything.nq"


def _write_report(folder: Path, report: Report, graphs: Mapping[URIRef, Graph]) -> None:
    """Write a validation report as Turtle and, in both languages, as text."""
    folder.mkdir(parents=True, exist_ok=True)
    labels = label_lookup(graphs.values())
    (folder / "report.ttl").write_text(report.turtle())
    (folder / "report.txt").write_text(report.text("en", labels))
    (folder / "rapport.txt").write_text(report.text("sv", labels))


def read_figures(folder: Path) -> list[DocumentStatistics]:
    """The statistics that a build has written."""
    items = json.loads((folder / "statistics.json").read_bytes())
    return [DocumentStatistics.model_validate(item) for item in items]
