"""A graph of any size with the ontology's own shape: municipalities × documents × measures.

Every document has its named graph (plain triples, claims, statements, passages, evidence),
a graph of names, one of entailments and one of what is only said, as a build makes them
(``docs/model.md``); the default graph holds all but the last. About 2,000 triples to a
document, as in the documents that were read. With the graph of the project, that is in it
too, its concepts are used, and copies of its documents stand among the generated ones. The
same seed gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from random import Random

from trygghetsgraf.bench.copies import Shipped
from trygghetsgraf.namespaces import (
    ELI,
    ID,
    OA,
    PREFIXES,
    REFERENCE_GRAPH,
    TG,
    document_graph,
    inferred_graph,
    names_graph,
    said_graph,
)

#: how many there are in Sweden
_MUNICIPALITIES = 290
_MEASURES = 20
_KINDS = 300
#: there is one copy of a document that was read for so many generated ones
_COPY_EVERY = 16
_ACTORS = 12
_AREAS = 8
_TYPE = f"<{PREFIXES['rdf']}type>"
_LABEL = f"<{PREFIXES['rdfs']}label>"
_STATUS = ("ongoing", "completed", "planned", "proposed", "agreed", "under-investigation")
_FORCE = ("states", "commits", "wants", "judges", "decides")
_TARGET = ("barn-och-unga", "invanare", "boende", "foraldrar", "personal")
_WORDS = (
    *("trygghet", "i", "centrum", "genom", "samverkan", "mellan", "kommun", "polis", "och"),
    *("bostadsbolag", "för", "barn", "unga", "boende", "med", "belysning", "kameror", "värdar"),
    *("vandringar", "möten", "uppföljning", "under", "året"),
)


@dataclass
class Made:
    """What was written."""

    quads: int = 0
    #: of those, in the default graph
    merged: int = 0
    documents: int = 0
    #: subjects by kind: ``measure``, ``claim``, ``statement``
    subjects: dict[str, list[str]] = field(
        default_factory=lambda: {"measure": [], "claim": [], "statement": []}
    )

    def add(self, quads: int, merged: int) -> None:
        """Count a whole document that was written."""
        self.quads += quads
        self.merged += merged
        self.documents += 1


#: graph, whether it is merged, subject, predicate, object; each as N-Quads writes it
Line = tuple[str, bool, str, str, str]


def generate(path: Path, quads: int, seed: int = 1, shipped: Shipped | None = None) -> Made:
    """Write a graph of at least so many quads, default graph counted, as N-Quads.

    It ends with whole documents, and with what is shipped. Returns what was written.
    """
    random, made = Random(seed), Made()  # noqa: S311 - data for a benchmark
    kinds = _kinds(shipped)
    with path.open("w", encoding="utf-8", newline="\n") as file:

        def put(lines: Iterator[Line]) -> None:
            for graph, merged, subject, predicate, obj in lines:
                triple = f"{subject} {predicate} {obj}"
                file.write(f"{triple} {graph} .\n")
                made.quads += 1
                if merged:
                    file.write(f"{triple} .\n")
                    made.quads += 1
                    made.merged += 1

        put(_reference(kinds))
        left = quads - (shipped.quads if shipped else 0)
        for number in count():
            put(_document(number, random, made, kinds))
            made.documents += 1
            if shipped and shipped.documents and number % _COPY_EVERY == _COPY_EVERY - 1:
                turn = number // _COPY_EVERY
                copy = list(shipped.documents.values())[turn % len(shipped.documents)]
                file.write(copy.text(turn, f"kommun-{random.randrange(_MUNICIPALITIES)}"))
                made.add(copy.quads, copy.merged)
            if made.quads >= left:
                break
        if shipped:
            file.write(shipped.path.read_text(encoding="utf-8"))
            made.add(shipped.quads, shipped.merged)
    return made


def document(seed: int, number: int) -> list[tuple[str, str]]:
    """One more document with that number: its named graphs, each with its N-Triples."""
    graphs: dict[str, list[str]] = {}
    lines = _document(number, Random(seed), Made(), _kinds(None))  # noqa: S311 - as above
    for graph, _, subject, predicate, obj in lines:
        graphs.setdefault(graph[1:-1], []).append(f"{subject} {predicate} {obj} .")
    return [(graph, "\n".join(lines)) for graph, lines in graphs.items()]


def _id(kind: str, key: object) -> str:
    return f"<{ID}{kind}/{key}>"


def _tg(name: str) -> str:
    return f"<{TG}{name}>"


def _text(random: Random, words: int) -> str:
    return " ".join(random.choices(_WORDS, k=words))


def _literal(text: str, language: str = "sv") -> str:
    return f'"{text}"@{language}'


def _integer(value: int) -> str:
    return f'"{value}"^^<{PREFIXES["xsd"]}integer>'


def _kinds(shipped: Shipped | None) -> list[str]:
    """Keys of kinds of measures, the common ones first: after a few of our own, real ones."""
    real = [] if shipped is None else shipped.concepts.get("kind", [])
    return [f"slag-{i}" for i in range(10)] + [*real, *(f"slag-{i}" for i in range(10, _KINDS))]


def _reference(kinds: Sequence[str]) -> Iterator[Line]:
    """Municipalities with their areas and bodies, and kinds of measures."""
    graph = f"<{REFERENCE_GRAPH}>"
    things = [("kind", key, "MeasureKind") for key in kinds if key.startswith("slag-")]
    for m in range(_MUNICIPALITIES):
        things.append(("area", f"kommun-{m}", "AdministrativeArea"))
        things += [("area", f"omrade-{m}-{i}", "Area") for i in range(_AREAS)]
        things += [("actor", f"aktor-{m}-{i}", "OrganisationalUnit") for i in range(_ACTORS)]
    for kind, key, class_ in things:
        yield graph, True, _id(kind, key), _TYPE, _tg(class_)
        yield graph, True, _id(kind, key), _LABEL, _literal(key)
        if key.startswith("omrade"):
            part = key.split("-")[1]
            yield graph, True, _id(kind, key), _tg("within"), _id("area", f"kommun-{part}")


def _document(number: int, random: Random, made: Made, kinds: Sequence[str]) -> Iterator[Line]:
    """A document of one municipality."""
    place = number % _MUNICIPALITIES
    key = f"svar-{place}-{number // _MUNICIPALITIES}"
    graph, work = f"<{document_graph(key)}>", _id("document", key)
    file, part = _id("manifestation", f"{key}-a"), _id("part", f"{key}-svar")

    def say(subject: str, *pairs: tuple[str, str]) -> Iterator[Line]:
        return ((graph, True, subject, predicate, obj) for predicate, obj in pairs)

    yield from say(
        work,
        (_TYPE, _tg("InterpellationAnswer")),
        (_LABEL, _literal(f"Svar {number}")),
        (f"<{PREFIXES['dcterms']}publisher>", _id("actor", f"aktor-{place}-0")),
        (f"<{PREFIXES['dcterms']}spatial>", _id("area", f"kommun-{place}")),
        (_tg("statusDate"), f'"{2015 + number % 10}"^^<{PREFIXES["edtf"]}EDTF>'),
        (f"<{ELI}is_realized_by>", file),
    )
    yield from say(file, (_TYPE, _tg("Manifestation")), (_tg("fileName"), f'"{key}.txt"'))
    yield from say(part, (_TYPE, _tg("DocumentPart")), (_tg("inWork"), work))
    for index in range(_MEASURES):
        measure = _id("measure", f"atgard-{number}-{index}")
        made.subjects["measure"].append(measure[1:-1])
        facts = list(_facts(place, random, kinds))
        passage, evidence = _hashed("passage", random), _hashed("evidence", random)
        selectors = _hashed("quote-selector", random), _hashed("position-selector", random)
        quote, start = _text(random, 14), random.randrange(9000)
        yield from say(measure, *facts)
        yield from say(
            passage,
            (_TYPE, _tg("Passage")),
            (_tg("inWork"), work),
            (_tg("inPart"), part),
            (_tg("quote"), _literal(quote)),
            (_tg("evidence"), evidence),
        )
        yield from say(
            evidence,
            (_TYPE, _tg("Evidence")),
            (f"<{OA}hasSource>", file),
            (f"<{OA}hasSelector>", selectors[0]),
            (f"<{OA}hasSelector>", selectors[1]),
        )
        yield from say(
            selectors[0],
            (_TYPE, f"<{OA}TextQuoteSelector>"),
            (f"<{OA}exact>", f'"{quote}"'),
            (f"<{OA}prefix>", f'"{_text(random, 4)}"'),
            (f"<{OA}suffix>", f'"{_text(random, 4)}"'),
        )
        yield from say(
            selectors[1],
            (_TYPE, f"<{OA}TextPositionSelector>"),
            (f"<{OA}start>", _integer(start)),
            (f"<{OA}end>", _integer(start + len(quote))),
        )
        wish = (_tg("aimsAt"), _id("kind", random.choice(kinds)))
        yield f"<{said_graph(key)}>", False, measure, *wish
        stated = [(graph, fact) for fact in facts] + [("", wish)]
        for claim_number in range(3):
            claim = _hashed("claim", random)
            made.subjects["claim"].append(claim[1:-1])
            force = "wants" if claim_number == 2 else random.choice(_FORCE[:2])
            yield from say(
                claim,
                (_TYPE, _tg("Claim")),
                (_tg("force"), _id("force", force)),
                (_tg("polarity"), _id("polarity", "positive")),
                (_tg("certainty"), _id("certainty", "plain")),
                (_tg("tense"), _id("tense", "present")),
                (_tg("passage"), passage),
                (_tg("speaker"), _id("actor", f"aktor-{place}-{random.randrange(_ACTORS)}")),
            )
            share = stated[-1:] if claim_number == 2 else stated[claim_number:-1:2]
            for _, (predicate, obj) in share:
                statement = _hashed("statement", random)
                made.subjects["statement"].append(statement[1:-1])
                yield from say(claim, (_tg("states"), statement))
                yield from say(
                    statement,
                    (_TYPE, f"<{PREFIXES['rdf']}Statement>"),
                    (f"<{PREFIXES['rdf']}subject>", measure),
                    (f"<{PREFIXES['rdf']}predicate>", predicate),
                    (f"<{PREFIXES['rdf']}object>", obj),
                )
        for language in ("sv", "en"):
            label = _literal(f"Åtgärd {number} {index}", language)
            yield f"<{names_graph(key)}>", True, measure, _LABEL, label
        yield f"<{inferred_graph(key)}>", True, measure, _TYPE, _tg("Activity")


def _facts(place: int, random: Random, kinds: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What is plainly said of a measure."""
    yield _TYPE, _tg("Measure")
    # some kinds are common and most are rare
    yield _tg("kind"), _id("kind", kinds[int(len(kinds) * random.random() ** 2)])
    yield _tg("status"), _id("status", random.choice(_STATUS))
    yield _tg("place"), _id("area", f"omrade-{place}-{random.randrange(_AREAS)}")
    yield _tg("responsibleActor"), _id("actor", f"aktor-{place}-{random.randrange(_ACTORS)}")
    yield _tg("participatingActor"), _id("actor", f"aktor-{place}-{random.randrange(_ACTORS)}")
    yield _tg("targetGroup"), _id("target", random.choice(_TARGET))
    yield _tg("purpose"), _literal(_text(random, 6))


def _hashed(kind: str, random: Random) -> str:
    """A node whose key looks like the hash that a build would give it."""
    return _id(kind, f"{random.getrandbits(80):020x}")
