"""Results that are read in one go: what a term is stays what it is."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trygghetsgraf.site.places import SIZE, Listed, Place
from trygghetsgraf.site.scans import having, pairs, rows, term, text_of, things

A, B = ox.NamedNode("https://x.se/a"), ox.NamedNode("https://x.se/b")


@pytest.fixture
def store() -> ox.Store:
    found = ox.Store()
    label = term("rdfs:label")
    for subject, predicate, obj in (
        (A, term("kind"), B),
        (B, term("kind"), ox.Literal("b")),
        (ox.BlankNode(), term("kind"), B),
        (A, label, ox.Literal('"Trygg"\tlag\n\\', language="sv")),
    ):
        found.add(ox.Quad(subject, predicate, obj))
    return found


def test_pairs_are_between_things_with_iris(store: ox.Store) -> None:
    assert list(pairs(store, "kind")) == [(A.value, B.value)]
    assert list(having(store, "kind", B)) == [A.value]


def test_a_solution_with_anything_else_is_left_out(store: ox.Store) -> None:
    query = "SELECT ?s ?l { ?s tg:kind ?kind OPTIONAL { ?s rdfs:label ?l } }"
    assert list(things(store, query)) == []
    assert sorted(things(store, "SELECT ?s { ?s tg:kind ?kind }")) == [(A.value,), (B.value,)]


@given(st.text(), st.sampled_from([None, "sv"]))
def test_a_text_comes_back_as_it_was(text: str, language: str | None) -> None:
    store = ox.Store()
    store.add(ox.Quad(A, term("rdfs:label"), ox.Literal(text, language=language)))
    ((thing, literal),) = rows(store, "SELECT ?s ?l { ?s rdfs:label ?l }")
    assert (thing, text_of(literal)) == (f"<{A.value}>", text)


def test_a_page_of_places_knows_what_it_lists() -> None:
    page = Listed((Place(A.value, 2, (18.0, 59.3)),) * SIZE, 1, True)
    assert (page.has(True), page.has(False)) == (True, False)
