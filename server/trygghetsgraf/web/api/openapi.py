"""The API's description, OpenAPI 3.1, made from the headers of the saved queries."""

from __future__ import annotations

from typing import Any

from apispec import APISpec

from trygghetsgraf import __version__
from trygghetsgraf.saved.binding import MAX_LENGTH
from trygghetsgraf.saved.catalogue import Catalogue, SavedQuery
from trygghetsgraf.saved.header import Parameter, Type
from trygghetsgraf.saved.writing import Format, formats_of
from trygghetsgraf.web.api import matching

Schema = dict[str, Any]

#: a text without control characters; ECMA-262, as JSON Schema has it
_TEXT: Schema = {
    "type": "string",
    "minLength": 1,
    "maxLength": MAX_LENGTH,
    "pattern": r"^[^\u0000-\u001f\u007f-\u009f\ufffe\uffff]+$",
}
_SCHEMAS: dict[Type, Schema] = {
    Type.IRI: _TEXT,
    Type.STRING: _TEXT,
    Type.INTEGER: {"type": "integer"},
    Type.DECIMAL: {"type": "number"},
    Type.BOOLEAN: {"type": "boolean"},
    Type.DATE: {"type": "string", "format": "date"},
    Type.EDTF: _TEXT,
}
_PLAIN: Schema = {"type": ["string", "number", "boolean", "null"]}
_PROBLEM = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}


def describe(catalogue: Catalogue, base: str) -> dict[str, Any]:
    """The description of the API under a public URL without a slash at the end."""
    spec = APISpec(
        title="Trygghetsgrafen",
        version=__version__,
        openapi_version="3.1.0",
        info={
            "description": "Saved queries over Swedish municipal documents on safety and crime "
            "prevention. Every answer leads back to the words of a document.",
            "license": {"name": "CC0-1.0", "identifier": "CC0-1.0"},
        },
        servers=[{"url": base}],
        tags=[{"name": tag} for tag in catalogue.tags()],
    )
    for name, schema in {**_components(), **matching.COMPONENTS}.items():
        spec.components.schema(name, schema)
    for path, operation in _fixed(catalogue).items():
        spec.path(path, operations={"get": operation})
    for path, operations in matching.paths().items():
        spec.path(path, operations=operations)
    for query in catalogue.values():
        spec.path(f"/api/queries/{query.name}/results", operations={"get": _operation(query)})
    return dict(spec.to_dict())


def _operation(query: SavedQuery) -> Schema:
    header = query.header
    formats = formats_of(query)
    own = [_parameter(query, name, about) for name, about in header.parameters.items()]
    return {
        "operationId": query.name,
        "summary": header.title.en,
        "description": f"{header.description.en}\n\n{header.title.sv} {header.description.sv}",
        "tags": list(header.tags),
        "parameters": [*own, *_common(formats)],
        "responses": {
            "200": {
                "description": "The result.",
                "headers": {
                    "ETag": {"schema": {"type": "string"}},
                    "Link": {"schema": {"type": "string"}, "description": "The next page."},
                },
                "content": {f.media_type: {"schema": _result(query, f)} for f in formats},
            },
            **_problems(400, 406, 429, 503, 504, 507),
        },
    }


def _parameter(query: SavedQuery, name: str, about: Parameter) -> Schema:
    header = query.header
    schema = dict(_SCHEMAS[about.type])
    if name in header.allowed:
        schema["enum"] = list(header.allowed[name])
    found: Schema = {
        "name": name,
        "in": "query",
        "required": header.is_required(name),
        "description": f"{about.en} – {about.sv}",
        "schema": schema,
    }
    if about.type is Type.IRI:
        found["description"] += " (a label in any language, a code, a key or an IRI)"
    if name in header.default:
        schema["default"] = header.default[name]
    if name in header.example:
        found["example"] = header.example[name]
    return found


def _common(formats: tuple[Format, ...]) -> list[Schema]:
    """The parameters that every query has."""
    found = [
        _query(
            "format",
            {"type": "string", "enum": [f.name for f in formats]},
            "Format of the result; without it the Accept header decides.",
        )
    ]
    if formats[0].tabular:
        found += [
            _query(
                "limit", {"type": "integer", "minimum": 1, "maximum": 100_000}, "Rows of a page."
            ),
            _query(
                "offset",
                {"type": "integer", "minimum": 0, "maximum": 10_000_000},
                "Rows to leave out first.",
            ),
            _query("bom", {"type": "boolean"}, "A byte order mark before CSV, for Excel."),
        ]
    return found


