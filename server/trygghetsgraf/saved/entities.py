"""One thing with its names, classes and everything that is said of it."""

from __future__ import annotations

from typing import Any

import pyoxigraph as ox

from trygghetsgraf.namespaces import ID, PREFIXES, TG
from trygghetsgraf.saved.evaluation import Evaluator
from trygghetsgraf.saved.naming import names_of_things
from trygghetsgraf.saved.writing import plain

_PROLOGUE = f"""
PREFIX rdf: <{PREFIXES["rdf"]}>
PREFIX rdfs: <{PREFIXES["rdfs"]}>
PREFIX skos: <{PREFIXES["skos"]}>
PREFIX tg: <{TG}>
"""
_CLASSES = """
SELECT DISTINCT ?class WHERE { %s a ?class } ORDER BY ?class
"""
#: each statement with the claim that makes it; whether it is reported or only said
_SAID = """
SELECT DISTINCT ?subject ?property ?value ?reported ?force ?quote ?document ?date ?speaker WHERE {
  { BIND(%s AS ?subject) ?fact rdf:subject ?subject }
  UNION { BIND(%s AS ?value) ?fact rdf:object ?value }
  ?fact rdf:subject ?subject ; rdf:predicate ?property ; rdf:object ?value .
  ?claim tg:states ?fact ; tg:force ?force ; tg:passage ?passage ; tg:speaker ?speaker .
  ?passage tg:quote ?quote ; tg:inWork ?document .
  ?document tg:statusDate ?date .
  BIND(EXISTS { ?subject ?property ?value } AS ?reported)
}
ORDER BY ?property ?subject ?value ?document ?quote ?force ?speaker
LIMIT 10000
"""


def describe_entity(evaluator: Evaluator, iri: str) -> dict[str, Any] | None:
    """What the graph says of a thing of ours, as plain values; None if it says nothing.

    Raises ValueError for what is no IRI.
    """
    node = ox.NamedNode(iri)
    classes = evaluator.select(_PROLOGUE + _CLASSES % node).rows
    thing = names_of_things(evaluator, [iri]).things.get(iri)
    if not classes and thing is None:
        return None
    said = evaluator.select(_PROLOGUE + _SAID % (node, node))
    return {
        "iri": iri,
        "key": iri.removeprefix(str(ID)),
        "labels": dict(thing.labels) if thing else {},
        "names": list(thing.others) if thing else [],
        "classes": [plain(row[0]) for row in classes],
        "statements": [
            {name: plain(term) for name, term in zip(said.variables, row, strict=True)}
            for row in said.rows
        ],
    }
