"""What the reconciliation service answers, as plain values ready to become JSON."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from trygghetsgraf import __version__
from trygghetsgraf.namespaces import ID, TG
from trygghetsgraf.reconciliation.asking import BATCH, Extension, Query
from trygghetsgraf.reconciliation.entities import (
    DEFAULT_TYPES,
    Entities,
    Labelled,
    check_known,
    iri_of,
)
from trygghetsgraf.reconciliation.matching import Candidate, Likeness, by_name, is_match, rank
from trygghetsgraf.reconciliation.properties import (
    Properties,
    cell,
    having,
    in_language,
    read_values,
)
from trygghetsgraf.saved.evaluation import Evaluator
from trygghetsgraf.saved.naming import folded

#: suggestions of one answer
SUGGESTIONS = 20
#: width and height of a preview, in pixels
PREVIEW = (430, 300)
_TITLES = {"sv": "Trygghetsgrafen (svenska)", "en": "Trygghetsgrafen (English)"}
_LIMIT = {
    "sv": ("Högsta antal värden", "0 ger alla värden."),
    "en": ("Values at most", "0 gives all values."),
}


def manifest(base: str, language: str, types: list[dict[str, object]]) -> dict[str, object]:
    """The service manifest, section "Service Manifest"; ``types`` are those offered first.

    ``base`` is the service's own URL in that language: the server's public one before ``/api``.
    """
    label, help_text = _LIMIT[language]
    server = base.rpartition("/api/")[0]
    suggest = {
        what: {"service_url": base, "service_path": f"/suggest/{what}"}
        for what in ("entity", "type", "property")
    }
    return {
        "versions": ["0.2"],
        "name": _TITLES[language],
        "identifierSpace": str(ID),
        "schemaSpace": str(TG),
        "documentation": f"{server}/api/docs",
        "logo": f"{server}/assets/mark.svg",
        "serviceVersion": __version__,
        "defaultTypes": types,
        "view": {"url": f"{server}/id/{{{{id}}}}"},
        "preview": {
            "url": f"{base}/preview?id={{{{id}}}}",
            "width": PREVIEW[0],
            "height": PREVIEW[1],
        },
        "suggest": suggest,
        "extend": {
            "propose_properties": {"service_url": base, "service_path": "/properties"},
            "property_settings": [
                {
                    "name": "limit",
                    "label": label,
                    "type": "number",
                    "default": 0,
                    "help_text": help_text,
                }
            ],
        },
        "batchSize": BATCH,
    }


@dataclass(frozen=True)
class Service:
    """The service in one language, over one state of the graph."""

    evaluator: Evaluator
    entities: Entities
    properties: Properties
    #: ``sv`` or ``en``
    language: str

    def default_types(self) -> list[dict[str, object]]:
        """The types that a client is offered first."""
        return [self._labelled(self.entities.types[id_]) for id_ in DEFAULT_TYPES]

    def reconcile(self, queries: Mapping[str, Query]) -> dict[str, object]:
        """The candidates for each query of a batch, the best first.

        Raises ParameterError for an unknown type or property, and QueryFailure.
        """
        for name, query in queries.items():
            self.entities.check_types(f"queries.{name}.type", query.type)
            pids = [evidence.pid for evidence in query.properties]
            check_known(f"queries.{name}.properties", pids, self.properties.known)
        named = {name: self._candidates(query) for name, query in queries.items()}
        wanted = {name for name, query in queries.items() if query.properties}
        values = read_values(
            self.evaluator,
            (iri for name in sorted(wanted) for iri in named[name]),
            (evidence.pid for query in queries.values() for evidence in query.properties),
        )
        found: dict[str, object] = {}
        for name, query in queries.items():
            ranked = rank(self.entities, query, named[name], values)
            sure = is_match(ranked, query)
            found[name] = {
                "result": [
                    self._candidate(candidate, matching=sure and place == 0)
                    for place, candidate in enumerate(ranked[: query.limit])
                ]
            }
        return found

    def suggest_entities(self, prefix: str, cursor: int, type_: str = "") -> dict[str, object]:
        """Entities with a name that begins so, or has a word that does; then near ones."""
        if type_:
            self.entities.check_types("type", [type_])
        wanted = folded(prefix)
        exact = self.entities.find(prefix.strip())
        best: dict[str, int] = {exact.iri: -1} if exact else {}
        for iri, _ in self.entities.ordered:
            places = [_place(wanted, s.folded) for s in self.entities.spellings[iri]]
            place = min((p for p in places if p is not None), default=None)
            if place is not None:
                best.setdefault(iri, place)
        if not best:
            best = {hit.iri: 3 for hit in self.entities.index.search(prefix, SUGGESTIONS)}
        found = [iri for iri in best if not type_ or type_ in self.entities.types_of(iri)]
        found.sort(key=lambda iri: best[iri])
        return {
            "result": [
                {
                    "id": _id(iri),
                    "name": self.entities.names.things[iri].label(self.language),
                    "description": self.entities.description(iri, self.language),
                    "notable": self.entities.typed(iri, self.language),
                }
                for iri in found[cursor : cursor + SUGGESTIONS]
            ]
        }

    def suggest_types(self, prefix: str, cursor: int) -> dict[str, object]:
        """Types with a name in any language, or an identifier, that begins so."""
        types = self.entities.types
        return {
            "result": [
                self._labelled(type_)
                | {"broader": [self._labelled(types[above]) for above in type_.broader]}
                for type_ in _beginning(types.values(), prefix)[cursor : cursor + SUGGESTIONS]
            ]
        }

    def suggest_properties(self, prefix: str, cursor: int) -> dict[str, object]:
        """Properties with a name in any language, or an identifier, that begins so."""
        found = _beginning(self.properties.known.values(), prefix)
        return {"result": [self._labelled(p) for p in found[cursor : cursor + SUGGESTIONS]]}

    def propose(self, type_: str, limit: int) -> dict[str, object]:
        """The properties that entities of a type have, the most used first.

        Raises ParameterError for an unknown type.
        """
        self.entities.check_types("type", [type_])
        ids = self.properties.of_type.get(type_, ())
        return {
            "type": type_,
            "limit": limit,
            "properties": [self._labelled(self.properties.known[id_]) for id_ in ids[:limit]],
        }

    def extend(self, asked: Extension) -> dict[str, object]:
        """The values of properties of entities.

        An entity that does not exist has none. Raises ParameterError for an unknown property,
        and QueryFailure.
        """
        pids = [wanted.id for wanted in asked.properties]
        check_known("extend.properties", pids, self.properties.known)
        values = read_values(self.evaluator, map(iri_of, asked.ids), pids)
        rows: dict[str, dict[str, object]] = {}
        for id_ in asked.ids:
            rows[id_] = {}
            for wanted in asked.properties:
                found = in_language(values.of(iri_of(id_), wanted.id), self.language)
                rows[id_][wanted.id] = [
                    cell(values, value, self.language)
                    for value in found[: wanted.settings.limit or None]
                ]
        return {"meta": [self._meta(id_) for id_ in pids], "rows": rows}

    def _candidates(self, query: Query) -> dict[str, tuple[float, Likeness]]:
        if query.query.strip():
            return by_name(self.entities, query)
        found: set[str] = set()
        for evidence in query.properties:
            found |= having(self.evaluator, self.entities, evidence.pid, evidence.v)
        return dict.fromkeys(sorted(found), (0.0, Likeness.NONE))

    def _candidate(self, found: Candidate, *, matching: bool) -> dict[str, object]:
        return {
            "id": _id(found.iri),
            "name": self.entities.names.things[found.iri].label(self.language),
            "description": self.entities.description(found.iri, self.language),
            "type": self.entities.typed(found.iri, self.language),
            "score": found.score,
            "features": [
                {"id": "same_name", "value": found.likeness is Likeness.SAME},
                {"id": "same_name_inflected", "value": found.likeness >= Likeness.FORM},
                {"id": "properties_as_given", "value": round(found.evidence, 3)},
            ],
            "match": matching,
        }

    def _labelled(self, thing: Labelled) -> dict[str, object]:
        return {"id": thing.id, "name": thing.label(self.language)}

    def _meta(self, id_: str) -> dict[str, object]:
        found = self._labelled(self.properties.known[id_])
        if type_ := self.properties.ranges.get(id_):
            found["type"] = self._labelled(self.entities.types[type_])
        return found


def _id(iri: str) -> str:
    return iri.removeprefix(str(ID))


def _place(wanted: str, name: str) -> int | None:
    """0 for the same, 1 for a name that begins so, 2 for a word that does, None for neither."""
    if not name.startswith(wanted):
        return 2 if f" {wanted}" in name else None
    return 0 if name == wanted else 1


def _beginning(things: Iterable[Labelled], prefix: str) -> list[Labelled]:
    """Those with a label or identifier that begins so, or has a word that does."""
    wanted = folded(prefix)
    ranked = []
    for thing in things:
        names = (thing.id, *thing.labels.values())
        places = [p for name in names if (p := _place(wanted, folded(name))) is not None]
        if places:
            ranked.append((min(places), thing.id, thing))
    return [thing for _, _, thing in sorted(ranked, key=lambda found: found[:2])]
