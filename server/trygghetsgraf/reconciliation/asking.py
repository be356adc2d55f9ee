"""What a client of the reconciliation service sends, within limits.

The fields are those of the specification, sections "Structure of a Reconciliation Query" and
"Data Extension Query Requests"; what has other fields or is out of bounds is refused.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from trygghetsgraf.saved.binding import MAX_LENGTH, ParameterError, check_readable
from trygghetsgraf.saved.header import Bilingual

#: queries of one batch; more are answered with 413
BATCH = 50
#: candidates of one query, by default and at most
CANDIDATES, MAX_CANDIDATES = 10, 100
#: entities and properties of one request for data, and values in one of its cells
MAX_IDS, MAX_PROPERTIES, MAX_VALUES = 500, 20, 1000
#: types or values that one field may list
_LISTED = 20

_Text = Annotated[str, Field(max_length=MAX_LENGTH)]


def _as_list(value: object) -> object:
    return value if isinstance(value, list) else [value]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Reconciled(BaseModel):
    """A value that is itself an entity, by its identifier."""

    model_config = ConfigDict(frozen=True)

    id: _Text


#: a property's value, as the specification allows it
Given = _Text | bool | int | float | Reconciled


class Evidence(_Strict):
    """A property that the sought entity should have, with values of which one is enough."""

    pid: _Text
    v: Annotated[list[Given], BeforeValidator(_as_list), Field(max_length=_LISTED)]


class Query(_Strict):
    """What is sought: a name, or properties, or both."""

    query: _Text = ""
    type: Annotated[list[_Text], BeforeValidator(_as_list), Field(max_length=_LISTED)] = []
    limit: Annotated[int, Field(ge=1, le=MAX_CANDIDATES)] = CANDIDATES
    properties: Annotated[list[Evidence], Field(max_length=_LISTED)] = []
    type_strict: Literal["any", "all", "should"] = "any"

    @model_validator(mode="after")
    def _asks_for_something(self) -> Query:
        if "query" not in self.model_fields_set and not self.properties:
            raise ValueError("it needs a query or properties")
        return self


class Settings(_Strict):
    """How the values of a property are wanted."""

    #: values of one cell, 0 for all
    limit: Annotated[int, Field(ge=0, le=MAX_VALUES)] = 0


class Wanted(_Strict):
    """A property whose values are wanted."""

    id: _Text
    settings: Settings = Settings()


class Extension(_Strict):
    """Entities and the properties that are wanted of them."""

    ids: Annotated[list[_Text], Field(max_length=MAX_IDS)]
    properties: Annotated[list[Wanted], Field(max_length=MAX_PROPERTIES)]


_QUERIES = TypeAdapter(dict[_Text, Query])
_EXTENSION = TypeAdapter(Extension)


def read_queries(text: str) -> dict[str, Query]:
    """A batch of queries from JSON; raises ParameterError."""
    try:
        queries = _QUERIES.validate_json(text)
    except ValidationError as error:
        raise _refused("queries", error) from error
    for name, query in queries.items():
        check_readable(f"queries.{name}.query", query.query)
    return queries


def read_extension(text: str) -> Extension:
    """A request for data from JSON; raises ParameterError."""
    try:
        return _EXTENSION.validate_json(text)
    except ValidationError as error:
        raise _refused("extend", error) from error


def _refused(parameter: str, error: ValidationError) -> ParameterError:
    """The first fault, with the place in the JSON where it is."""
    fault = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in (parameter, *fault["loc"]))
    return ParameterError(
        parameter,
        None,
        Bilingual(en=f"{place}: {fault['msg']}.", sv=f"{place} har inte rätt form."),
        Bilingual(
            en="Send JSON as the Reconciliation Service API 0.2 has it.",
            sv="Skicka JSON enligt Reconciliation Service API 0.2.",
        ),
    )
