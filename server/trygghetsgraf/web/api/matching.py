"""The description of the reconciliation service, as part of the API's."""

from __future__ import annotations

from typing import Any

from trygghetsgraf.reconciliation.asking import BATCH, MAX_CANDIDATES
from trygghetsgraf.saved.binding import MAX_LENGTH

Schema = dict[str, Any]

_STRING: Schema = {"type": "string"}
_NAME: Schema = {"type": "string", "minLength": 1}
_LABELLED: Schema = {
    "type": "object",
    "required": ["id", "name"],
    "properties": {"id": _NAME, "name": _NAME},
    "additionalProperties": False,
}
_TYPE: Schema = {
    **_LABELLED,
    "properties": {**_LABELLED["properties"], "broader": {"type": "array", "items": _LABELLED}},
}
_SERVICE: Schema = {
    "type": "object",
    "required": ["service_url", "service_path"],
    "properties": {
        "service_url": {"type": "string", "format": "uri"},
        "service_path": {"type": "string", "pattern": "^/"},
    },
}
_TEMPLATE: Schema = {"type": "string", "pattern": r"^https?://.*\{\{id\}\}"}


def _object(properties: Schema, *, optional: frozenset[str] = frozenset()) -> Schema:
    """Exactly these members, all of them there but the optional ones."""
    return {
        "type": "object",
        "required": [name for name in properties if name not in optional],
        "properties": properties,
        "additionalProperties": False,
    }


