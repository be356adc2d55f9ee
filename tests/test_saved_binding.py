from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.saved_project import MEASURES

from trygghetsgraf.query.syntax import terminals
from trygghetsgraf.saved.binding import ParameterError, bind, literal
from trygghetsgraf.saved.header import Parameter, Type

XSD = "http://www.w3.org/2001/XMLSchema#"
#: what has got out of strings and IRIs elsewhere
NASTY = st.sampled_from(
    [
        '"',
        "'",
        "\\",
        "\n",
        "\r",
        '"""',
        "'''",
        ">",
        "<",
        "} #",
        "?_lang",
        "@sv",
        "^^",
        "{",
        "\\u0022",
    ]
)
TEXT = st.lists(NASTY | st.text(max_size=5), max_size=8).map("".join)


def parameter(type_: Type, language: str | None = None) -> Parameter:
    return Parameter(type=type_, language=language, sv="x", en="x")


@pytest.mark.parametrize(
    ("type_", "value", "written"),
    [
        (Type.STRING, 'Säg "hej"', '"Säg \\"hej\\""'),
        (Type.INTEGER, "0012", f'"12"^^<{XSD}integer>'),
        (Type.DECIMAL, "12.50", f'"12.5"^^<{XSD}decimal>'),
        (Type.BOOLEAN, "true", f'"true"^^<{XSD}boolean>'),
        (Type.DATE, "2024-09-10", f'"2024-09-10"^^<{XSD}date>'),
        (
            Type.EDTF,
            "2021-11/2021-12",
            '"2021-11/2021-12"^^<http://id.loc.gov/datatypes/edtf/EDTF>',
        ),
    ],
)
def test_value_becomes_a_literal_in_canonical_form(type_: Type, value: str, written: str) -> None:
    assert str(literal("x", parameter(type_), value)) == written


def test_value_in_a_language() -> None:
    assert str(literal("x", parameter(Type.STRING, "sv"), "torg")) == '"torg"@sv'


@pytest.mark.parametrize(
    ("type_", "value"),
    [
        (Type.INTEGER, "12.5"),
        (Type.INTEGER, "tolv"),
        (Type.INTEGER, "١٢"),
        (Type.DECIMAL, "1e3"),
        (Type.BOOLEAN, "ja"),
        (Type.DATE, "2024-02-30"),
        (Type.DATE, "2024"),
        (Type.EDTF, "förra året"),
        (Type.STRING, "\x00"),
        (Type.STRING, "\ud800"),
        (Type.STRING, "x" * 1001),
    ],
)
def test_value_that_is_none_of_its_type_is_refused(type_: Type, value: str) -> None:
    with pytest.raises(ParameterError) as raised:
        literal("antal", parameter(type_), value)
    assert raised.value.parameter == "antal"


@given(TEXT)
def test_string_never_gets_out_of_its_term(value: str) -> None:
    try:
        term = literal("lang", parameter(Type.STRING), value)
    except ParameterError:
        return
    bound = bind(MEASURES, {"_lang": term})
    before, after = list(terminals(MEASURES)), list(terminals(bound))
    assert len(before) == len(after)
    differing = [(a.text, b.text) for a, b in zip(before, after, strict=True) if a.text != b.text]
    assert differing == [("?_lang", str(term))]
    found = ox.Store().query(f"SELECT ?x {{ BIND({differing[0][1]} AS ?x) }}")
    assert isinstance(found, ox.QuerySolutions)
    assert [row["x"] for row in found] == [term]


@given(TEXT.map(lambda text: "http://example.org/" + text))
def test_iri_never_gets_out_of_its_term(value: str) -> None:
    try:
        term = ox.NamedNode(value)
    except ValueError:
        return
    bound = bind(MEASURES, {"_slag_iri": term})
    texts = [terminal.text for terminal in terminals(bound)]
    expected = [f"<{value}>" if t.text == "?_slag_iri" else t.text for t in terminals(MEASURES)]
    assert texts == expected


def test_token_in_a_string_or_a_comment_stays() -> None:
    query = 'SELECT * { ?s ?_p_iri "?_p_iri" } # ?_p_iri'
    bound = bind(query, {"_p_iri": ox.NamedNode("http://example.org/p")})
    assert bound == 'SELECT * { ?s <http://example.org/p> "?_p_iri" } # ?_p_iri'
