"""Literals: canonical forms, and a refusal of everything else."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import XSD, Literal

from trygghetsgraf.errors import InputError
from trygghetsgraf.literals import edtf_bounds, edtf_literal, parse_literal
from trygghetsgraf.namespaces import EDTF

FORMS = ("edtf", "date", "integer", "decimal", "boolean", "string", "swedish")
dates = st.dates(date(1, 1, 1))


@pytest.mark.parametrize(
    ("form", "written", "literal"),
    [
        ("integer", "300", '"300"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("integer", "0300", '"300"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("integer", "-7", '"-7"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("integer", "-0", '"0"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("integer", "113 000", '"113000"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("integer", "3.0", '"3"^^<http://www.w3.org/2001/XMLSchema#integer>'),
        ("decimal", "300", '"300"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("decimal", "15 000 000", '"15000000"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("decimal", "2.50", '"2.5"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("decimal", "-0.05", '"-0.05"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
        ("boolean", "true", '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'),
        ("date", "2024-09-10", '"2024-09-10"^^<http://www.w3.org/2001/XMLSchema#date>'),
        ("edtf", "2024-09-10", '"2024-09-10"^^<http://www.w3.org/2001/XMLSchema#date>'),
        ("edtf", "2019~", '"2019~"^^<http://id.loc.gov/datatypes/edtf/EDTF>'),
        ("edtf", "2019-21/2019-22", '"2019-21/2019-22"^^<http://id.loc.gov/datatypes/edtf/EDTF>'),
        ("string", " A b", '" A b"'),
        ("swedish", " ökad\n trygghet ", '"ökad trygghet"@sv'),
    ],
)
def test_literal_is_canonical(form: str, written: str, literal: str) -> None:
    assert parse_literal(form, written).n3() == literal


@pytest.mark.parametrize(
    ("form", "written", "message"),
    [
        (
            "integer",
            "2.5",
            "Reading the number '2.5': it is not a whole number. "
            "Write digits only, with a full stop before decimals.",
        ),
        (
            "decimal",
            "2,5",
            "Reading the number '2,5': it is not a number. "
            "Write digits only, with a full stop before decimals.",
        ),
        ("boolean", "yes", "Reading 'yes': it is not boolean. Write it in that form."),
        ("string", "", "Reading '': it is not string. Write it in that form."),
        ("swedish", " ", "Reading ' ': it is not swedish. Write it in that form."),
        ("bilingual", "x", "Reading 'x': it is not bilingual. Write it in that form."),
        (
            "date",
            "2024-02-30",
            "Reading the date '2024-02-30': there is no such day. Write YYYY-MM-DD.",
        ),
        (
            "date",
            "20240210",
            "Reading the date '20240210': there is no such day. Write YYYY-MM-DD.",
        ),
        (
            "edtf",
            "2024-02-30",
            "Reading the date '2024-02-30': there is no such day. Write YYYY-MM-DD.",
        ),
        (
            "edtf",
            "i våras",
            "Reading the date 'i våras': it is not EDTF. Write 2024-09-17, 2024-09, 2024, "
            "2019~ (about), 2019-21 (spring), a/b or ../b.",
        ),
        (
            "edtf",
            "2020/2019",
            "Reading the date '2020/2019': it ends before it begins. Write the earlier date first.",
        ),
    ],
)
def test_other_values_are_refused(form: str, written: str, message: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_literal(form, written)
    assert str(caught.value) == message


@pytest.mark.parametrize("form", ["integer", "decimal"])
@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "-",
        ".5",
        "5.",
        "1e9",
        "1e999999999",
        "NaN",
        "inf",
        "1_0",
        "٣",
        "１",
        "--1",
        "9" * 31,
    ],
)
def test_what_is_no_number_is_refused(form: str, written: str) -> None:
    with pytest.raises(InputError, match="it is not a"):
        parse_literal(form, written)


@given(st.integers(-(10**29), 10**29))
def test_any_whole_number_comes_back(number: int) -> None:
    assert parse_literal("integer", f"{number:,}".replace(",", " ")).value == number
    assert parse_literal("decimal", str(number)) == Literal(str(number), datatype=XSD.decimal)


@given(st.decimals(-(10**12), 10**12, places=6))
def test_any_decimal_is_as_large_as_written(number: object) -> None:
    literal = parse_literal("decimal", f"{number:f}")
    assert literal.value == number
    assert not str(literal).endswith(".")
    assert not ("." in literal and literal.endswith("0"))


@given(
    st.sampled_from(FORMS), st.text(st.one_of(st.sampled_from("0129-/.~?%X Yset"), st.characters()))
)
def test_any_text_gives_a_literal_or_an_input_error(form: str, written: str) -> None:
    try:
        literal = parse_literal(form, written)
    except InputError:
        return
    assert parse_literal(form, str(literal)) == literal


@given(dates)
def test_a_day_is_a_date(day: date) -> None:
    assert edtf_literal(day.isoformat()) == Literal(day.isoformat(), datatype=XSD.date)
    assert edtf_bounds(day.isoformat()) == (day, day)


@given(dates, dates)
def test_an_interval_lies_between_its_days(first: date, last: date) -> None:
    written = f"{first.isoformat()}/{last.isoformat()}"
    if first <= last:
        assert edtf_literal(written) == Literal(written, datatype=EDTF)
        assert edtf_bounds(written) == (first, last)
    else:
        with pytest.raises(InputError, match="it ends before it begins"):
            edtf_literal(written)


@pytest.mark.parametrize(
    ("written", "earliest", "latest"),
    [
        ("2019", date(2019, 1, 1), date(2019, 12, 31)),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29)),
        ("2019-21", date(2019, 3, 1), date(2019, 5, 31)),
        ("2019~", date(2019, 1, 1), date(2019, 12, 31)),
        ("201X", date(2010, 1, 1), date(2019, 12, 31)),
        ("2021-11/2021-12", date(2021, 11, 1), date(2021, 12, 31)),
        ("../2020-05", date.min, date(2020, 5, 31)),
        ("2020-05/..", date(2020, 5, 1), date.max),
        ("/2020", date.min, date(2020, 12, 31)),
        ("2020/", date(2020, 1, 1), date.max),
        ("Y17E8", date.max, date.max),
        ("-0044", date.min, date.min),
    ],
)
def test_bounds(written: str, earliest: date, latest: date) -> None:
    assert edtf_bounds(written) == (earliest, latest)


@pytest.mark.parametrize(
    "written", ["", " 2019", "2019 ", "2019\n", "2019 /2020", "unknown", "2019-9"]
)
def test_what_is_no_edtf_is_refused(written: str) -> None:
    with pytest.raises(InputError, match="it is not EDTF"):
        edtf_literal(written)
