"""Literals: how a value written by hand becomes an RDF literal in canonical form."""

from __future__ import annotations

import re
from datetime import MAXYEAR, MINYEAR, date
from functools import cache
from time import struct_time

from edtf import parse_edtf
from edtf.parser.edtf_exceptions import EDTFParseException
from rdflib import XSD, Literal

from trygghetsgraf.errors import InputError
from trygghetsgraf.namespaces import EDTF

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
#: a number, spaces between its digits aside
_NUMBER = re.compile(r"(-?)0*(\d{1,30})(?:\.(\d{1,30}))?", re.ASCII)


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
            return Literal(_number(written, whole=True), datatype=XSD.integer)
        case "decimal":
            return Literal(_number(written), datatype=XSD.decimal)
        case "boolean" if written in ("true", "false"):
            return Literal(written, datatype=XSD.boolean)
        case "string" if written:
            return Literal(written)
        case "swedish" if written.split():
            return Literal(" ".join(written.split()), lang="sv")
    raise InputError(f"Reading {written!r}", f"it is not {form}.", "Write it in that form.")


def edtf_literal(written: str) -> Literal:
    """A date: xsd:date for a day, else an EDTF string, level 0 to 2.

    https://www.loc.gov/standards/datetime/. Raises InputError without file and line.
    """
    if _DAY.fullmatch(written):
        return Literal(_day(written).isoformat(), datatype=XSD.date)
    edtf_bounds(written)
    return Literal(written, datatype=EDTF)


@cache
def edtf_bounds(written: str) -> tuple[date, date]:
    """The first and the last day of a date; an open or unknown end is that of the calendar.

    Raises InputError without file and line when it is not EDTF or ends before it begins.
    """
    tried = f"Reading the date {written!r}"
    try:
        # the library takes white space anywhere, EDTF nowhere
        parsed = parse_edtf(written if written.split() == [written] else "")
    except EDTFParseException as error:
        raise InputError(
            tried,
            "it is not EDTF.",
            "Write 2024-09-17, 2024-09, 2024, 2019~ (about), 2019-21 (spring), a/b or ../b.",
        ) from error
    # the library takes an unknown end (/b, a/) for one ten years off
    earliest = date.min if written.startswith("/") else _calendar_day(parsed.lower_strict())
    latest = date.max if written.endswith("/") else _calendar_day(parsed.upper_strict())
    if earliest > latest:
        raise InputError(tried, "it ends before it begins.", "Write the earlier date first.")
    return earliest, latest


def _calendar_day(found: struct_time | float) -> date:
    """A day of the library's, cut to those that the calendar has; ± infinity when open."""
    if isinstance(found, float):
        return date.min if found < 0 else date.max
    if not MINYEAR <= found.tm_year <= MAXYEAR:
        return date.min if found.tm_year < MINYEAR else date.max
    return date(*found[:3])


def _day(written: str) -> date:
    try:
        if not _DAY.fullmatch(written):
            raise ValueError
        return date.fromisoformat(written)
    except ValueError as error:
        raise InputError(
            f"Reading the date {written!r}", "there is no such day.", "Write YYYY-MM-DD."
        ) from error


def _number(written: str, *, whole: bool = False) -> str:
    """A number in its shortest form, exactly as large as written."""
    match = _NUMBER.fullmatch(written.replace(" ", ""))
    sign, digits, decimals = match.groups() if match else ("", "", None)
    decimals = (decimals or "").rstrip("0")
    if match is None or (whole and decimals):
        raise InputError(
            f"Reading the number {written!r}",
            "it is not a whole number." if whole else "it is not a number.",
            "Write digits only, with a full stop before decimals.",
        )
    number = f"{digits}.{decimals}" if decimals else digits
    return number if number == "0" else sign + number