def _query(name: str, schema: Schema, description: str) -> Schema:
    return {"name": name, "in": "query", "schema": schema, "description": description}


def _result(query: SavedQuery, format_: Format) -> Schema:
    if format_.name != "json":
        kinds = ["object", "array"] if "json" in format_.media_type else ["string"]
        return {"type": kinds}
    columns = query.header.columns
    row = {
        "type": "object",
        "required": list(columns),
        "properties": {
            name: {**_PLAIN, "description": column.en} for name, column in columns.items()
        },
    }
    return {
        "type": "object",
        "required": ["query", "parameters", "columns", "rows", "more"],
        "properties": {
            "query": {"const": query.name},
            "parameters": {"type": "object"},
            "columns": {"type": "array", "items": {"type": "string"}},
            "rows": {"type": "array", "items": row},
            "more": {"type": "boolean", "description": "Whether there are rows after these."},
            "note": {"type": "string", "description": "Where there are no rows."},
        },
    }


def _fixed(catalogue: Catalogue) -> dict[str, Schema]:
    """The operations that are the same whatever is in the catalogue."""
    named = {
        "name": "name",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "enum": list(catalogue)},
    }
    words = _query("q", {"type": "string"}, "Words in name, title, description or tags.")
    tag = _query("tag", {"type": "string"}, "A tag.")
    return {
        "/api/queries": _get("listQueries", "The saved queries.", [words, tag], "Queries", 400),
        "/api/queries/{name}": _get(
            "getQuery", "A saved query: parameters and columns.", [named], "Query", 400, 404
        ),
        "/api/search": _get(
            "search", "Search in labels and quotes.", [_required("q"), _hits()], "Object", 400
        ),
        "/api/resolve": _get(
            "resolve", "The IRIs that a label or code may mean.", [_required("q")], "Object", 400
        ),
        "/api/entities/{iri}": _get(
            "getEntity", "What is said of a thing, by its IRI or key.", [_entity()], "Object", 404
        ),
        "/api/openapi.json": _get("getDescription", "This description.", [], "Object"),
    }


def _required(name: str) -> Schema:
    found = _query(name, _TEXT, "What is sought.")
    return {**found, "required": True}


def _hits() -> Schema:
    schema = {"type": "integer", "minimum": 1, "maximum": 100, "default": 20}
    return _query("limit", schema, "Hits at most.")


def _entity() -> Schema:
    return {
        "name": "iri",
        "in": "path",
        "required": True,
        "schema": {"type": "string", "minLength": 1},
        "example": "area/huddinge",
    }


def _get(name: str, summary: str, parameters: list[Schema], schema: str, *errors: int) -> Schema:
    return {
        "operationId": name,
        "summary": summary,
        "parameters": parameters,
        "responses": {
            "200": {
                "description": summary,
                "content": {
                    "application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}
                },
            },
            **_problems(*errors),
        },
    }


def _problems(*statuses: int) -> Schema:
    said = {
        400: "A parameter cannot be read; the problem names it.",
        404: "There is nothing of that name.",
        406: "No acceptable format.",
        429: "Too much was asked for now.",
        503: "The server is busy.",
        504: "The answer took too long.",
        507: "The answer is too large.",
    }
    return {str(status): {"description": said[status], "content": _PROBLEM} for status in statuses}


def _components() -> dict[str, Schema]:
    both = {
        "type": "object",
        "required": ["sv", "en"],
        "properties": {"sv": {"type": "string"}, "en": {"type": "string"}},
    }
    summary: Schema = {
        "type": "object",
        "required": ["name", "title", "description", "tags", "url"],
        "properties": {
            "name": {"type": "string"},
            "title": both,
            "description": both,
            "tags": {"type": "array", "items": {"type": "string"}},
            "url": {"type": "string", "format": "uri"},
        },
    }
    return {
        "Object": {"type": "object"},
        "Queries": {
            "type": "object",
            "required": ["queries", "tags"],
            "properties": {
                "queries": {"type": "array", "items": summary},
                "tags": {"type": "object", "additionalProperties": {"type": "integer"}},
            },
        },
        "Query": {
            **summary,
            "required": [*summary["required"], "parameters", "columns", "formats", "sparql"],
        },
        "Problem": {
            "type": "object",
            "required": ["type", "title", "status", "detail"],
            "properties": {
                "type": {"type": "string"},
                "title": {"type": "string"},
                "status": {"type": "integer"},
                "detail": {"type": "string"},
                "parameter": {"type": "string"},
                "near": {"type": "array", "items": {"type": "string"}},
            },
        },
    }
