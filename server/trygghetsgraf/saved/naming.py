"""What things are called, so that a person may write a label or a code for an IRI.

Labels in any language and spelling, codes of municipalities, letters of parties and the ends
of IRIs all lead to the thing. What a body governs lends it its names: "Huddinge" and "0126"
are the area's, and where a municipality is asked for they mean the municipality.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import pyoxigraph as ox
from rapidfuzz import fuzz, process

from trygghetsgraf.namespaces import BASE, ID, PREFIXES, TG
from trygghetsgraf.saved.binding import ParameterError, check_readable
from trygghetsgraf.saved.evaluation import Evaluator
from trygghetsgraf.saved.header import Bilingual

#: how many suggestions, and how near (of 100) they must be
_SUGGESTIONS = 5
_NEAR = 60

_PROLOGUE = f"""
PREFIX rdfs: <{PREFIXES["rdfs"]}>
PREFIX skos: <{PREFIXES["skos"]}>
PREFIX tg: <{TG}>
"""
_OWN = """SELECT ?thing ?property ?name WHERE {
  VALUES ?property {
    rdfs:label skos:prefLabel skos:altLabel skos:hiddenLabel tg:areaCode tg:partyLetter
  }
  %s ?thing ?property ?name .
}"""
_LENT = """SELECT ?thing ?property ?name WHERE {
  VALUES ?property { rdfs:label tg:areaCode }
  %s ?thing tg:governs ?area . ?area ?property ?name .
}"""
_PREFERRED = frozenset({PREFIXES["rdfs"] + "label", PREFIXES["skos"] + "prefLabel"})


@dataclass(frozen=True)
class Named:
    """A thing and what it is called."""

    iri: str
    #: language → label
    labels: tuple[tuple[str, str], ...]
    #: other spellings and codes
    others: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The end of its IRI: ``actor/huddinge``."""
        return self.iri.removeprefix(str(ID))

    def label(self, language: str) -> str:
        """Its label in the language, else in any, else its key."""
        labels = dict(self.labels)
        return labels.get(language) or next(iter(labels.values()), self.key)


class Names:
    """The things that a value may mean."""

    def __init__(self, things: Iterable[Named]) -> None:
        self.things = {thing.iri: thing for thing in things}
        self._by_key: defaultdict[str, set[str]] = defaultdict(set)
        self._by_label: defaultdict[str, set[str]] = defaultdict(set)
        self._by_name: defaultdict[str, set[str]] = defaultdict(set)
        self._by_folded: defaultdict[str, set[str]] = defaultdict(set)
        for thing in self.things.values():
            self._by_key[thing.key].add(thing.iri)
            self._by_key[thing.key.rpartition("/")[2]].add(thing.iri)
            for _, label in thing.labels:
                self._by_label[label.casefold()].add(thing.iri)
            for name in (*(label for _, label in thing.labels), *thing.others):
                self._by_name[name.casefold()].add(thing.iri)
                self._by_folded[folded(name)].add(thing.iri)

    def find(self, text: str) -> list[str]:
        """The IRIs that a text may mean, from the strictest reading that finds any."""
        text = " ".join(text.split())
        if text in self.things:
            return [text]
        readings = (
            (self._by_label, text.casefold()),
            (self._by_name, text.casefold()),
            (self._by_key, text),
            (self._by_folded, folded(text)),
        )
        return next((sorted(known[key]) for known, key in readings if known.get(key)), [])

    def resolve(self, parameter: str, text: str) -> ox.NamedNode:
        """The one thing that a text means; raises ParameterError with what it might mean."""
        check_readable(parameter, text)
        found = self.find(text)
        if len(found) == 1:
            return ox.NamedNode(found[0])
        if found:
            near = tuple(self.things[iri].key for iri in found)
            raise ParameterError(
                parameter,
                text,
                Bilingual(
                    en=f"it may be any of {', '.join(near)}.",
                    sv=f"det kan vara något av {', '.join(near)}.",
                ),
                Bilingual(en="Give one of these.", sv="Ange ett av dem."),
                near,
            )
        near = self.near(text)
        listed = ", ".join(near)
        raise ParameterError(
            parameter,
            text,
            Bilingual(
                en="nothing there is called that." + (f" Nearest: {listed}." if near else ""),
                sv="ingenting där heter så." + (f" Närmast: {listed}." if near else ""),
            ),
            Bilingual(en="Give a label or code.", sv="Ange ett namn eller en kod."),
            near,
        )

    def near(self, text: str) -> tuple[str, ...]:
        """Labels that come near a text, the nearest first."""
        wanted = folded(text)
        matches = process.extract(
            wanted, list(self._by_folded), scorer=fuzz.WRatio, limit=20, score_cutoff=_NEAR
        )
        labels = [
            self.things[iri].label("sv")
            for name, _, _ in matches
            for iri in sorted(self._by_folded[name])
        ]
        return tuple(dict.fromkeys(labels))[:_SUGGESTIONS]


def folded(text: str) -> str:
    """A text without case, accents and punctuation: ``Älvsjö/Solberga`` → ``alvsjo solberga``."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c if c.isalnum() else " " for c in plain if not unicodedata.combining(c))
    return " ".join(letters.split())


def names_of_class(evaluator: Evaluator, name: str) -> Names:
    """The instances of a class of ours, by its local name; of ``Thing``, everything of ours."""
    if name == "Thing":
        return _names(evaluator, f'FILTER(STRSTARTS(STR(?thing), "{ID}"))')
    return _names(evaluator, f"?thing a <{TG[name]}> .")


def names_of_scheme(evaluator: Evaluator, key: str) -> Names:
    """The concepts of a scheme of ours, by its key."""
    return _names(evaluator, f"?thing skos:inScheme <{ID[f'scheme/{key}']}> .")


def names_of_things(evaluator: Evaluator, iris: Iterable[str]) -> Names:
    """The given things of ours."""
    nodes = " ".join(str(ox.NamedNode(iri)) for iri in iris if iri.startswith(BASE))
    return _names(evaluator, f"VALUES ?thing {{ {nodes} }}")


def _names(evaluator: Evaluator, pattern: str) -> Names:
    labels: defaultdict[str, dict[str, str]] = defaultdict(dict)
    others: defaultdict[str, list[str]] = defaultdict(list)
    for query, own in ((_OWN, True), (_LENT, False)):
        for thing, property_, name in evaluator.select(_PROLOGUE + query % pattern).rows:
            if not (isinstance(thing, ox.NamedNode) and isinstance(name, ox.Literal)):
                continue
            if own and isinstance(property_, ox.NamedNode) and property_.value in _PREFERRED:
                labels[thing.value].setdefault(name.language or "", name.value)
            elif name.value not in others[thing.value]:
                others[thing.value].append(name.value)
    return Names(
        Named(iri, tuple(sorted(labels[iri].items())), tuple(sorted(others[iri])))
        for iri in sorted({*labels, *others})
    )
