"""What stands where in a query."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trygghetsgraf.query.syntax import (
    Fault,
    counts_repetitions,
    from_clauses,
    is_changing,
    locate,
    prologue,
    terminals,
)

EMPTY = ox.Store()


def report(text: str) -> str:
    with pytest.raises(SyntaxError) as raised:
        EMPTY.query(text)
    return str(raised.value)


def fault(text: str) -> Fault:
    return locate(text, report(text), report)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT * WHERE { ?s ?p }", Fault(1, 24, "'}' cannot stand here")),
        (
            "SELECT * WHERE {\n ?s ?p ?o .\n x:y ?p ?o }",
            Fault(3, 2, "the prefix x: is not declared"),
        ),
        ("SELECT * {}\n\n foo", Fault(3, 2, "'foo' cannot stand here")),
        ("SELCT ?s { ?s ?p ?o }", Fault(1, 1, "'SELCT' cannot stand here")),
        ('ASK { ?s ?p "å😀" } extra', Fault(1, 20, "'extra' cannot stand here")),
        ("SELECT ?s { ?s ?p ?o ", Fault(1, 21, "the query ends too early")),
        ("", Fault(1, 1, "the query ends too early")),
        ("# only a comment", Fault(1, 17, "the query ends too early")),
        ("ASK {\n ?s ?p 'open }", Fault(2, 8, '"\'" cannot stand here')),
        ("SELECT ?s { ?s ?p ?o } LIMIT ten", Fault(1, 30, "'ten' cannot stand here")),
        (
            "SELECT (COUNT(*) AS ?n) ?d {}",
            Fault(1, 30, "The SELECT contains a variable that is unbound"),
        ),
        ("ASK {} # SERVICE\n SERVICE", Fault(2, 2, "'SERVICE' cannot stand here")),
        ("DROP ALL", Fault(1, 1, "'DROP' cannot stand here")),
    ],
)
def test_a_fault_is_found_where_it_is(query: str, expected: Fault) -> None:
    assert fault(query) == expected


@given(st.text())
def test_every_text_has_terminals_in_order(text: str) -> None:
    end = 0
    for terminal in terminals(text):
        assert terminal.start >= end
        assert text[terminal.start : terminal.end] == terminal.text
        end = terminal.end


@given(st.text(alphabet="AaSK{}()<>?:.;,\"'\\#\n xé😀|^/*+=!", max_size=60))
def test_every_fault_has_a_place_inside_the_query(text: str) -> None:
    try:
        EMPTY.query(text)
    except SyntaxError as error:
        found = locate(text, str(error), report)
        lines = text.split("\n")
        assert 1 <= found.line <= len(lines)
        assert 1 <= found.column <= len(lines[found.line - 1]) + 1


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT * FROM <a> FROM NAMED <b> FROM x:c { }", (["<a>", "x:c"], ["<b>"])),
        ("ASK FROM<a>FROM<b>{}", (["<a>", "<b>"], [])),
        ("CONSTRUCT { ?s ?p ?o } FROM <a> WHERE { ?s ?p ?o }", (["<a>"], [])),
        ("CONSTRUCT FROM <a> WHERE { ?s ?p ?o }", (["<a>"], [])),
        ("SELECT * # FROM <a>\n { ?s ?p 'FROM <b>' . ?from ?p <FROM> }", ([], [])),
        ("DESCRIBE <x> FROM <a>", (["<a>"], [])),
    ],
)
def test_from_clauses(query: str, expected: tuple[list[str], list[str]]) -> None:
    assert from_clauses(query) == expected


def test_the_prologue_ends_before_the_form() -> None:
    query = "# SELECT\nBASE <http://select/> PREFIX ask: <http://ask/> SELECT * {}"
    assert prologue(query) == "# SELECT\nBASE <http://select/> PREFIX ask: <http://ask/> "


@pytest.mark.parametrize("query", ["ASK { FILTER(now() > 1) }", "SELECT (rand() AS ?r) {}"])
def test_queries_whose_answer_changes(query: str) -> None:
    assert is_changing(query)


@pytest.mark.parametrize(
    "query", ["ASK { ?now a <http://now/> }", "ASK { ?s ?p 'NOW()' } # RAND()"]
)
def test_queries_whose_answer_stays(query: str) -> None:
    assert not is_changing(query)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("SELECT * { ?s ?p ?o }", True),
        ("SELECT DISTINCT ?s { ?s ?p ?o }", False),
        ("SELECT DISTINCT ?s { ?s ?p ?o } LIMIT 1", True),
        ("ASK { ?s ?p 'COUNT' }", False),
        ("ASK { { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } FILTER(?n = 2) }", True),
        ("PREFIX select: <http://x/> CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", False),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } OFFSET 1", True),
    ],
)
def test_where_repetitions_show(query: str, expected: bool) -> None:
    assert counts_repetitions(query) is expected
