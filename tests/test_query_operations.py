"""The operations of an update and the graphs that each may change."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trygghetsgraf.query.failures import QueryFailure
from trygghetsgraf.query.operations import split, targets

BASE = "http://base.example/"
QUADS = b"""
<x:s> <x:p> <x:o> <x:g1> .
<x:s> <x:p> <x:g3> <x:g2> .
"""


def store() -> ox.Store:
    made = ox.Store()
    made.load(QUADS, format=ox.RdfFormat.N_QUADS)
    return made


def changed(update: str) -> list[object]:
    """For each operation, the graphs that it may change, ``"*"`` for all."""
    found = [targets(operation, store(), BASE) for operation in split(update)]
    return ["*" if target.everything else sorted(target.graphs) for target in found]


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        ("", []),
        ("INSERT DATA { GRAPH <x:a> { <x:s> <x:p> 1 } }", [["x:a"]]),
        ("insert data{graph<a>{<x:s><x:p>1}graph<b>{}}", [[f"{BASE}a", f"{BASE}b"]]),
        ("DELETE DATA { <x:s> <x:p> 1 . GRAPH <x:a> { } }", [["", "x:a"]]),
        ("PREFIX x: <x:> INSERT DATA { GRAPH x:a { x:s x:p 'GRAPH <x:no> {' } }", [["x:a"]]),
        ("BASE <x:b/> INSERT DATA { GRAPH <c> { <s> <p> <o> } }", [["x:b/c"]]),
        ("DELETE WHERE { GRAPH <x:a> { ?s ?p ?o } }", [["x:a"]]),
        ("DELETE WHERE { GRAPH ?g { ?s <x:p> ?o } }", [["x:g1", "x:g2"]]),
        ("DELETE WHERE { ?s ?p ?o }", [[""]]),
        ("WITH <x:a> DELETE { ?s ?p ?o } INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }", [["x:a"]]),
        ("WITH <x:a> DELETE { GRAPH <x:b> { ?s ?p ?o } } WHERE { ?s ?p ?o }", [["x:b"]]),
        ("INSERT { GRAPH ?o { ?s ?p 1 } } WHERE { GRAPH ?g { ?s ?p ?o } }", [["x:g3", "x:o"]]),
        ("WITH <x:g1> INSERT { GRAPH ?o { ?s ?p 1 } } WHERE { ?s ?p ?o }", [["x:o"]]),
        (
            "INSERT { GRAPH ?o { ?s ?p 1 } } USING <x:g2> USING NAMED <x:g1> WHERE { ?s ?p ?o }",
            [["x:g3"]],
        ),
        (
            "INSERT { GRAPH ?g { ?s ?p 1 } } USING NAMED <x:g1> WHERE { GRAPH ?g { ?s ?p ?o } }",
            [["x:g1"]],
        ),
        # a triple outside GRAPH goes to the default graph whatever USING says
        ("INSERT { ?s ?p 1 } USING <x:g2> WHERE { ?s ?p ?o }", [[""]]),
        (
            "CLEAR GRAPH <x:a> ; DROP SILENT GRAPH <x:b>; CREATE GRAPH <x:c> ;",
            [["x:a"], ["x:b"], ["x:c"]],
        ),
        ("CLEAR DEFAULT; DROP ALL; CLEAR SILENT NAMED", [[""], "*", "*"]),
        ("COPY <x:a> TO <x:b>", [["x:b"]]),
        ("ADD SILENT GRAPH <x:a> TO DEFAULT", [[""]]),
        ("MOVE DEFAULT TO GRAPH <x:b>", [["", "x:b"]]),
        (
            "INSERT { GRAPH <x:a> { ?s ?p 1 } } WHERE { { SELECT * { ?s ?p ?o } } ; } ",
            None,
        ),
        ("INSERT DATA { GRAPH <x:a> {} } ; PREFIX x: <x:> CLEAR GRAPH x:b", [["x:a"], ["x:b"]]),
        # an operator that could be taken for the beginning of an IRI
        ("INSERT { GRAPH <x:a> { ?s ?p 1 } } WHERE { ?s ?p ?o FILTER(?p<?o && ?o>?p) }", [["x:a"]]),
    ],
)
def test_what_an_update_may_change(update: str, expected: list[object] | None) -> None:
    if expected is None:
        with pytest.raises((QueryFailure, SyntaxError)):
            changed(update)
    else:
        assert changed(update) == expected


@pytest.mark.parametrize(
    "update",
    [
        "LOAD <x:a>",
        "SELECT * { ?s ?p ?o }",
        "INSERT { GRAPH <x:a> { ?s ?p 1 } }",
        "INSERT { GRAPH _:a { ?s ?p 1 } } WHERE { ?s ?p ?o }",
        "INSERT { GRAPH ?g { <x:s> <x:p> 1 } } WHERE { BIND(UUID() AS ?g) }",
    ],
)
def test_what_cannot_be_told(update: str) -> None:
    with pytest.raises(QueryFailure):
        changed(update)


#: what the tokenizer reads otherwise than the engine: an IRI or a comparison and a string
ASTRAY = (
    "FILTER(?o<'x>{'||?o='}')",
    "FILTER(?o<?p#>{\n)",
    "FILTER(?o<?p#>}\n)",
    "FILTER(?o<'>' || ?o > '}')",
    "FILTER(?o<'>} ; DROP GRAPH <x:protected> ; INSERT DATA { #')",
)


@pytest.mark.parametrize("filter_", ASTRAY)
def test_nobody_is_led_astray(filter_: str) -> None:
    """A text is refused, or each operation changes the graphs that were found and no others."""
    update = (
        f"INSERT {{ GRAPH <x:a> {{ ?s ?p 1 }} }} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} {filter_} }} ;"
        " INSERT DATA { GRAPH <x:b> { <x:s> <x:p> 2 } }"
    )
    made = store()
    try:
        for operation in split(update):
            allowed = targets(operation, made, BASE).graphs
            before = set(made)
            made.update(operation.text, base_iri=BASE)
            assert {quad.graph_name.value for quad in set(made) ^ before} <= allowed
    except (QueryFailure, SyntaxError):
        return


WORDS = (
    *("INSERT", "DELETE", "DATA", "WHERE", "WITH", "USING", "NAMED", "GRAPH", "CLEAR", "DROP"),
    *("ALL", "DEFAULT", "SILENT", "COPY", "TO", "MOVE", "<x:g1>", "<x:g2>", "?g", "?s", "<x:p>"),
    *("{", "}", "{", "}", ";", ".", "'}'", "FILTER(?s<'x')", "#", "\n", "<", ">", "1"),
)


@given(st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join))
def test_any_text_is_told_apart_or_refused(update: str) -> None:
    """What is carried out changes nothing but what was found."""
    made = store()
    try:
        for operation in split(update):
            found = targets(operation, made, BASE)
            before = set(made)
            made.update(operation.text, base_iri=BASE)
            touched = {quad.graph_name for quad in set(made) ^ before}
            names = {g.value if isinstance(g, ox.NamedNode) else "" for g in touched}
            assert found.everything or names <= found.graphs
    except (QueryFailure, SyntaxError, RuntimeError, OSError):
        return
    # carried out whole, it comes to the same
    whole = store()
    whole.update(update, base_iri=BASE)
    assert set(whole) == set(made)
