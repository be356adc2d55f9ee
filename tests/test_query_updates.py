"""The dataset that a request gives an update, and updates that would reach other servers."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trygghetsgraf.query.failures import Outcome, QueryFailure
from trygghetsgraf.query.updates import refuse_reaching, with_dataset

EMPTY = ox.Store()


def report(text: str) -> str:
    with pytest.raises(SyntaxError) as raised:
        EMPTY.update(text, base_iri="http://x/")
    return str(raised.value)


@pytest.mark.parametrize(
    ("update", "expected"),
    [
        (
            "INSERT { ?s ?p 1 } WHERE { ?s ?p ?o }",
            "INSERT { ?s ?p 1 }  USING <x:a> USING NAMED <x:b> WHERE { ?s ?p ?o }",
        ),
        (
            "DELETE WHERE { ?s ?p ?o . GRAPH ?g { ?s ?p 'WHERE }' } } ; CLEAR ALL",
            "DELETE  { ?s ?p ?o . GRAPH ?g { ?s ?p 'WHERE }' } } USING <x:a> USING NAMED <x:b>"
            " WHERE { ?s ?p ?o . GRAPH ?g { ?s ?p 'WHERE }' } } ; CLEAR ALL",
        ),
        (
            "DELETE{?s ?p ?o}INSERT{?s ?p 1}WHERE#{\n{ { SELECT * WHERE { ?s ?p ?o } } }",
            "DELETE{?s ?p ?o}INSERT{?s ?p 1} USING <x:a> USING NAMED <x:b> WHERE#{\n"
            "{ { SELECT * WHERE { ?s ?p ?o } } }",
        ),
        ("INSERT DATA { <x:where> <x:using> 'WHERE' }",) * 2,
    ],
)
def test_the_dataset_goes_before_where(update: str, expected: str) -> None:
    found = with_dataset(update, ["x:a"], ["x:b"])
    assert found == expected
    ox.Store().update(found)
    assert with_dataset(update, [], []) == update


@pytest.mark.parametrize("using", ["USING <x:c>", "USING NAMED <x:c>", "using<x:c>"])
def test_two_datasets_are_one_too_many(using: str) -> None:
    with pytest.raises(QueryFailure, match="leave out one"):
        with_dataset(f"INSERT {{ ?s ?p 1 }} {using} WHERE {{ ?s ?p ?o }}", ["x:a"], [])


def test_a_graph_that_is_no_iri() -> None:
    with pytest.raises(QueryFailure, match="no absolute IRI"):
        with_dataset("DELETE WHERE { ?s ?p ?o }", ["a> WHERE {} ; CLEAR ALL"], [])


@pytest.mark.parametrize(
    "update",
    [
        "LOAD <x:y>",
        "load silent<x:y>into graph<x:z>",
        "LOADSILENT<x:y>",
        "LOAD#<x>\n<x:y>",
        "PREFIX load: <x:> LOAD load:y",
        "BASE <x:y> LOAD <>",
        "CLEAR ALL;LOAD<x:y>;",
        "INSERT DATA { <x:a> <x:b> 'LOAD' } ; LOAD <x:y>",
        "INSERT { ?s ?p ?o } WHERE { SERVICE<x:y>{ ?s ?p ?o } }",
        "DELETE { ?s ?p ?o } WHERE { FILTER EXISTS { SERVICE SILENT ?u { ?s ?p ?o } } }",
        "PREFIX : <x:> INSERT { ?s ?p ?o } WHERE { SERVICE:x { ?s ?p ?o } }",
    ],
)
def test_what_reaches_other_servers_is_refused(update: str) -> None:
    with pytest.raises(QueryFailure) as raised:
        refuse_reaching(update, report)
    assert raised.value.outcome is Outcome.SERVICE


@pytest.mark.parametrize(
    "update",
    [
        "INSERT DATA { <x:load> <x:service> 'LOAD <x:y>' } # LOAD <x:y>",
        "PREFIX load: <x:> INSERT DATA { load:load load:SERVICE _:load }",
        "DELETE WHERE { ?load ?service 'SERVICE <x:y> {}' }",
    ],
)
def test_the_words_alone_are_no_reason(update: str) -> None:
    refuse_reaching(update, report)
    ox.Store().update(update)


@given(
    st.lists(
        st.sampled_from(
            [
                "LOAD", "LoAd", "SILENT", "<http://127.0.0.1:1/>", ":x", "load:x", "INTO", "GRAPH",
                "{", "}", "CLEAR ALL", ";", "#c\n", "INSERT DATA", "WHERE", "SERVICE", "DELETE",
                "?s ?p ?o", " ", "\n",
            ]
        ),
        max_size=12,
    )
)  # fmt: skip
def test_what_passes_does_not_reach_the_network(parts: list[str]) -> None:
    update = "PREFIX : <http://127.0.0.1:1/> PREFIX load: <http://127.0.0.1:1/>" + "".join(parts)
    try:
        refuse_reaching(update, report)
        # The engine refuses port 1 without trying it, and says so: another kind of error.
        ox.Store().update(update)
    except (QueryFailure, SyntaxError):
        return
