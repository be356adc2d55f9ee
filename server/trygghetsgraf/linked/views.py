"""Descriptions for people: the triples of a page with labels, quotes and speakers."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyoxigraph as ox

from trygghetsgraf.description import Fact, Saying, Term
from trygghetsgraf.linked.describing import Page, claims_of, home_of
from trygghetsgraf.namespaces import BASE, PREFIXES, TG

_DEFAULT = ox.DefaultGraph()
_TYPE = ox.NamedNode(PREFIXES["rdf"] + "type")
_SUBJECT = ox.NamedNode(PREFIXES["rdf"] + "subject")
_PREDICATE = ox.NamedNode(PREFIXES["rdf"] + "predicate")
_OBJECT = ox.NamedNode(PREFIXES["rdf"] + "object")
_LABELS = tuple(
    ox.NamedNode(name)
    for name in (
        PREFIXES["skos"] + "prefLabel",
        PREFIXES["rdfs"] + "label",
        PREFIXES["dcterms"] + "title",
        PREFIXES["sh"] + "name",
    )
)
#: what is said of a claim unless the text says otherwise, and so not worth a word
_USUAL = {"polarity": "positive", "certainty": "plain", "tense": "present"}
_IS = {"sv": "är", "en": "is"}


@dataclass(frozen=True)
class View:
    """A page as a reader sees it."""

    page: Page
    label: str
    classes: tuple[Term, ...]
    #: with the thing as subject, with the thing as object, and (of a graph) without it
    facts: tuple[Fact, ...]
    mentions: tuple[Fact, ...]
    others: tuple[Fact, ...]


@dataclass
class _Labels:
    """Labels of nodes in one language, each looked up once."""

    store: ox.Store
    language: str
    found: dict[str, str] = field(default_factory=dict)

    def of(self, node: object) -> Term:
        if isinstance(node, ox.Literal):
            return Term(node.value, None)
        if isinstance(node, ox.NamedNode):
            if node.value not in self.found:
                self.found[node.value] = self._look_up(node)
            return Term(self.found[node.value], node.value)
        return Term("…", None)

    def _look_up(self, node: ox.NamedNode) -> str:
        if node == _TYPE:
            return _IS[self.language]
        for predicate in _LABELS:
            found = {}
            for quad in self.store.quads_for_pattern(node, predicate, None, home_of(node.value)):
                if isinstance(quad.object, ox.Literal):
                    found[quad.object.language or ""] = quad.object.value
            if found:
                return found.get(self.language) or next(iter(found.values()))
        return short(node.value)


def short(iri: str) -> str:
    """An IRI as people write it: without our base, or with a known prefix."""
    if iri.startswith(BASE):
        return iri.removeprefix(BASE).removeprefix("id/")
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace):
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri


def view(store: ox.Store, page: Page, language: str) -> View:
    """A page with its labels in a language (``sv`` or ``en``) where there are any."""
    labels = _Labels(store, language)
    facts: dict[tuple[object, ...], Fact] = {}
    for subject, predicate, obj in page.items:
        if obj == page.thing and predicate in (_SUBJECT, _OBJECT):
            if (stated := _stated(store, subject)) is not None:
                facts[stated] = _fact(store, labels, stated, _sayings(store, labels, subject))
        else:
            facts.setdefault(
                (subject, predicate, obj), _fact(store, labels, (subject, predicate, obj), ())
            )
    ordered = sorted(facts.values(), key=lambda fact: (not fact.claims, fact.predicate.label))
    iri = page.thing.value
    return View(
        page,
        labels.of(page.thing).label,
        tuple(labels.of(t.object) for t in page.items if t.subject == page.thing and _is_class(t)),
        tuple(f for f in ordered if f.subject.iri == iri),
        tuple(f for f in ordered if f.subject.iri != iri and f.object.iri == iri),
        tuple(f for f in ordered if iri not in (f.subject.iri, f.object.iri)),
    )


def _is_class(triple: ox.Triple) -> bool:
    """Whether a triple says that something is of a class of ours."""
    return (
        triple.predicate == _TYPE
        and isinstance(triple.object, ox.NamedNode)
        and triple.object.value.startswith(BASE)
    )


def _fact(
    store: ox.Store, labels: _Labels, triple: tuple[object, ...], sayings: tuple[Saying, ...]
) -> Fact:
    subject, predicate, obj = triple
    plain = not sayings or any(
        store.quads_for_pattern(subject, predicate, obj, _DEFAULT)  # type: ignore[arg-type]
    )
    return Fact(labels.of(subject), labels.of(predicate), labels.of(obj), plain, sayings)


def _stated(store: ox.Store, statement: object) -> tuple[object, object, object] | None:
    """The triple that a statement is about, None if it is not whole."""
    if not isinstance(statement, ox.NamedNode):
        return None
    parts = [_objects(store, statement, p) for p in (_SUBJECT, _PREDICATE, _OBJECT)]
    return (parts[0][0], parts[1][0], parts[2][0]) if all(parts) else None


def _sayings(store: ox.Store, labels: _Labels, statement: object) -> tuple[Saying, ...]:
    """The claims that make a statement, in a reader's words."""
    if not isinstance(statement, ox.NamedNode):
        return ()
    found = (_saying(store, labels, claim) for claim in claims_of(store, statement))
    return tuple(sorted(found, key=lambda saying: (saying.date, saying.quote)))


def _saying(store: ox.Store, labels: _Labels, claim: ox.NamedNode) -> Saying:
    def of(node: object, name: str) -> list[object]:
        return _objects(store, node, ox.NamedNode(str(TG[name])))

    passages = of(claim, "passage")
    documents = [document for passage in passages for document in of(passage, "inWork")]
    relaying = store.quads_for_pattern(None, ox.NamedNode(str(TG.relays)), claim, _DEFAULT)
    relayers = [speaker for quad in relaying for speaker in of(quad.subject, "speaker")]
    modifiers = [
        labels.of(node).label
        for name, usual in _USUAL.items()
        for node in of(claim, name)
        if isinstance(node, ox.NamedNode) and not node.value.endswith(f"/{usual}")
    ]
    bounds = [_first(of(claim, name)) for name in ("validFrom", "validUntil")]
    if any(bounds):
        modifiers.append("/".join(bound or ".." for bound in bounds))
    return Saying(
        claim.value,
        _first([quote for passage in passages for quote in of(passage, "quote")]),
        tuple(labels.of(speaker) for speaker in of(claim, "speaker")),
        tuple(labels.of(relayer) for relayer in relayers),
        next((labels.of(force) for force in of(claim, "force")), Term("", None)),
        tuple(modifiers),
        next((labels.of(document) for document in documents), Term("", None)),
        _first([date for document in documents for date in of(document, "statusDate")]),
    )


def _objects(store: ox.Store, node: object, predicate: ox.NamedNode) -> list[object]:
    if not isinstance(node, ox.NamedNode):
        return []
    return [q.object for q in store.quads_for_pattern(node, predicate, None, _DEFAULT)]


def _first(terms: list[object]) -> str:
    return next((term.value for term in terms if isinstance(term, ox.Literal)), "")
