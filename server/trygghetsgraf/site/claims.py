"""Who said what, when, and in which way: claims as the pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pyoxigraph as ox

from trygghetsgraf.namespaces import ID, PREFIXES, TG
from trygghetsgraf.site.scans import pairs

_DEFAULT = ox.DefaultGraph()
_SUBJECT, _PREDICATE, _OBJECT = (
    ox.NamedNode(PREFIXES["rdf"] + name) for name in ("subject", "predicate", "object")
)
_OURS = str(TG)
_RELAYS, _STATES, _STATUS_DATE = (
    ox.NamedNode(_OURS + name) for name in ("relays", "states", "statusDate")
)
#: name of a property of ours → its values
_About = dict[str, list[object]]
#: what is said of a passage, its document and the date of that
_Place = tuple[_About, object, str]

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

    @property
    def by_subject(self) -> list[tuple[str, list[Stated], list[Stated]]]:
        """What it states of each thing: that which is plain, and that which is only said."""
        subjects = dict.fromkeys(stated.subject for stated in self.stated)
        return [
            (
                subject,
                [s for s in self.stated if s.subject == subject and s.plain],
                [s for s in self.stated if s.subject == subject and not s.plain],
            )
            for subject in subjects
        ]

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
    return _claim(store, iri, language, {})


def _claim(
    store: ox.Store, iri: str, language: str, read: dict[object, _Place], stated: bool = True
) -> Claim:
    """A claim; ``read`` are the passages that were read already."""
    node = ox.NamedNode(iri)
    about = _read(store, node)
    passage = _first(about, "passage")
    if passage not in read:
        found = _read(store, passage)
        work = _first(found, "inWork")
        read[passage] = found, work, _value(_object(store, work, _STATUS_DATE))
    place, document, date = read[passage]
    relaying = [q.subject for q in store.quads_for_pattern(None, _RELAYS, node, _DEFAULT)]
    return Claim(
        iri=iri,
        quote=_text(place, "quote", "sv"),
        passage=_value(passage),
        part=_value(_first(place, "inPart")),
        document=_value(document),
        date=date,
        speakers=_values(about, "speaker"),
        relayers=tuple(s for relay in relaying for s in _values(_read(store, relay), "speaker")),
        said_in=_values(about, "saidIn"),
        force=_key(about, "force"),
        negative=_key(about, "polarity") == "negative",
        certainty=_key(about, "certainty") or "plain",
        former=_key(about, "tense") == "former",
        valid_from=_value(_first(about, "validFrom")),
        valid_until=_value(_first(about, "validUntil")),
        gist=_text(about, "gist", language),
        condition=_text(about, "condition", language),
        stated=tuple(sorted(_stated(store, about), key=_by_predicate)) if stated else (),
    )


def modalities(store: ox.Store) -> dict[str, str]:
    """Claim → which of :data:`MODALITIES` it is, for all claims."""
    relayed = {claim for _, claim in pairs(store, "relays")}
    plain = {claim for claim, value in pairs(store, "certainty") if value.endswith("/plain")}
    negative = {claim for claim, value in pairs(store, "polarity") if value.endswith("/negative")}
    return {
        claim: "denied"
        if claim in negative
        else _way(force.rpartition("/")[2], claim in relayed or claim not in plain)
        for claim, force in pairs(store, "force")
    }


def _way(force: str, doubtful: bool) -> str:
    found = _OF_FORCE.get(force, "claimed")
    return "claimed" if found == "reported" and doubtful else found


def read_claims(
    store: ox.Store, iris: Iterable[str], language: str, *, stated: bool = True
) -> list[Claim]:
    """Claims by their IRIs, each once, in the given order; with what they state if that is wanted.

    Half the time goes to what they state.
    """
    read: dict[object, _Place] = {}
    return [_claim(store, iri, language, read, stated) for iri in dict.fromkeys(iris)]


def claims_stating(store: ox.Store, statement: object) -> list[str]:
    """The claims that make a statement."""
    if not isinstance(statement, ox.NamedNode):
        return []
    found = store.quads_for_pattern(None, _STATES, statement, _DEFAULT)
    return sorted(str(_value(quad.subject)) for quad in found)


def triple_of(store: ox.Store, statement: object) -> Stated | None:
    """The triple that a statement is about; None if a part of it is missing."""
    if not isinstance(statement, ox.NamedNode):
        return None
    parts: dict[object, object] = {}
    for quad in store.quads_for_pattern(statement, None, None, _DEFAULT):
        parts.setdefault(quad.predicate, quad.object)
    subject, predicate, obj = (parts.get(part) for part in (_SUBJECT, _PREDICATE, _OBJECT))
    if not isinstance(subject, ox.NamedNode) or not isinstance(predicate, ox.NamedNode):
        return None
    if not isinstance(obj, ox.NamedNode | ox.Literal):
        return None
    plain = ox.Quad(subject, predicate, obj, _DEFAULT) in store
    return Stated(subject.value, predicate.value, obj, plain)


def _stated(store: ox.Store, about: _About) -> Iterator[Stated]:
    for statement in about.get("states", ()):
        if (stated := triple_of(store, statement)) is not None:
            yield stated


def _by_predicate(stated: Stated) -> tuple[str, bool, str, str]:
    is_type = stated.predicate.endswith("#type")
    return stated.subject, not is_type, stated.predicate, str(stated.object)


def _read(store: ox.Store, node: object) -> _About:
    """What our properties say of a node, in one look."""
    found: _About = {}
    if isinstance(node, ox.NamedNode):
        for quad in store.quads_for_pattern(node, None, None, _DEFAULT):
            if quad.predicate.value.startswith(_OURS):
                found.setdefault(quad.predicate.value[len(_OURS) :], []).append(quad.object)
    return found


def _object(store: ox.Store, node: object, predicate: ox.NamedNode) -> object:
    if not isinstance(node, ox.NamedNode):
        return None
    quad = next(store.quads_for_pattern(node, predicate, None, _DEFAULT), None)
    return quad.object if quad else None


def _first(about: _About, name: str) -> object:
    return next(iter(about.get(name, ())), None)


def _values(about: _About, name: str) -> tuple[str, ...]:
    return tuple(sorted(_value(found) for found in about.get(name, ())))


def _key(about: _About, name: str) -> str:
    return _value(_first(about, name)).rpartition("/")[2]


def _text(about: _About, name: str, language: str) -> str:
    texts = {
        found.language or "": found.value
        for found in about.get(name, ())
        if isinstance(found, ox.Literal)
    }
    return texts.get(language) or next(iter(texts.values()), "")


def _value(node: object) -> str:
    return str(getattr(node, "value", ""))
