"""Literals: how a value written by hand becomes an RDF literal in canonical form."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation

from edtf import parse_edtf
from edtf.parser.edtf_exceptions import EDTFParseException
from rdflib import XSD, Literal

from trygghetsgraf.errors import InputError
from trygghetsgraf.namespaces import EDTF

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def parse_literal(form: str, written: str) -> Literal:
    """The literal for a value in one of the forms of tg:literalForm.

    Raises InputError without file and line when the value is not of that form.
    """
    match form:
        case "edtf":
            return edtf_literal(written)
        case "date":
            return Literal(_day(written).isoformat(), datatype=XSD.date)
        case "integer":
            return Literal(str(int(_number(written, whole=True))), datatype=XSD.integer)
        case "decimal":
            return Literal(f"{_number(written).normalize():f}", datatype=XSD.decimal)
        case "boolean" if written in ("true", "false"):
            return Literal(written, datatype=XSD.boolean)
        case "string":
            return Literal(written)
        case "swedish":
            return Literal(" ".join(written.split()), lang="sv")
    raise InputError(f"Reading {written!r}", f"it is not {form}.", "Write it in that form.")


def edtf_literal(written: str) -> Literal:
    """A date: xsd:date for a day, else an EDTF string, level 0 to 2.

    https://www.loc.gov/standards/datetime/
    """
    if _DAY.fullmatch(written):
        return Literal(_day(written).isoformat(), datatype=XSD.date)
    try:
        parse_edtf(written)
    except EDTFParseException as error:
        raise InputError(
            f"Reading the date {written!r}",
            "it is not EDTF.",
            "Write 2024-09-17, 2024-09, 2024, 2019~ (about), 2019-21 (spring), a/b or ../b.",
        ) from error
    return Literal(written, datatype=EDTF)


def _day(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError as error:
        raise InputError(
            f"Reading the date {written!r}", "there is no such day.", "Write YYYY-MM-DD."
        ) from error


def _number(written: str, *, whole: bool = False) -> Decimal:
    try:
        number = Decimal(written.replace(" ", ""))
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or (whole and number != number.to_integral_value()):
        raise InputError(
            f"Reading the number {written!r}",
            "it is not a whole number." if whole else "it is not a number.",
            "Write digits only, with a full stop before decimals.",
        )
    return number
