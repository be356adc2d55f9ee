"""The header of a saved query: YAML in the comments that begin with ``#+``.

    #+ summary: Measures of one kind, with status and place
    #+ title: {sv: Åtgärder av ett slag, en: Measures of one kind}
    #+ description: {sv: …, en: …}
    #+ tags: [measures]
    #+ parameters:
    #+   slag: {type: iri, scheme: kind, sv: slag av åtgärd, en: kind of measure}
    #+ defaults:
    #+ - slag: nattvandring
    #+ columns:
    #+   measure: {sv: åtgärdens namn, en: name of the measure}
    #+ example: {slag: kamera}
    #+ chart: measure

``summary``, ``description``, ``tags``, ``defaults`` and ``enumerate`` are those of grlc
(https://github.com/CLARIAH/grlc), and so is the rule by which a parameter becomes a variable.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from trygghetsgraf.errors import InputError
from trygghetsgraf.yamlfile import YamlFile

_MARK = re.compile(r"#\+ ?")
#: what a parameter may be called: it is part of a variable, of a URL and of an option
_Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*$")]
_Text = Annotated[str, Field(min_length=1)]
_Key = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]

#: what the API itself takes beside a query's parameters
RESERVED = frozenset({"format", "limit", "offset", "bom"})


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Bilingual(_Strict):
    """A text in Swedish and English."""

    sv: _Text
    en: _Text

    def in_language(self, language: str) -> str:
        """The Swedish text for ``sv``, else the English one."""
        return self.sv if language == "sv" else self.en


class Type(StrEnum):
    """What a parameter's value becomes; all but ``iri`` are literals."""

    IRI = "iri"
    STRING = "string"
    INTEGER = "integer"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    DATE = "date"
    EDTF = "edtf"


#: the end of a variable's name that tells grlc the type, see :func:`Parameter.token`
_SUFFIX: Mapping[Type, str] = {
    Type.IRI: "_iri",
    Type.STRING: "",
    Type.INTEGER: "_integer",
    Type.DECIMAL: "_xsd_decimal",
    Type.BOOLEAN: "_xsd_boolean",
    Type.DATE: "_xsd_date",
    Type.EDTF: "_edtf_EDTF",
}


class Parameter(Bilingual):
    """A parameter; its two texts describe it."""

    type: Type
    #: a value may be left out; then the variable stays unbound
    optional: bool = False
    #: language tag of a string
    language: str | None = None
    #: allowed are the instances of a class of ours, the concepts of a scheme of ours, or what
    #: the first column of another saved query lists
    among: _Text | None = None
    scheme: _Key | None = None
    query: _Key | None = None

    @model_validator(mode="after")
    def _fits_its_type(self) -> Parameter:
        limits = [limit for limit in (self.among, self.scheme, self.query) if limit]
        if self.type is Type.IRI and len(limits) != 1:
            raise ValueError("an IRI needs one of among (a class), scheme or query")
        if self.type is not Type.IRI and (self.among or self.scheme):
            raise ValueError("among and scheme are for IRIs")
        if self.language and self.type is not Type.STRING:
            raise ValueError("only a string has a language")
        return self

    def token(self, name: str) -> str:
        """The name of the variable that stands for it: ``_n_integer``, ``__kommun_iri``.

        One underscore before a parameter that has a value, two before one that may lack it.
        """
        suffix = f"_{self.language}" if self.language else _SUFFIX[self.type]
        return f"{'__' if self.optional else '_'}{name}{suffix}"


class Column(Bilingual):
    """A column of the result; its two texts describe it."""

    #: unit of its numbers
    unit: str | None = None
    #: whether it holds geometries as Well-Known Text
    geometry: bool = False
    #: what stands between its names, for a column that may hold several in one cell
    separator: _Text | None = None


class Header(_Strict):
    """What a saved query says of itself."""

    #: one line in English, for grlc
    summary: _Text
    title: Bilingual
    description: Bilingual
    tags: tuple[_Key, ...] = Field(min_length=1)
    parameters: dict[_Name, Parameter] = {}
    #: parameter → its value where none is given, one to an item
    defaults: tuple[dict[str, str], ...] = ()
    #: parameter → its allowed values, one to an item
    enumerate: tuple[dict[str, tuple[str, ...]], ...] = ()
    #: in the order of the result
    columns: dict[str, Column] = {}
    #: parameter → value, of a call whose result is worth seeing
    example: dict[str, str] = {}
    #: column that a chart shows: its numbers, or how many rows have each of its values
    chart: _Text | None = None

    @property
    def default(self) -> dict[str, str]:
        """Parameter → its value where none is given."""
        return {name: value for item in self.defaults for name, value in item.items()}

    @property
    def allowed(self) -> dict[str, tuple[str, ...]]:
        """Parameter → its allowed values, for those that have a list."""
        return {name: values for item in self.enumerate for name, values in item.items()}

    def is_required(self, name: str) -> bool:
        """Whether a call must give that parameter."""
        return not self.parameters[name].optional and name not in self.default

    @model_validator(mode="after")
    def _names_its_parameters(self) -> Header:
        if taken := sorted(RESERVED & self.parameters.keys()):
            raise ValueError(f"{taken[0]} is a parameter of every query and cannot be one's own")
        for name in (*self.default, *self.allowed, *self.example):
            if name not in self.parameters:
                raise ValueError(f"there is no parameter {name}")
        for name in self.default:
            if self.parameters[name].optional:
                raise ValueError(f"{name} has a default and so cannot be optional")
        for name in self.parameters:
            if self.is_required(name) and name not in self.example:
                raise ValueError(f"the example lacks the parameter {name}")
        if self.chart is not None and self.chart not in self.columns:
            raise ValueError(f"there is no column {self.chart} for the chart")
        return self


def read_header(text: str, path: Path) -> tuple[Header, YamlFile]:
    """The header of a query's text, and the YAML that it was read from, for its lines.

    Raises InputErrors with file and line for everything that is wrong with it.
    """
    lines = text.splitlines()
    last = max((i for i, line in enumerate(lines, 1) if line.startswith("#+")), default=0)
    if not last:
        raise InputError(
            "Reading the header of a saved query",
            "there is none.",
            "Begin the file with lines that begin with #+.",
            path=path,
        )
    # Where there is no header line there is an empty one, so that line numbers stay.
    header = [_MARK.sub("", line, count=1) if line.startswith("#+") else "" for line in lines]
    found = YamlFile.parse("\n".join(header[:last]), path)
    return found.validate(Header, "docs/tutorial.md"), found
