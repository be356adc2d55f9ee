"""What the benchmark asks, in the words that every server understands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from urllib.parse import quote

from trygghetsgraf.bench.generator import Made
from trygghetsgraf.namespaces import PREFIXES

_PROLOGUE = f"PREFIX tg: <{PREFIXES['tg']}> PREFIX rdfs: <{PREFIXES['rdfs']}> "


@dataclass(frozen=True)
class Question:
    """A kind of query."""

    name: str
    #: ``random`` (every request another query), ``repeated`` (always the same one, known
    #: after the first), or ``analytic`` (few, each evaluated)
    kind: str
    queries: Sequence[str]
    #: what it takes as an answer
    accept: str = "application/sparql-results+json"


def questions(made: Made, seed: int = 1, many: int = 40_000) -> list[Question]:
    """The questions for a generated graph; random ones on up to ``many`` subjects of it."""
    random = Random(seed)  # noqa: S311 - data for a benchmark
    everything = [iri for kind in made.subjects.values() for iri in kind]
    some = random.sample(everything, min(many, len(everything)))
    measures = random.sample(made.subjects["measure"], min(many, len(made.subjects["measure"])))
    lookup = [f"SELECT ?p ?o WHERE {{ <{iri}> ?p ?o }}" for iri in some]
    entity = [
        f"CONSTRUCT {{ <{m}> ?p ?o . ?s ?q <{m}> }}"
        f" WHERE {{ {{ <{m}> ?p ?o }} UNION {{ ?s ?q <{m}> }} }}"
        for m in measures
    ]
    return [
        Question("point look-up", "random", lookup),
        Question("entity description", "random", entity, "application/n-triples"),
        Question("look-up again", "repeated", lookup[:1]),
        Question("description again", "repeated", entity[:1], "application/n-triples"),
        *(Question(name, "repeated", [_PROLOGUE + text]) for name, text in FIGURES.items()),
        *(Question(name, "analytic", [_PROLOGUE + text]) for name, text in ANALYTIC.items()),
    ]


def path_of(query: str, *, unique: bool) -> str:
    """The end of the path of a request with the query.

    ``unique`` adds a comment that differs each time, so that no server has it in a cache.
    """
    text = quote(query, safe="")
    return f"query={text}{'%20%23%s' if unique else ''}"


#: what pages and catalogues show of the whole graph
FIGURES = {
    "class counts": "SELECT ?class (COUNT(?s) AS ?n) WHERE { ?s a ?class } GROUP BY ?class",
    "facet: status": (
        "SELECT ?status (COUNT(?m) AS ?n) WHERE { ?m a tg:Measure ; tg:status ?status }"
        " GROUP BY ?status"
    ),
    "VoID: properties": "SELECT ?p (COUNT(?s) AS ?n) WHERE { ?s ?p ?o } GROUP BY ?p",
}

ANALYTIC = {
    "grouping by two": (
        "SELECT ?kind ?status (COUNT(?m) AS ?n) WHERE"
        " { ?m a tg:Measure ; tg:kind ?kind ; tg:status ?status } GROUP BY ?kind ?status"
    ),
    "join and group": (
        "SELECT ?municipality (COUNT(?m) AS ?n) WHERE"
        " { ?m tg:status ?status ; tg:place ?area . ?area tg:within ?municipality }"
        " GROUP BY ?municipality"
    ),
    "claims to speakers": (
        "SELECT ?force (COUNT(?claim) AS ?n) (COUNT(DISTINCT ?who) AS ?speakers) WHERE"
        " { ?claim a tg:Claim ; tg:force ?force ; tg:speaker ?who } GROUP BY ?force"
    ),
    "selective join": (
        "SELECT ?m ?quote WHERE { ?m tg:kind <https://w3id.org/trygghetsgrafen/id/kind/slag-7> ;"
        " tg:status <https://w3id.org/trygghetsgrafen/id/status/planned> ."
        " ?st <http://www.w3.org/1999/02/22-rdf-syntax-ns#subject> ?m ."
        " ?c tg:states ?st ; tg:passage ?ps . ?ps tg:quote ?quote } LIMIT 1000"
    ),
}
