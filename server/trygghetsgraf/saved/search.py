"""Search in labels and quotes, for people who do not know how a word is spelt or inflected.

Swedish inflections, derivations (nattvandring, nattvandrare), compounds and accents are
folded, and a letter or two may be wrong. A word of the question counts with its best match.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

import pyoxigraph as ox
import snowballstemmer  # type: ignore[import-untyped]
from rapidfuzz.distance import OSA

from trygghetsgraf.namespaces import PREFIXES, TG
from trygghetsgraf.saved.evaluation import Evaluator
from trygghetsgraf.saved.naming import Named, Names, folded

#: words of a question that are looked at
_WORDS = 20
#: how much a word counts by where it stands
_IN_LABEL, _IN_OTHER_NAME, _IN_QUOTE = 3.0, 2.0, 1.0
#: how well a word matches: the same, of one root, a beginning, a part of a compound
_SAME, _ROOT, _START, _PART = 1.0, 0.9, 0.7, 0.6
#: letters from which a word may be a part of another, and may hold a typing error
_LONG = 4
#: similarity from which two words are taken for one with a typing error, and what it counts
_ALIKE, _TYPO = 0.8, 0.6

#: endings by which Swedish makes a noun of a verb or of another noun, the longest first
_DERIVED = ("ningarna", "ningar", "ningen", "ning", "ingar", "ing", "arna", "are", "ande", "ende")

_STEMMER = snowballstemmer.stemmer("swedish")

_QUOTES = f"""
PREFIX rdfs: <{PREFIXES["rdfs"]}>
PREFIX tg: <{TG}>
SELECT ?passage ?quote ?document WHERE {{
  ?passage tg:quote ?quote ; tg:inWork ?document .
}}
"""


@dataclass(frozen=True)
class Hit:
    """Something that was found."""

    iri: str
    #: language → label; empty for a quote
    labels: Mapping[str, str]
    #: the words of a document, and the document's IRI; empty for a thing
    quote: str
    document: str
    #: the higher the better; comparable within one search
    score: float


@dataclass(frozen=True)
class _Entry:
    hit: Hit
    #: word → how much it counts there
    words: Mapping[str, float]


class Index:
    """What can be found in one state of the graph."""

    def __init__(self, names: Names, quotes: Iterable[tuple[str, str, str]]) -> None:
        """``quotes`` are of a passage's IRI, its quote and its document's IRI."""
        self._entries = [
            *map(_named, names.things.values()),
            *(_quoted(*quote) for quote in quotes),
        ]
        self._places: defaultdict[str, list[int]] = defaultdict(list)
        for place, entry in enumerate(self._entries):
            for word in entry.words:
                self._places[word].append(place)

    def search(self, text: str, limit: int) -> list[Hit]:
        """The best hits that match every word, or failing these most of them."""
        wanted = list(dict.fromkeys(folded(text).split()))[:_WORDS]
        scores: defaultdict[int, dict[str, float]] = defaultdict(dict)
        for word in wanted:
            for known, match in self._matches(word):
                rarity = math.log(1 + len(self._entries) / len(self._places[known]))
                for place in self._places[known]:
                    score = match * rarity * self._entries[place].words[known]
                    scores[place][word] = max(score, scores[place].get(word, 0.0))
        most = max((len(found) for found in scores.values()), default=0)
        ranked = sorted(
            (
                (sum(found.values()), self._entries[place].hit)
                for place, found in scores.items()
                if len(found) == most
            ),
            key=lambda pair: (-pair[0], pair[1].iri),
        )
        return [
            Hit(hit.iri, hit.labels, hit.quote, hit.document, round(score, 3))
            for score, hit in ranked[:limit]
        ]

    def _matches(self, word: str) -> Iterable[tuple[str, float]]:
        """The words of the index that a word means, with how well they match."""
        for known in self._places:
            match = _match(word, known)
            if match:
                yield known, match


def build_index(evaluator: Evaluator, names: Names) -> Index:
    """The index of what an evaluator's graph holds; ``names`` are those of everything."""
    rows = evaluator.select(_QUOTES).rows
    return Index(
        names,
        (
            (passage.value, quote.value, document.value)
            for passage, quote, document in rows
            if isinstance(passage, ox.NamedNode)
            and isinstance(quote, ox.Literal)
            and isinstance(document, ox.NamedNode)
        ),
    )


def _named(thing: Named) -> _Entry:
    words: dict[str, float] = {}
    for name in thing.others:
        words.update(dict.fromkeys(folded(name).split(), _IN_OTHER_NAME))
    for _, label in thing.labels:
        parts = folded(label).split()
        # the shorter the label, the more a word of it says of the whole
        words.update(dict.fromkeys(parts, _IN_LABEL / math.sqrt(max(1, len(parts)))))
    return _Entry(Hit(thing.iri, dict(thing.labels), "", "", 0.0), words)


def _quoted(passage: str, quote: str, document: str) -> _Entry:
    parts = folded(quote).split()
    counts = dict.fromkeys(parts, _IN_QUOTE / math.sqrt(max(1, len(parts))))
    return _Entry(Hit(passage, {}, quote, document, 0.0), counts)


@lru_cache(100_000)
def root(word: str) -> str:
    """What is left of a word without inflection and derivation."""
    stem = str(_STEMMER.stemWord(word))
    for ending in _DERIVED:
        for form in (word, stem):
            if form.endswith(ending) and len(form) - len(ending) >= _LONG:
                return form.removesuffix(ending)
    return stem


def _match(word: str, known: str) -> float:
    """How well a word of a question matches one of the index, 0 for not at all."""
    if word == known:
        return _SAME
    short = root(word)
    if short == root(known):
        return _ROOT
    if len(word) >= _LONG - 1 and known.startswith(word):
        return _START
    if len(short) >= _LONG and short in known:
        return _PART
    if len(word) > _LONG and abs(len(word) - len(known)) <= 2:
        alike = float(OSA.normalized_similarity(word, known, score_cutoff=_ALIKE))
        return _TYPO * alike
    return 0.0