def _array(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _by_name(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": values}


_MANIFEST = _object(
    {
        "versions": {"const": ["0.2"]},
        "name": _NAME,
        "identifierSpace": {"type": "string", "format": "uri"},
        "schemaSpace": {"type": "string", "format": "uri"},
        "documentation": {"type": "string", "format": "uri"},
        "logo": {"type": "string", "format": "uri"},
        "serviceVersion": _NAME,
        "defaultTypes": {**_array(_LABELLED), "uniqueItems": True},
        "view": _object({"url": _TEMPLATE}),
        "preview": _object(
            {"url": _TEMPLATE, "width": {"type": "integer"}, "height": {"type": "integer"}}
        ),
        "suggest": _object(dict.fromkeys(("entity", "type", "property"), _SERVICE)),
        "extend": _object(
            {
                "propose_properties": _SERVICE,
                "property_settings": _array(
                    _object(
                        {
                            "name": _NAME,
                            "label": _NAME,
                            "type": {"const": "number"},
                            "default": {"type": "number"},
                            "help_text": _STRING,
                        }
                    )
                ),
            }
        ),
        "batchSize": {"type": "integer", "minimum": 1},
    }
)
_FEATURE = _object({"id": _NAME, "value": {"type": ["boolean", "number"]}})
_CANDIDATE = _object(
    {
        "id": _NAME,
        "name": _NAME,
        "description": _STRING,
        "type": _array(_LABELLED),
        "score": {"type": "number", "minimum": 0, "maximum": 100},
        "features": _array(_FEATURE),
        "match": {"type": "boolean"},
    }
)
_RESULTS = _by_name(_object({"result": {**_array(_CANDIDATE), "maxItems": MAX_CANDIDATES}}))
#: a point in time, ISO 8601
_TIME = r"^-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?$"
_CELL: Schema = {
    "oneOf": [
        _LABELLED,
        _object({"str": _STRING}),
        _object({"int": {"type": "integer"}}),
        _object({"float": {"type": "number"}}),
        _object({"date": {"type": "string", "pattern": _TIME}}),
    ]
}
_EXTENDED = _object(
    {
        "meta": _array(
            _object({"id": _NAME, "name": _NAME, "type": _LABELLED}, optional=frozenset({"type"}))
        ),
        "rows": _by_name(_by_name(_array(_CELL))),
    }
)
_ENTITY = _object(
    {"id": _NAME, "name": _NAME, "description": _STRING, "notable": _array(_LABELLED)}
)

#: schemas of what the service answers, by name
COMPONENTS: dict[str, Schema] = {
    "ReconciliationManifest": _MANIFEST,
    "ReconciliationResults": _RESULTS,
    "ReconciliationData": _EXTENDED,
    "SuggestedEntities": _object({"result": _array(_ENTITY)}),
    "SuggestedTypes": _object({"result": _array(_TYPE)}),
    "SuggestedProperties": _object({"result": _array(_LABELLED)}),
    "ProposedProperties": _object(
        {"type": _NAME, "limit": {"type": "integer"}, "properties": _array(_LABELLED)}
    ),
}
_ANSWER: Schema = {
    "oneOf": [
        {"$ref": f"#/components/schemas/{name}"}
        for name in ("ReconciliationManifest", "ReconciliationResults", "ReconciliationData")
    ]
}
_LANGUAGE: Schema = {
    "name": "language",
    "in": "path",
    "required": True,
    "description": "Language of the names.",
    "schema": {"type": "string", "enum": ["sv", "en"]},
}
_QUERIES = f"Queries by name, at most {BATCH}, as JSON."
_EXTEND = "Identifiers and properties whose values are wanted, as JSON."
_EXAMPLE = '{"q0": {"query": "Huddinge", "type": "Municipality"}}'
_TAG = "reconciliation"


def paths() -> dict[str, dict[str, Schema]]:
    """Path → method → operation."""
    found: dict[str, dict[str, Schema]] = {}
    for path, parameters, name in (
        ("/api/reconcile", [], ""),
        ("/api/reconcile/{language}", [_LANGUAGE], "InLanguage"),
    ):
        asked = [_query("queries", _QUERIES), _query("extend", _EXTEND)]
        missing = (404,) if parameters else ()
        asked[0]["example"] = _EXAMPLE
        found[path] = {
            "get": _operation(
                f"reconcile{name}",
                "The service manifest; with queries, candidates; with extend, data.",
                [*parameters, *asked],
                _ANSWER,
                (400, *missing, 413),
            ),
            "post": _operation(
                f"postReconcile{name}",
                "Candidates for queries, or data with extend.",
                parameters,
                _ANSWER,
                (400, *missing, 413, 415),
            )
            | {"requestBody": _FORM},
        }
    for what, component, more in (
        ("entity", "SuggestedEntities", [_query("type", "Only entities of this type.")]),
        ("type", "SuggestedTypes", []),
        ("property", "SuggestedProperties", []),
    ):
        found[f"/api/reconcile/{{language}}/suggest/{what}"] = {
            "get": _operation(
                f"suggest{what.capitalize()}",
                f"Completions of what somebody types: {what}.",
                [_LANGUAGE, _query("prefix", "What was typed."), _CURSOR, *more],
                {"$ref": f"#/components/schemas/{component}"},
                (400, 404),
            )
        }
    found["/api/reconcile/{language}/properties"] = {
        "get": _operation(
            "proposeProperties",
            "The properties that entities of a type have, the most used first.",
            [_LANGUAGE, _required("type", "A type.", "Measure"), _LIMIT],
            {"$ref": "#/components/schemas/ProposedProperties"},
            (400, 404),
        )
    }
    found["/api/reconcile/{language}/preview"] = {
        "get": _operation(
            "preview",
            "A thing in a few lines, to be shown in a frame.",
            [_LANGUAGE, _required("id", "Identifier or IRI of a thing.", "area/huddinge")],
            _STRING,
            (400, 404),
            "text/html",
        )
    }
    return found


def _query(name: str, description: str) -> Schema:
    return {"name": name, "in": "query", "description": description, "schema": _STRING}


def _required(name: str, description: str, example: str) -> Schema:
    schema = {"type": "string", "minLength": 1, "maxLength": MAX_LENGTH}
    found = {**_query(name, description), "schema": schema}
    return found | {"required": True, "example": example}


_CURSOR = {
    **_query("cursor", "Suggestions to leave out first."),
    "schema": {"type": "integer", "minimum": 0, "maximum": 10_000},
}
_LIMIT = {
    **_query("limit", "Properties at most."),
    "schema": {"type": "integer", "minimum": 1, "maximum": 200},
}
_FORM: Schema = {
    "required": True,
    "content": {
        "application/x-www-form-urlencoded": {
            "schema": {
                "type": "object",
                "properties": {
                    "queries": {**_STRING, "description": _QUERIES},
                    "extend": {**_STRING, "description": _EXTEND},
                },
                "minProperties": 1,
                "maxProperties": 1,
            },
            "example": {"queries": _EXAMPLE},
        }
    },
}


def _operation(
    name: str,
    summary: str,
    parameters: list[Schema],
    schema: Schema,
    errors: tuple[int, ...],
    media_type: str = "application/json",
) -> Schema:
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    said = {
        400: "A parameter cannot be read; the problem names it.",
        404: "There is nothing of that name.",
        413: "The batch or the form is too large.",
        415: "The body is no form.",
        503: "The server is busy.",
        504: "The answer took too long.",
    }
    return {
        "operationId": name,
        "summary": summary,
        "tags": [_TAG],
        "parameters": parameters,
        "responses": {
            "200": {"description": summary, "content": {media_type: {"schema": schema}}},
            **{
                str(status): {"description": said[status], "content": problem}
                for status in (*errors, 503, 504)
            },
        },
    }
