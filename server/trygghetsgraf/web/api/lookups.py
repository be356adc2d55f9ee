"""Small endpoints beside the saved queries: search, names for IRIs, one thing."""

from __future__ import annotations

import json
from functools import lru_cache

from flask import Blueprint, Response

from trygghetsgraf.namespaces import BASE
from trygghetsgraf.saved.entities import describe_entity
from trygghetsgraf.saved.header import Bilingual
from trygghetsgraf.saved.naming import Named, Names, names_of_class
from trygghetsgraf.saved.running import Runner
from trygghetsgraf.saved.search import Index, build_index
from trygghetsgraf.web.api.arguments import number, words
from trygghetsgraf.web.language import accepted_language
from trygghetsgraf.web.problems import Problem

#: hits of one search, by default and at most
HITS = 20
MAX_HITS = 100


def add_lookups(api: Blueprint, runner: Runner) -> None:
    """Add /api/search, /api/resolve and /api/entities to the API."""
    # one state of the graph at a time; the state is there for the cache
    names = lru_cache(1)(lambda state: names_of_class(runner.evaluator, "Thing"))
    index = lru_cache(1)(lambda state: build_index(runner.evaluator, names(state)))

    @api.get("/api/search")
    def search() -> Response:
        found: Index = index(runner.evaluator.state())
        hits = found.search(words("q"), number("limit", HITS, 1, MAX_HITS))
        return as_json(
            {
                "hits": [
                    {
                        "iri": hit.iri,
                        "labels": dict(hit.labels),
                        "quote": hit.quote or None,
                        "document": hit.document or None,
                        "score": hit.score,
                    }
                    for hit in hits
                ]
            }
        )

    @api.get("/api/resolve")
    def resolve() -> Response:
        known: Names = names(runner.evaluator.state())
        text = words("q")
        matches = [_match(known.things[iri]) for iri in known.find(text)]
        near = [] if matches else list(known.near(text))
        return as_json({"matches": matches, "near": near})

    @api.get("/api/entities/<path:iri>")
    def entity(iri: str) -> Response:
        whole = iri if iri.startswith(("http://", "https://")) else f"{BASE}id/{iri}"
        try:
            found = describe_entity(runner.evaluator, whole)
        except ValueError as error:
            raise _nothing(whole) from error
        if found is None:
            raise _nothing(whole)
        return as_json(found)


def as_json(content: object) -> Response:
    """A response of JSON, in UTF-8 as it is."""
    text = json.dumps(content, ensure_ascii=False) + "\n"
    return Response(text, content_type="application/json")


def _nothing(iri: str) -> Problem:
    language = accepted_language()
    detail = Bilingual(
        en=f"The graph says nothing of {iri}. Search at /api/search?q=.",
        sv=f"Grafen säger ingenting om {iri}. Sök på /api/search?q=.",
    )
    return Problem(404, detail.in_language(language), language=language)


def _match(thing: Named) -> dict[str, object]:
    return {"iri": thing.iri, "key": thing.key, "labels": dict(thing.labels)}
