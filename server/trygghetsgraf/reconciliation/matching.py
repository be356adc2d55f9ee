"""How well the entities fit a query, and whether one is the only one that it can mean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from rapidfuzz import fuzz, process

from trygghetsgraf.reconciliation.asking import Query
from trygghetsgraf.reconciliation.entities import Entities, Spelling, iri_of, rooted
from trygghetsgraf.reconciliation.properties import Values, agrees
from trygghetsgraf.saved.naming import folded

#: entities of which one query looks at the evidence
_LOOKED_AT = 100
#: points for a name that is the same but for spelling or inflection; the rest are near
_LABEL, _NAME, _FOLDED, _ROOTED, _NEAR = 100.0, 99.0, 97.0, 95.0, 0.94
#: similarity (of 100) from which a name may be a misspelt one
_ALIKE = 65
#: points below which a name is not near
_LEAST = 55.0
#: how much of the score the properties are, where there are any
_BY_EVIDENCE = 0.3
#: what is left of the score of an entity without the types that it should have
_OTHER_TYPE = 0.8


class Likeness(IntEnum):
    """In which way a name is that of a query."""

    NONE = 0
    NEAR = 1
    #: but for case, accents and inflection
    FORM = 2
    SAME = 3


@dataclass(frozen=True)
class Candidate:
    """An entity that a query may mean."""

    iri: str
    #: 0 to 100
    score: float
    likeness: Likeness
    #: share of the properties that it has as given, 0 to 1
    evidence: float
    #: whether it is of the types that were asked for
    typed: bool = True


def by_name(entities: Entities, query: Query) -> dict[str, tuple[float, Likeness]]:
    """IRI → points and likeness, of those with a name near the query's."""
    text = query.query.strip()
    if entities.find(text):
        return {iri_of(text): (_LABEL, Likeness.SAME)}
    if not folded(text):
        return {}
    as_root = rooted(text)
    found = {
        iri
        for spelling in (folded(text), as_root)
        for iri in entities.by_spelling.get(spelling, ())
        if _is_typed(entities, iri, query)
    }
    if not found:
        # a name that nothing has, as a whole: Emmabodakommun
        near = process.extract(
            folded(text),
            entities.by_spelling.keys(),
            scorer=fuzz.ratio,
            limit=_LOOKED_AT,
            score_cutoff=_ALIKE,
        )
        found |= {iri for name, _, _ in near for iri in entities.by_spelling[name]}
    found |= {hit.iri for hit in entities.index.search(text, 2 * _LOOKED_AT)}
    wanted = Spelling(" ".join(text.casefold().split()), folded(text), as_root, preferred=False)
    scored = {
        iri: max(_likeness(wanted, spelling) for spelling in entities.spellings[iri])
        for iri in found
        if _is_typed(entities, iri, query) or query.type_strict == "should"
    }
    enough = {iri: pair for iri, pair in scored.items() if pair[0] >= _LEAST}
    kept = sorted(enough, key=lambda iri: (-enough[iri][0], iri))[:_LOOKED_AT]
    return {iri: enough[iri] for iri in kept}


def rank(
    entities: Entities,
    query: Query,
    named: Mapping[str, tuple[float, Likeness]],
    values: Values,
) -> list[Candidate]:
    """The candidates, the best first; ``named`` as :func:`by_name` gives them."""
    found = []
    for iri, (points, likeness) in named.items():
        typed = _is_typed(entities, iri, query)
        if not typed and query.type_strict != "should":
            continue
        share = _share(query, iri, values)
        score = points
        if query.properties:
            weight = _BY_EVIDENCE if query.query.strip() else 1.0
            score = (1 - weight) * points + weight * 100 * share
        score = round(score if typed else score * _OTHER_TYPE, 1)
        found.append(Candidate(iri, score, likeness, share, typed))

    def place(candidate: Candidate) -> tuple[float, int, int, str]:
        # of those that share a code or a word, the one with the least else in its label
        label = entities.names.things[candidate.iri].label("sv")
        return -candidate.score, -candidate.likeness, len(label), candidate.iri

    return sorted(found, key=place)


def is_match(ranked: list[Candidate], query: Query) -> bool:
    """Whether the first candidate is beyond doubt the one that is meant.

    It has the name and all of the properties, and no other has both so well.
    """
    sure = [c for c in ranked if c.typed and c.evidence == 1.0]
    if not sure or sure[0] != ranked[0]:
        return False
    if not query.query.strip():
        return len(sure) == 1
    best = sure[0].likeness
    return best >= Likeness.FORM and [c.likeness >= best for c in sure].count(True) == 1


def _likeness(wanted: Spelling, known: Spelling) -> tuple[float, Likeness]:
    if wanted.written == known.written:
        return (_LABEL if known.preferred else _NAME), Likeness.SAME
    if wanted.folded == known.folded:
        return _FOLDED, Likeness.FORM
    if wanted.rooted == known.rooted:
        return _ROOTED, Likeness.FORM
    ratio = max(
        fuzz.ratio(wanted.folded, known.folded),
        fuzz.token_sort_ratio(wanted.folded, known.folded),
        fuzz.token_sort_ratio(wanted.rooted, known.rooted),
    )
    return ratio * _NEAR, Likeness.NEAR


def _is_typed(entities: Entities, iri: str, query: Query) -> bool:
    types = entities.types_of(iri)
    wanted: Iterable[bool] = (type_ in types for type_ in query.type)
    if not query.type:
        return True
    return all(wanted) if query.type_strict == "all" else any(wanted)


def _share(query: Query, iri: str, values: Values) -> float:
    """The share of the properties that the entity has as given; 1 where none are."""
    if not query.properties:
        return 1.0
    agreeing = [agrees(values, iri, evidence.pid, evidence.v) for evidence in query.properties]
    return agreeing.count(True) / len(agreeing)
