"""Provenance: which build made the graphs, from which files, with which figures."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from rdflib import PROV, RDF, XSD, Literal, URIRef

from trygghetsgraf import __version__
from trygghetsgraf.namespaces import ID, TG, document_graph, entity
from trygghetsgraf.provenance import provenance
from trygghetsgraf.statistics import DocumentStatistics, Unquoted

FIGURES = DocumentStatistics(
    work="tallbro-svar",
    title="Svar",
    words=47,
    coverage=0.8,
    parts=2,
    passages=6,
    claims=7,
    claims_by_force={},
    claims_by_class={},
    statements=18,
    asserted=16,
    said=2,
    triples=300,
    inferred=9,
    violations=0,
    warnings=0,
    unquoted=(Unquoted(line=11, sentence="Ring.", reason=None),),
)


def test_build_run(tmp_path: Path) -> None:
    path = tmp_path / "data" / "facts" / "tallbro-svar.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("work: tallbro-svar\n")
    sha256 = hashlib.sha256(b"work: tallbro-svar\n").hexdigest()
    graph = provenance(
        "0123456789abcdef0123456789abcdef",
        datetime(2024, 9, 10, 8, 0, tzinfo=UTC),
        tmp_path,
        [path],
        {document_graph("tallbro-svar"): 250},
        [FIGURES],
    )
    run, source = entity("build", "0123456789abcdef0123"), entity("source", sha256[:20])
    document, named = entity("document", "tallbro-svar"), document_graph("tallbro-svar")
    labels = {(s, o.language) for s, o in graph.subject_objects() if isinstance(o, Literal)}
    assert {(run, "sv"), (run, "en")} <= labels

    def typed(text: str, datatype: URIRef) -> Literal:
        return Literal(text, datatype=datatype)

    assert {triple for triple in graph if not getattr(triple[2], "language", None)} == {
        (run, RDF.type, PROV.Activity),
        (run, PROV.endedAtTime, typed("2024-09-10T08:00:00Z", XSD.dateTime)),
        (run, TG.softwareVersion, Literal(__version__)),
        (run, PROV.used, source),
        (source, RDF.type, PROV.Entity),
        (source, TG.fileName, Literal("data/facts/tallbro-svar.yaml")),
        (source, TG.sha256, Literal(sha256)),
        (named, RDF.type, PROV.Entity),
        (named, PROV.wasGeneratedBy, run),
        (named, TG.tripleCount, typed("250", XSD.integer)),
        (document, TG.coverage, typed("0.8000", XSD.decimal)),
        (document, TG.claimCount, typed("7", XSD.integer)),
        (document, TG.statementCount, typed("18", XSD.integer)),
        (document, TG.unquotedCount, typed("1", XSD.integer)),
    }


def test_same_sources_at_the_same_time_give_the_same_graph(tmp_path: Path) -> None:
    when = datetime(2024, 9, 10, 8, 0, tzinfo=UTC)
    graphs = {document_graph("tallbro-svar"): 250}
    one, other = (provenance("a" * 64, when, tmp_path, [], graphs, [FIGURES]) for _ in range(2))
    assert set(one) == set(other)
    assert {str(s).rpartition("/")[0] for s in one.subjects() if str(s).startswith(ID)} == {
        str(ID["build"]),
        str(ID["document"]),
    }
