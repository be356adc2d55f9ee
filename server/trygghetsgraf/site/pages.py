"""Every page: its path, what it shows and its template."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from trygghetsgraf.description import select
from trygghetsgraf.namespaces import ID, SHAPE, TG
from trygghetsgraf.releases.release import Releases
from trygghetsgraf.saved.catalogue import Catalogue
from trygghetsgraf.saved.running import Runner
from trygghetsgraf.site import network as networks
from trygghetsgraf.site import places as maps
from trygghetsgraf.site import questions as asking
from trygghetsgraf.site import reading as readings
from trygghetsgraf.site.answers import answer
from trygghetsgraf.site.claimlist import claim_list
from trygghetsgraf.site.claims import read_claim
from trygghetsgraf.site.compare import COLUMNS, WAY_OF_STATUS, compare
from trygghetsgraf.site.editor import editor_data, example, themes
from trygghetsgraf.site.entity import CLAIMS, Entity, entity, is_document
from trygghetsgraf.site.headings import inverse
from trygghetsgraf.site.parties import parties
from trygghetsgraf.site.problempages import problem_type, problems
from trygghetsgraf.site.quality import findings, quality
from trygghetsgraf.site.rendering import render
from trygghetsgraf.site.search import search, specific
from trygghetsgraf.site.shapefiles import ShapeFile, shape_files
from trygghetsgraf.site.start import read_documents, start
from trygghetsgraf.site.structured import as_block, dataset, document
from trygghetsgraf.site.tags import tag_name
from trygghetsgraf.site.terms import drawing, kinds, rules, terms
from trygghetsgraf.site.timeline import timeline
from trygghetsgraf.site.visit import Visit

#: ending of a page's address → name and media type of the format
FORMATS = {
    ".ttl": ("Turtle", "text/turtle"),
    ".jsonld": ("JSON-LD", "application/ld+json"),
    ".nt": ("N-Triples", "application/n-triples"),
    ".rdf": ("RDF/XML", "application/rdf+xml"),
}
#: documents in a list
_DOCUMENTS = 200

#: what an address was asked with
Asked = Mapping[str, str]


class Place(Protocol):
    """What the pages are made from besides the snapshot."""

    @property
    def texts(self) -> Path:
        """Folder of the stored texts."""

    @property
    def project(self) -> Path:
        """The checkout, for what documents its making."""

    @property
    def state(self) -> Path:
        """Folder of snapshots and builds."""

    @property
    def runner(self) -> Runner | None:
        """Runs saved queries; None where there are none."""


#: what the card of a claim shows already
_ON_CARD = frozenset(str(TG[name]) for name in ("states", "passage", "gist", "speaker"))


def thing(visit: Visit, iri: str, number: int, place: Place) -> str | None:
    """The page on a thing; None if there is no such thing or no such page of it."""
    found = entity(visit, iri, number)
    if found is None:
        return None
    more: dict[str, Any] = {}
    template = "entity.html"
    if found.kind == "question":
        template = "question.html"
        more["question"] = asking.question(visit, iri, _queries(place))
    elif iri == str(SHAPE).rstrip("/"):
        template = "shapes.html"
        more["files"] = shape_files(place.project)
    elif found.kind == "claim":
        template = "claim.html"
        said = tuple(p for p in found.properties if p.iri not in _ON_CARD)
        found = replace(found, properties=said)
        more["claim"] = read_claim(visit.store, iri, visit.language)
        visit.names.fetch(more["claim"].things())
    elif iri.startswith(str(TG)):
        template = "term.html"
        figures = visit.opened.figures
        more["used"] = (figures.properties | figures.classes).get(f"<{iri}>", 0)
        more["rules"] = rules(visit, iri)
    read = is_document(iri) and bool(_is_read(visit, iri))
    return render(
        template,
        visit,
        entity=found,
        classes=specific(found.classes) if found.classes else (),
        shown=CLAIMS,
        local=iri.removeprefix(str(ID)),
        reading=read,
        about=as_block(document(visit, iri)) if read else "",
        inverse=lambda predicate: inverse(predicate, visit.language),
        definition=_definition(found),
        **_forms(),
        **more,
    )


def rules_of_file(visit: Visit, file: ShapeFile) -> str:
    """The page of a file of shapes."""
    visit.names.fetch(file.shapes)
    return render("shapefile.html", visit, file=file, **_forms())


def _forms() -> dict[str, object]:
    """The formats that a thing comes in, for its page."""
    return {
        "forms": [(ending, media_type) for ending, (_, media_type) in FORMATS.items()],
        "formats": {ending: name for ending, (name, _) in FORMATS.items()},
    }


def _definition(found: Entity) -> str:
    texts = [v for p in found.properties if p.iri.endswith("#definition") for v in p.values]
    return texts[0].node.value if texts else ""


def _is_read(visit: Visit, iri: str) -> bool:
    return any(d.iri == iri for d in read_documents(visit.store, _DOCUMENTS))


def _start(visit: Visit, asked: Asked, place: Place) -> str:
    return render("start.html", visit, start=start(visit), about=_about_graph(visit, place))


def _about_graph(visit: Visit, place: Place) -> str:
    release = Releases(place.state).latest()
    return as_block(dataset(visit, release.about if release else None))


def _search(visit: Visit, asked: Asked, place: Place) -> str:
    return render("search.html", visit, found=search(visit, asked.get("q", "")[:200]))


def _documents(visit: Visit, asked: Asked, place: Place) -> str:
    read = read_documents(visit.store, _DOCUMENTS)
    query = "SELECT ?d { ?d a tg:Document . FILTER NOT EXISTS { ?d tg:claimCount ?n } } LIMIT 200"
    others = [row["d"].value for row in select(visit.store, query)]
    visit.names.fetch([*(d.iri for d in read), *others])
    others.sort(key=visit.names.of)
    return render(
        "documents.html", visit, documents=read, others=others, about=_about_graph(visit, place)
    )


def _read(visit: Visit, asked: Asked, place: Place, key: str) -> str | None:
    found = readings.reading(visit, key, place.texts)
    if found is None:
        return None
    about = as_block(document(visit, found.iri))
    return render(
        "reading.html", visit, reading=found, versions=f"/read/{key}/versions", about=about
    )


def _versions(visit: Visit, asked: Asked, place: Place, key: str) -> str | None:
    found = readings.side_by_side(visit, key, place.texts)
    return None if found is None else render("versions.html", visit, both=found)


def _claims(visit: Visit, asked: Asked, place: Place) -> str | None:
    found = claim_list(visit, asked, _page(asked))
    return None if found is None else render("claims.html", visit, list=found)


def _compare(visit: Visit, asked: Asked, place: Place) -> str | None:
    found = compare(visit, asked, _page(asked))
    if found is None:
        return None

    def way(status: str) -> str:
        return WAY_OF_STATUS.get(status.rpartition("/")[2], "")

    return render("compare.html", visit, matrix=found, way_of_status=way, width=COLUMNS)


def _timeline(visit: Visit, asked: Asked, place: Place) -> str | None:
    found = timeline(visit, _page(asked))
    return None if found is None else render("timeline.html", visit, line=found)


def _network(visit: Visit, asked: Asked, place: Place) -> str | None:
    found = networks.around(visit, asked.get("actor", ""))
    if found is None and asked.get("actor"):
        return None
    return render("network.html", visit, found=found)


def _network_data(visit: Visit, asked: Asked, place: Place) -> str | None:
    found = networks.around(visit, asked.get("actor", ""))
    return None if found is None else _json(networks.drawing(visit, found))


def _parties(visit: Visit, asked: Asked, place: Place) -> str:
    return render("parties.html", visit, parties=parties(visit))


def _map(visit: Visit, asked: Asked, place: Place) -> str | None:
    found = maps.listed(visit, _page(asked))
    return None if found is None else render("map.html", visit, listed=found)


def _map_data(visit: Visit, asked: Asked, place: Place) -> str:
    return _json(maps.drawing(visit, maps.places(visit)))


def _ask(visit: Visit, asked: Asked, place: Place) -> str:
    catalogue, tag, words = _queries(place), asked.get("tag", ""), asked.get("q", "")[:200]
    found = themes(catalogue, visit.language, words, tag)
    tags = {one: tag_name(one, visit.language) for one in catalogue.tags()}
    return render("ask.html", visit, themes=found, tags=tags, tag=tag, words=words)


def _answer(visit: Visit, asked: Asked, place: Place, name: str) -> str | None:
    if place.runner is None:
        return None
    found = answer(visit, place.runner, name, asked)
    return None if found is None else render("answer.html", visit, answer=found)


def _sparql(visit: Visit, asked: Asked, place: Place) -> str:
    name = asked.get("example", "")
    words, catalogue = asked.get("q", "")[:200], _queries(place)
    return render(
        "sparql.html",
        visit,
        example=example(place.runner, name, visit.language),
        chosen=name if name in catalogue else "",
        words=words,
        themes=themes(catalogue, visit.language, words),
    )


def _sparql_data(visit: Visit, asked: Asked, place: Place) -> str:
    return _json(editor_data(visit, place.runner, asked))


def _terms(visit: Visit, asked: Asked, place: Place) -> str:
    found = terms(visit)
    boxes, height = drawing(found.classes)
    return render("terms.html", visit, terms=found, boxes=boxes, height=height)


def _kinds(visit: Visit, asked: Asked, place: Place) -> str:
    return render("kinds.html", visit, kinds=kinds(visit))


def _quality(visit: Visit, asked: Asked, place: Place) -> str:
    return render("quality.html", visit, q=quality(visit, place.state, place.project))


def _report(visit: Visit, asked: Asked, place: Place) -> str:
    return render("report.html", visit, findings=findings(visit, place.state))


def _prose(topic: str) -> Callable[[Visit, Asked, Place], str]:
    def page(visit: Visit, asked: Asked, place: Place) -> str:
        return render("prose.html", visit, topic=topic)

    return page


def _queries(place: Place) -> Catalogue:
    return place.runner.catalogue if place.runner else Catalogue([])


def _page(asked: Asked) -> int:
    text = asked.get("page", "1")
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 7 else 1


def _json(content: object) -> str:
    return json.dumps(content, ensure_ascii=False)


#: the page that needs a policy of its own
EDITOR = _sparql

#: path → page
ROUTES: Mapping[str, Callable[..., str | None]] = {
    "/": _start,
    "/search": _search,
    "/documents": _documents,
    "/read/<key>": _read,
    "/read/<key>/versions": _versions,
    "/claims": _claims,
    "/compare": _compare,
    "/timeline": _timeline,
    "/network": _network,
    "/network.json": _network_data,
    "/parties": _parties,
    "/map": _map,
    "/map.json": _map_data,
    "/ask": _ask,
    "/ask/<name>": _answer,
    "/sparql": _sparql,
    "/query": _sparql,
    "/query.json": _sparql_data,
    "/terms": _terms,
    "/kinds": _kinds,
    "/quality": _quality,
    "/quality/report": _report,
    "/problem": lambda visit, asked, place: problems(visit),
    "/problem/<kind>": lambda visit, asked, place, kind: problem_type(visit, kind),
    "/about": _prose("about"),
    "/method": _prose("method"),
    "/privacy": _prose("privacy"),
}
