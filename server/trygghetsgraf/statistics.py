"""Statistics: what a document's reading amounts to, and what it leaves unread."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel
from rdflib import RDF, Graph, URIRef

from trygghetsgraf.namespaces import TG
from trygghetsgraf.reading import Reading
from trygghetsgraf.texts import Text, sentences


class Unquoted(BaseModel):
    """A sentence that no claim quotes."""

    line: int
    sentence: str
    #: why, None when nobody has said
    reason: str | None


class DocumentStatistics(BaseModel):
    """The figures of one document."""

    work: str
    title: str
    words: int
    #: share of the words of the text that lie inside a quote, 0 to 1
    coverage: float
    parts: int
    passages: int
    claims: int
    claims_by_force: dict[str, int]
    #: a claim counts once for every class of thing that it says something about
    claims_by_class: dict[str, int]
    #: distinct triples that claims state
    statements: int
    #: of those, the ones that are plain triples of the document's graph
    asserted: int
    #: of those, the ones that are only said
    said: int
    #: triples of the document's own graphs, claims and evidence included
    triples: int
    #: triples that follow from it
    inferred: int
    violations: int
    warnings: int
    unquoted: tuple[Unquoted, ...]


def covered(text: Text, spans: Iterable[tuple[int, int]]) -> list[bool]:
    """For every character of the text, whether it lies inside a span."""
    inside = [False] * len(text.text)
    for start, end in spans:
        inside[start:end] = [True] * (end - start)
    return inside


def document_statistics(
    reading: Reading, plain: Graph, said: Graph, names: Graph, inferred: Graph
) -> DocumentStatistics:
    """The figures of a document; those of its validation are filled in later."""
    text, key = reading.work.text, reading.work.manifestations[0].key
    spans = [p.passage.spans[key] for p in reading.passages]
    inside = covered(text, ((span.start, span.end) for span in spans))
    quoted = sum(all(inside[word.start : word.end]) for word in text.words)
    stated = {triple for claim in reading.claims for triple in claim.triples}
    classes = _classes(plain, said)
    by_class: Counter[str] = Counter()
    for claim in reading.claims:
        by_class.update({name for s, _, _ in claim.triples for name in classes.get(s, ())})
    return DocumentStatistics(
        work=reading.work.key,
        title=reading.work.meta.title.sv,
        words=len(text.words),
        coverage=round(quoted / len(text.words), 4),
        parts=len(reading.parts),
        passages=len(reading.passages),
        claims=len(reading.claims),
        claims_by_force=_sorted(Counter(claim.force for claim in reading.claims)),
        claims_by_class=_sorted(by_class),
        statements=len(stated),
        asserted=sum(triple in plain for triple in stated),
        said=sum(triple in said for triple in stated),
        triples=len(plain) + len(said) + len(names),
        inferred=len(inferred),
        violations=0,
        warnings=0,
        unquoted=tuple(_unquoted(reading, inside)),
    )


def read_statistics(path: Path) -> DocumentStatistics:
    """Figures that a build has written."""
    return DocumentStatistics.model_validate_json(path.read_bytes())


def _unquoted(reading: Reading, inside: list[bool]) -> Iterable[Unquoted]:
    text, key = reading.work.text, reading.work.manifestations[0].key
    for start, end in sentences(text.text):
        if any(inside[start:end]):
            continue
        reasons = [
            reason
            for passage, reason in reading.unclaimed
            if passage.spans[key].start < end and passage.spans[key].end > start
        ]
        sentence = " ".join(text.text[start:end].split())
        yield Unquoted(
            line=text.line(start), sentence=sentence, reason=reasons[0] if reasons else None
        )


def _classes(*graphs: Graph) -> dict[URIRef, set[str]]:
    """The classes of our things, by local name."""
    classes: dict[URIRef, set[str]] = {}
    for graph in graphs:
        for subject, obj in graph.subject_objects(RDF.type):
            if isinstance(subject, URIRef) and str(obj).startswith(str(TG)):
                classes.setdefault(subject, set()).add(str(obj).removeprefix(str(TG)))
    return classes


def _sorted(counter: Counter[str]) -> dict[str, int]:
    return dict(sorted(counter.items(), key=lambda item: (-item[1], item[0])))
