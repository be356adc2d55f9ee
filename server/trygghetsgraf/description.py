"""Descriptions: what is said of a thing, each fact with its quote and who said it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import pyoxigraph as ox
from rapidfuzz import process

from trygghetsgraf.errors import NotFoundError
from trygghetsgraf.namespaces import BASE, ID, PREFIXES, is_key

_PROLOGUE = "".join(f"PREFIX {prefix}: <{iri}>\n" for prefix, iri in PREFIXES.items())

#: every statement about ?thing (as subject or object) with each claim that states it
_FACTS = """
SELECT ?subject ?predicate ?object ?plain ?force ?polarity ?certainty ?tense
  ?from ?until ?speaker ?relayer ?quote ?document ?date ?claim
WHERE {
  { ?statement rdf:subject ?thing } UNION { ?statement rdf:object ?thing }
  ?statement rdf:subject ?subject ; rdf:predicate ?predicate ; rdf:object ?object .
  ?claim tg:states ?statement ; tg:force ?force ; tg:polarity ?polarity ;
    tg:certainty ?certainty ; tg:tense ?tense ; tg:passage ?passage ; tg:speaker ?speaker .
  ?passage tg:quote ?quote ; tg:inWork ?document .
  ?document tg:statusDate ?date .
  OPTIONAL { ?claim tg:validFrom ?from }
  OPTIONAL { ?claim tg:validUntil ?until }
  OPTIONAL { ?relaying tg:relays ?claim ; tg:speaker ?relayer }
  BIND(EXISTS { ?subject ?predicate ?object } AS ?plain)
}
ORDER BY ?predicate ?object ?document ?quote ?claim ?speaker ?relayer
"""


@dataclass(frozen=True)
class Term:
    """A term as a reader sees it: its label, and its IRI unless it is a literal."""

    label: str
    iri: str | None


@dataclass(frozen=True)
class Saying:
    """One claim that makes a statement: its words and whose they are."""

    claim: str
    quote: str
    speakers: tuple[Term, ...]
    #: who passed the claim on, none when its speakers speak in the document
    relayers: tuple[Term, ...]
    force: Term
    #: what is out of the ordinary: denied, possible, presupposed, former, validity
    modifiers: tuple[str, ...]
    document: Term
    date: str

    @property
    def marks(self) -> tuple[str, ...]:
        """The force and the modifiers, in words."""
        return (self.force.label, *self.modifiers)


@dataclass(frozen=True)
class Fact:
    """One statement about a thing, with every claim that makes it."""

    subject: Term
    predicate: Term
    object: Term
    #: whether the triple is plain in some document, not only said
    plain: bool
    claims: tuple[Saying, ...]


@dataclass(frozen=True)
class Description:
    """What is known of a thing."""

    iri: str
    label: str
    classes: tuple[Term, ...]
    aliases: tuple[str, ...]
    facts: tuple[Fact, ...]
    #: statements whose object the thing is
    mentions: tuple[Fact, ...]


def resolve(store: ox.Store, text: str) -> str:
    """The IRI for an IRI, ``kind/key`` or a label (case aside, any language, spellings too).

    Raises NotFoundError with the nearest labels when there is none or more than one.
    """
    tried = f"Looking up {text!r}"
    kind, _, key = text.partition("/")
    iri = str(ID[text]) if is_key(kind) and is_key(key) else text
    if iri.startswith(BASE) and _is_described(store, iri):
        return iri
    labels = _labels(store)
    found = sorted({iri for label, iri in labels if label.casefold() == text.casefold()})
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(iri.removeprefix(str(ID)) for iri in found)
        raise NotFoundError(tried, f"it may be any of {names}.", "Write one of these.")
    near = process.extract(text, [label for label, _ in labels], limit=4, score_cutoff=70)
    hint = f" Nearest: {', '.join(dict.fromkeys(n for n, _, _ in near))}." if near else ""
    raise NotFoundError(tried, f"nothing is called that.{hint}", "Write an IRI, kind/key or label.")


def _is_described(store: ox.Store, iri: str) -> bool:
    """Whether the default graph says anything of what may be an IRI."""
    try:
        node = ox.NamedNode(iri)
    except ValueError:
        return False
    return any(store.quads_for_pattern(node, None, None, ox.DefaultGraph()))


def describe(store: ox.Store, iri: str, language: str) -> Description:
    """What is said of a thing, labels in a language (``sv`` or ``en``) where there are any."""
    thing = ox.NamedNode(iri)
    label = _label_of(store, thing, language)
    found = _facts(store, thing, language)
    rows = select(store, "SELECT DISTINCT ?c { ?thing a ?c }", {"thing": thing})
    classes = [row["c"] for row in rows if row["c"].value.startswith(BASE)]
    aliases = select(
        store,
        "SELECT DISTINCT ?l { ?thing skos:altLabel|skos:hiddenLabel ?l } ORDER BY ?l",
        {"thing": thing},
    )
    return Description(
        iri,
        label,
        tuple(_term(store, c, language) for c in sorted(classes, key=str)),
        tuple(row["l"].value for row in aliases),
        tuple(fact for fact in found if fact.subject.iri == iri),
        tuple(fact for fact in found if fact.subject.iri != iri),
    )


def select(
    store: ox.Store, query: str, bound: dict[str, ox.NamedNode] | None = None
) -> Iterator[dict[str, Any]]:
    """The solutions of a SELECT over the default graph, with our prefixes.

    ``bound`` puts IRIs in place of variables through a VALUES block, as terms.
    """
    values = "".join(f"VALUES ?{name} {{ {term} }} " for name, term in (bound or {}).items())
    head, brace, body = query.partition("{")
    solutions = cast(
        "ox.QuerySolutions", store.query(_PROLOGUE + head + brace + " " + values + body)
    )
    names = [variable.value for variable in solutions.variables]
    for solution in solutions:
        yield {name: solution[name] for name in names}


def _facts(store: ox.Store, thing: ox.NamedNode, language: str) -> list[Fact]:
    """Every statement that the thing is in, with the claims that make it."""
    statements: dict[tuple[Any, ...], dict[str, list[dict[str, Any]]]] = {}
    for row in select(store, _FACTS, {"thing": thing}):
        key = (row["subject"], row["predicate"], row["object"], row["plain"].value == "true")
        statements.setdefault(key, {}).setdefault(row["claim"].value, []).append(row)
    return [
        Fact(
            _term(store, subject, language),
            _term(store, predicate, language),
            _term(store, obj, language),
            plain,
            tuple(_saying(store, claim, rows, language) for claim, rows in claims.items()),
        )
        for (subject, predicate, obj, plain), claims in statements.items()
    ]


def _saying(store: ox.Store, claim: str, rows: list[dict[str, Any]], language: str) -> Saying:
    """A claim from its solutions, which differ in speaker and relayer only."""
    first = rows[0]

    def terms(name: str) -> tuple[Term, ...]:
        found = dict.fromkeys(row[name] for row in rows if row[name] is not None)
        return tuple(_term(store, term, language) for term in found)

    modifiers = [
        _label_of(store, first[name], language)
        for name, usual in (("polarity", "positive"), ("certainty", "plain"), ("tense", "present"))
        if not first[name].value.endswith(f"/{usual}")
    ]
    if first["from"] is not None or first["until"] is not None:
        bounds = [
            first[name].value if first[name] is not None else ".." for name in ("from", "until")
        ]
        modifiers.append("/".join(bounds))
    return Saying(
        claim,
        first["quote"].value,
        terms("speaker"),
        terms("relayer"),
        _term(store, first["force"], language),
        tuple(modifiers),
        _term(store, first["document"], language),
        first["date"].value,
    )


def _term(store: ox.Store, term: ox.NamedNode | ox.Literal, language: str) -> Term:
    if isinstance(term, ox.Literal):
        return Term(term.value, None)
    return Term(_label_of(store, term, language), term.value)


def _label_of(store: ox.Store, node: ox.NamedNode, language: str) -> str:
    """The label in the language, else in any, else the last part of the IRI."""
    found: dict[str, str] = {}
    for name in (f"{PREFIXES['skos']}prefLabel", f"{PREFIXES['rdfs']}label"):
        for quad in store.quads_for_pattern(node, ox.NamedNode(name), None, ox.DefaultGraph()):
            if isinstance(quad.object, ox.Literal):
                found.setdefault(quad.object.language or "", quad.object.value)
    if node.value.endswith("#type"):
        return {"sv": "är", "en": "is"}[language]
    return found.get(language) or next(iter(found.values()), node.value.rsplit("/", 1)[-1])


def _labels(store: ox.Store) -> list[tuple[str, str]]:
    """Every label and spelling of a thing of ours, with its IRI."""
    query = "SELECT ?l ?t { ?t rdfs:label|skos:prefLabel|skos:altLabel|skos:hiddenLabel ?l }"
    rows = select(store, query)
    return [(r["l"].value, r["t"].value) for r in rows if r["t"].value.startswith(str(ID))]
