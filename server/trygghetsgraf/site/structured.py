"""What search engines read in a page: its schema.org description as JSON-LD.

The block is data, which no policy on scripts concerns
(https://html.spec.whatwg.org/multipage/scripting.html#data-block).
"""

from __future__ import annotations

import json
import re

import pyoxigraph as ox

from trygghetsgraf.linked.catalogue import Operator
from trygghetsgraf.linked.counts import counts_of
from trygghetsgraf.linked.writing import CC0
from trygghetsgraf.namespaces import DATASET, PREFIXES, TG, release_url
from trygghetsgraf.releases.release import About
from trygghetsgraf.site.visit import Visit
from trygghetsgraf.site.words import words

_CONTEXT = "https://schema.org"
_DAY = re.compile(r"\d{4}(-\d\d){0,2}")
_PUBLISHER, _SPATIAL = (
    ox.NamedNode(PREFIXES["dcterms"] + name) for name in ("publisher", "spatial")
)
_STATUS_DATE = ox.NamedNode(str(TG.statusDate))
#: what would end the block, or is no JavaScript in old readers → its escape in JSON
_ESCAPES = {ord(c): f"\\u{ord(c):04x}" for c in "<>&\u2028\u2029"}


def as_block(described: dict[str, object]) -> str:
    """The description as text that can stand in a script element, whatever is in it."""
    text = json.dumps({"@context": _CONTEXT} | described, ensure_ascii=False)
    return text.translate(_ESCAPES)


def dataset(visit: Visit, release: About | None) -> dict[str, object]:
    """The graph as a schema:Dataset, with the dumps of the newest release."""
    t, base, opened = words(visit.language), visit.links.base, visit.opened
    counts = opened.lately("site-counts", lambda _: counts_of(opened))
    found: dict[str, object] = {
        "@type": "Dataset",
        "@id": DATASET,
        "name": t["site"],
        "description": t["start_lead"],
        "url": f"{base}/",
        "identifier": DATASET,
        "license": CC0,
        "isAccessibleForFree": True,
        "inLanguage": ["sv", "en"],
        "keywords": [t[key] for key in ("keyword_safety", "keyword_prevention", "municipality")],
        "dateModified": visit.opened.published.isoformat(),
        "version": str(visit.opened.number),
        "spatialCoverage": {"@type": "Country", "name": t["country"], "identifier": "SE"},
        "creator": _organization(visit.operator, base),
        "publisher": _organization(visit.operator, base),
        "includedInDataCatalog": {"@type": "DataCatalog", "url": f"{base}/catalog"},
    }
    if release:
        found["distribution"] = [
            {
                "@type": "DataDownload",
                "name": file.name,
                "encodingFormat": file.media_type,
                "contentUrl": release_url(base, release.number, file.name),
            }
            for file in release.files
        ]
    if counts.earliest:
        found["temporalCoverage"] = f"{counts.earliest}/{counts.latest}"
    return found


def document(visit: Visit, iri: str) -> dict[str, object]:
    """A document that was read as a schema:Report: the work, where to read it, of whom."""
    store, node, none = visit.store, ox.NamedNode(iri), ox.DefaultGraph()

    def things(predicate: ox.NamedNode) -> list[str]:
        quads = store.quads_for_pattern(node, predicate, None, none)
        return sorted(q.object.value for q in quads if isinstance(q.object, ox.NamedNode))

    publishers, places = things(_PUBLISHER), things(_SPATIAL)
    visit.names.fetch([iri, *publishers, *places])
    found: dict[str, object] = {
        "@type": "Report",
        "@id": iri,
        "name": visit.names.of(iri),
        "url": visit.links.base + visit.links.document(iri).removeprefix(visit.links.root),
        "inLanguage": "sv",
        "isAccessibleForFree": True,
        "isPartOf": {"@id": DATASET},
    }
    if publishers:
        found["publisher"] = [
            {"@type": "Organization", "@id": one, "name": visit.names.of(one)} for one in publishers
        ]
    if places:
        found["spatialCoverage"] = [
            {"@type": "Place", "@id": place, "name": visit.names.of(place)} for place in places
        ]
    dates = [q.object for q in store.quads_for_pattern(node, _STATUS_DATE, None, none)]
    # schema.org knows no uncertain date: one that is not exact is left out
    for date in dates:
        if isinstance(date, ox.Literal) and _DAY.fullmatch(date.value):
            found["dateCreated"] = date.value
    return found


def _organization(operator: Operator, base: str) -> dict[str, object]:
    return {"@type": "Organization", "name": operator.name, "url": operator.url or f"{base}/"}
