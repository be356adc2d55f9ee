"""Who said what, when, and in which way: claims as the pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from trygghetsgraf.namespaces import ID, PREFIXES, TG

_DEFAULT = ox.DefaultGraph()
_SUBJECT, _PREDICATE, _OBJECT = (
    ox.NamedNode(PREFIXES["rdf"] + name) for name in ("subject", "predicate", "object")
)

#: the ways of saying that a reader must not confuse, the firmest first
MODALITIES = ("reported", "promised", "proposed", "claimed", "denied", "defined", "asked")
_OF_FORCE = {
    "states": "reported",
    "decides": "reported",
    "commits": "promised",
    "wants": "proposed",
    "judges": "claimed",
    "defines": "defined",
    "asks": "asked",
}


@dataclass(frozen=True)
class Stated:
    """One triple that a claim makes."""

    subject: str
    predicate: str
    object: ox.NamedNode | ox.Literal
    #: whether it is in the default graph, not only said
    plain: bool


@dataclass(frozen=True)
class Claim:
    """A clause of a document, with its words and whose they are."""

    iri: str
    quote: str
    passage: str
    part: str
    document: str
    #: EDTF: as of when
    date: str
    speakers: tuple[str, ...]
    #: who passes it on; none where the speakers speak themselves
    relayers: tuple[str, ...]
    #: where it was said first, if not here
    said_in: tuple[str, ...]
    force: str
    negative: bool
    certainty: str
    former: bool
    valid_from: str
    valid_until: str
    gist: str
    condition: str
    stated: tuple[Stated, ...]

    @property
    def key(self) -> str:
        """The last part of its identifier."""
        return self.iri.rpartition("/")[2]

    @property
    def modality(self) -> str:
        """Which of :data:`MODALITIES` it is."""
        if self.negative:
            return "denied"
        return _way(self.force, bool(self.relayers) or self.certainty != "plain")

    def things(self) -> Iterator[str]:
        """Every IRI that needs a name where the claim is shown."""
        yield self.document
        yield str(ID[f"force/{self.force}"])
        yield from (*self.speakers, *self.relayers, *self.said_in)
        for stated in self.stated:
            yield from (stated.subject, stated.predicate)
            if isinstance(stated.object, ox.NamedNode):
                yield stated.object.value


def read_claim(store: ox.Store, iri: str, language: str) -> Claim:
    """A claim by its IRI; texts in the language where there are any."""
    node = ox.NamedNode(iri)
    passage = _first(store, node, "passage")
    document = _first(store, passage, "inWork")
    relaying = [q.subject for q in store.quads_for_pattern(None, _tg("relays"), node, _DEFAULT)]
    return Claim(
        iri=iri,
        quote=_text(store, passage, "quote", "sv"),
        passage=_value(passage),
        part=_value(_first(store, passage, "inPart")),
        document=_value(document),
        date=_value(_first(store, document, "statusDate")),
        speakers=_values(store, node, "speaker"),
        relayers=tuple(s for relay in relaying for s in _values(store, relay, "speaker")),
        said_in=_values(store, node, "saidIn"),
        force=_key(store, node, "force"),
        negative=_key(store, node, "polarity") == "negative",
        certainty=_key(store, node, "certainty") or "plain",
        former=_key(store, node, "tense") == "former",
        valid_from=_value(_first(store, node, "validFrom")),
        valid_until=_value(_first(store, node, "validUntil")),
        gist=_text(store, node, "gist", language),
        condition=_text(store, node, "condition", language),
        stated=tuple(sorted(_stated(store, node), key=_by_predicate)),
    )


def modality_of(store: ox.Store, iri: str) -> str:
    """Which of :data:`MODALITIES` a claim is, without reading the rest of it."""
    node = ox.NamedNode(iri)
    if _key(store, node, "polarity") == "negative":
        return "denied"
    relayed = next(store.quads_for_pattern(None, _tg("relays"), node, _DEFAULT), None)
    doubtful = relayed is not None or _key(store, node, "certainty") != "plain"
    return _way(_key(store, node, "force"), doubtful)


def _way(force: str, doubtful: bool) -> str:
    found = _OF_FORCE.get(force, "claimed")
    return "claimed" if found == "reported" and doubtful else found


def read_claims(store: ox.Store, iris: Iterable[str], language: str) -> list[Claim]:
    """Claims by their IRIs, each once, in the given order."""
    return [read_claim(store, iri, language) for iri in dict.fromkeys(iris)]


def claims_stating(store: ox.Store, statement: object) -> list[str]:
    """The claims that make a statement."""
    if not isinstance(statement, ox.NamedNode):
        return []
    found = store.quads_for_pattern(None, _tg("states"), statement, _DEFAULT)
    return sorted(str(_value(quad.subject)) for quad in found)


def triple_of(store: ox.Store, statement: object) -> Stated | None:
    """The triple that a statement is about; None if a part of it is missing."""
    if not isinstance(statement, ox.NamedNode):
        return None
    parts: list[object] = []
    for part in (_SUBJECT, _PREDICATE, _OBJECT):
        quad = next(store.quads_for_pattern(statement, part, None, _DEFAULT), None)
        if quad is None:
            return None
        parts.append(quad.object)
    subject, predicate, obj = parts
    if not isinstance(subject, ox.NamedNode) or not isinstance(predicate, ox.NamedNode):
        return None
    if not isinstance(obj, ox.NamedNode | ox.Literal):
        return None
    plain = next(store.quads_for_pattern(subject, predicate, obj, _DEFAULT), None) is not None
    return Stated(subject.value, predicate.value, obj, plain)


def _stated(store: ox.Store, claim: ox.NamedNode) -> Iterator[Stated]:
    for quad in store.quads_for_pattern(claim, _tg("states"), None, _DEFAULT):
        if (stated := triple_of(store, quad.object)) is not None:
            yield stated


def _by_predicate(stated: Stated) -> tuple[str, bool, str, str]:
    is_type = stated.predicate.endswith("#type")
    return stated.subject, not is_type, stated.predicate, str(stated.object)


def _tg(name: str) -> ox.NamedNode:
    return ox.NamedNode(str(TG[name]))


def _objects(store: ox.Store, node: object, name: str) -> list[object]:
    if not isinstance(node, ox.NamedNode):
        return []
    return [quad.object for quad in store.quads_for_pattern(node, _tg(name), None, _DEFAULT)]


def _first(store: ox.Store, node: object, name: str) -> object:
    return next(iter(_objects(store, node, name)), None)


def _values(store: ox.Store, node: object, name: str) -> tuple[str, ...]:
    return tuple(sorted(_value(found) for found in _objects(store, node, name)))


def _key(store: ox.Store, node: object, name: str) -> str:
    return _value(_first(store, node, name)).rpartition("/")[2]


def _text(store: ox.Store, node: object, name: str, language: str) -> str:
    texts = {
        found.language or "": found.value
        for found in _objects(store, node, name)
        if isinstance(found, ox.Literal)
    }
    return texts.get(language) or next(iter(texts.values()), "")


def _value(node: object) -> str:
    return str(getattr(node, "value", ""))
