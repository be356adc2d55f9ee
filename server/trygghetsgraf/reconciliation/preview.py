"""A thing in a few lines, for a preview beside somebody's own data."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from trygghetsgraf.namespaces import ID
from trygghetsgraf.reconciliation.entities import PROLOGUE, iri_of
from trygghetsgraf.reconciliation.properties import cell, in_language, read_values
from trygghetsgraf.reconciliation.service import Service
from trygghetsgraf.saved.naming import Named, names_of_things

#: properties, values of one, and other names that there is room for
_PROPERTIES, _VALUES, _NAMES = 4, 3, 5
_QUOTE = """SELECT ?quote ?document WHERE {
  { ?fact rdf:subject %s BIND(0 AS ?rank) } UNION { ?fact rdf:object %s BIND(1 AS ?rank) }
  ?claim tg:states ?fact ; tg:passage ?passage .
  ?passage tg:quote ?quote ; tg:inWork ?document .
} ORDER BY ?rank (STRLEN(?quote) < 40) STRLEN(?quote) ?quote LIMIT 1
"""


@dataclass(frozen=True)
class Preview:
    """What a preview shows."""

    iri: str
    name: str
    types: tuple[str, ...]
    description: str
    #: what else it is called
    others: tuple[str, ...]
    #: name of a property and its values
    facts: tuple[tuple[str, tuple[str, ...]], ...]
    #: words of a document about it, and what the document is called; empty if there are none
    quote: str
    document: str


def preview(service: Service, id_: str) -> Preview | None:
    """The preview of a thing of ours; None where there is none. Raises QueryFailure."""
    iri = iri_of(id_)
    if not iri.startswith(str(ID)) or not _is_iri(iri):
        return None
    thing = names_of_things(service.evaluator, [iri]).things.get(iri)
    if thing is None:
        return None
    entities, language = service.entities, service.language
    types = entities.types_of(iri)
    quote, document = _quote(service, iri)
    return Preview(
        iri,
        thing.label(language),
        tuple(entities.types[type_].label(language) for type_ in types[:2]),
        entities.definition(iri, language),
        thing.others[:_NAMES],
        _facts(service, iri, types[0]) if types else (),
        quote,
        document,
    )


def _facts(service: Service, iri: str, type_: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """The first properties that it has of those that its type has most often."""
    ids = [
        id_
        for id_ in service.properties.of_type.get(type_, ())
        if id_ not in ("skos:altLabel", "skos:definition")
    ]
    values = read_values(service.evaluator, [iri], ids)
    found = []
    for id_ in ids:
        shown = in_language(values.of(iri, id_), service.language)[:_VALUES]
        cells = [cell(values, value, service.language) for value in shown]
        texts = tuple(str(c["name"] if "name" in c else next(iter(c.values()))) for c in cells)
        if texts:
            found.append((service.properties.known[id_].label(service.language), texts))
    return tuple(found[:_PROPERTIES])


def _quote(service: Service, iri: str) -> tuple[str, str]:
    """Words of a document about the thing, few but not too few, and the document's title."""
    node = ox.NamedNode(iri)
    rows = service.evaluator.select(PROLOGUE + _QUOTE % (node, node)).rows
    for quote, document in rows:
        if isinstance(quote, ox.Literal) and isinstance(document, ox.NamedNode):
            named = names_of_things(service.evaluator, [document.value]).things
            title = named.get(document.value) or Named(document.value, ())
            return quote.value, title.label(service.language)
    return "", ""


def _is_iri(text: str) -> bool:
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return True
