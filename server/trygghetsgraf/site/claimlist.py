"""Lists of claims: by whom, about what, in which document, said in which way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from trygghetsgraf.description import select
from trygghetsgraf.namespaces import ID
from trygghetsgraf.site.claims import MODALITIES, Claim, read_claims
from trygghetsgraf.site.measures import measures, whole
from trygghetsgraf.site.visit import Visit

#: claims on a page
SIZE = 25
#: what the list can be narrowed by
FILTERS = (
    *("speaker", "about", "document", "way", "party"),
    *("kind", "area", "approach", "target", "year"),
)
#: what narrows it to measures: parameter → what :meth:`Measures.chosen` calls it
_OF_MEASURE = {
    "kind": "kind",
    "area": "municipality",
    "approach": "approach",
    "target": "target",
    "year": "year",
}
#: measures whose claims are listed together
_MEASURES = 500

_LOCAL = re.compile(r"[a-z0-9-]+/[a-z0-9-]+")
_POSITIVE = "?claim tg:polarity tgid:polarity\\/positive ."
_PLAIN = "?claim tg:certainty tgid:certainty\\/plain ."
_RELAYED = "EXISTS { ?relay tg:relays ?claim }"
_REPORTS = "VALUES ?force { tgid:force\\/states tgid:force\\/decides } ?claim tg:force ?force ."
_DOUBTFUL = (
    f"?claim tg:certainty ?certainty . FILTER(?certainty != tgid:certainty\\/plain || {_RELAYED})"
)
#: way of saying → patterns, as Claim.modality decides
_WAYS = {
    "reported": f"{_REPORTS} {_POSITIVE} {_PLAIN} FILTER(!{_RELAYED})",
    "promised": f"?claim tg:force tgid:force\\/commits . {_POSITIVE}",
    "proposed": f"?claim tg:force tgid:force\\/wants . {_POSITIVE}",
    "claimed": (
        f"{{ ?claim tg:force tgid:force\\/judges . {_POSITIVE} }} UNION "
        f"{{ {_REPORTS} {_POSITIVE} {_DOUBTFUL} }}"
    ),
    "denied": "?claim tg:polarity tgid:polarity\\/negative .",
    "defined": f"?claim tg:force tgid:force\\/defines . {_POSITIVE}",
    "asked": f"?claim tg:force tgid:force\\/asks . {_POSITIVE}",
}
#: speakers that are offered, and claims that are looked at for them
_OFFERED, _LOOKED_AT = 40, 20_000
_SPEAKERS = f"""
SELECT ?speaker (COUNT(?claim) AS ?n) {{
  {{ SELECT ?claim ?speaker {{ ?claim tg:speaker ?speaker }} LIMIT {_LOOKED_AT} }}
}} GROUP BY ?speaker ORDER BY DESC(?n) ?speaker LIMIT {_OFFERED}
"""
_DOCUMENTS = "SELECT ?document { ?document tg:claimCount ?n } ORDER BY ?document LIMIT 200"


@dataclass(frozen=True)
class ClaimList:
    """A page of claims."""

    claims: tuple[Claim, ...]
    #: what was asked for, by parameter; empty where it is not narrowed
    asked: Mapping[str, str]
    #: parameter → what can be chosen, as IRIs
    options: Mapping[str, tuple[str, ...]]
    page: int
    more: bool


def claim_list(visit: Visit, asked: Mapping[str, str], page: int) -> ClaimList | None:
    """The claims that are asked for; None if there is no such page of them."""
    given = {name: asked.get(name, "") for name in FILTERS}
    patterns = list(_patterns(visit, {n: value for n, value in given.items() if value}))
    query = f"""SELECT DISTINCT ?claim {{ {" ".join(patterns) or "?claim a tg:Claim ."} }}
        LIMIT {SIZE + 1} OFFSET {(page - 1) * SIZE}"""
    found = [row["claim"].value for row in select(visit.store, query)]
    if page > 1 and not found:
        return None
    claims = read_claims(visit.store, found[:SIZE], visit.language)
    claims.sort(key=lambda c: (c.document, MODALITIES.index(c.modality), c.passage, c.iri))
    options = visit.opened.once("site-claim-options", _options)
    things = [_node(v).value for v in given.values() if "/" in v]
    visit.names.fetch(
        [
            *things,
            *(o for v in options.values() for o in v),
            *(i for c in claims for i in c.things()),
        ]
    )
    return ClaimList(tuple(claims), given, options, page, len(found) > SIZE)


def _patterns(visit: Visit, given: Mapping[str, str]) -> Iterator[str]:
    """The conditions of the query; a value that cannot be an identifier finds nothing."""
    nothing = "FILTER(false)"
    if "way" in given:
        yield _WAYS.get(given["way"], nothing)
    if "speaker" in given:
        yield f"?claim tg:speaker {_node(given['speaker'])} ."
    if "document" in given:
        yield f"?claim tg:passage/tg:inWork {_node('document/' + given['document'])} ."
    if "about" in given:
        node = _node(given["about"])
        yield (
            f"{{ ?s rdf:subject {node} }} UNION {{ ?s rdf:object {node} }} ?claim tg:states ?s ."
        )
    if "party" in given:
        claims = measures(visit.opened).claims_of_party.get(
            _node(f"actor/{given['party']}").value, []
        )
        yield f"VALUES ?claim {{ {' '.join(f'<{iri}>' for iri in claims)} }}"
    if wanted := {_OF_MEASURE[name]: given[name] for name in _OF_MEASURE if name in given}:
        year = whole(wanted.pop("year", "0"))
        if "year" in given and not year:
            yield nothing
        values = {name: _node(value).value for name, value in wanted.items()}
        chosen = measures(visit.opened).chosen(**values, year=year)[:_MEASURES]
        nodes = " ".join(f"<{m.iri}>" for m in chosen)
        yield f"VALUES ?m {{ {nodes} }} ?stated rdf:subject ?m . ?claim tg:states ?stated ."


def _node(local: str) -> ox.NamedNode:
    """The thing of that local name; one that does not exist for what cannot be a name."""
    return ox.NamedNode(str(ID[local if _LOCAL.fullmatch(local) else "none/none"]))


def _options(store: ox.Store) -> dict[str, tuple[str, ...]]:
    return {
        "speaker": tuple(row["speaker"].value for row in select(store, _SPEAKERS)),
        "document": tuple(row["document"].value for row in select(store, _DOCUMENTS)),
    }
