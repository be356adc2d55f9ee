"""Questions that documents ask, with their answers."""

from __future__ import annotations

from dataclasses import dataclass

import pyoxigraph as ox

from trygghetsgraf.description import select
from trygghetsgraf.saved.catalogue import Catalogue, SavedQuery
from trygghetsgraf.site.claims import Claim, read_claims
from trygghetsgraf.site.visit import Visit

#: claims of an answer on a page
CLAIMS = 60

_ABOUT = """
SELECT DISTINCT ?asker ?asked ?document {
  ?question tg:asker ?asker .
  OPTIONAL { ?question tg:askedOf ?asked } OPTIONAL { ?question tg:questionIn ?document }
}
"""
_ANSWER = """
SELECT DISTINCT ?claim ?number ?start {
  ?part tg:answers ?question ; tg:partNumber ?number .
  ?passage tg:inPart ?part ; tg:evidence/oa:hasSelector/oa:start ?start .
  ?claim tg:passage ?passage .
} ORDER BY ?number ?start ?claim
"""


@dataclass(frozen=True)
class Question:
    """A question of a document with what answers it."""

    askers: tuple[str, ...]
    asked: tuple[str, ...]
    documents: tuple[str, ...]
    answer: tuple[Claim, ...]
    more: bool
    #: saved queries that answer it
    queries: tuple[SavedQuery, ...]


def question(visit: Visit, iri: str, catalogue: Catalogue) -> Question:
    """A question by its IRI."""
    node = {"question": ox.NamedNode(iri)}
    rows = list(select(visit.store, _ABOUT, node))
    askers, asked, documents = (
        tuple(sorted({r[n].value for r in rows if r[n] is not None}))
        for n in ("asker", "asked", "document")
    )
    found = list(dict.fromkeys(r["claim"].value for r in select(visit.store, _ANSWER, node)))
    claims = tuple(read_claims(visit.store, found[:CLAIMS], visit.language))
    key = f"question:{iri.rpartition('/')[2]} "
    queries = tuple(q for q in catalogue.values() if key in f"{q.text} ")
    visit.names.fetch([*askers, *asked, *documents, *(i for c in claims for i in c.things())])
    return Question(askers, asked, documents, claims, len(found) > CLAIMS, queries)
