"""Accept headers → formats."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trygghetsgraf.web.negotiation import choose_graph, choose_table, prefers_html

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "table", "graph"),
    [
        ("", "application/sparql-results+json", "text/turtle"),
        ("*/*", "application/sparql-results+json", "text/turtle"),
        ("application/json", "application/json", "application/json"),
        ("application/sparql-results+xml", "application/sparql-results+xml", None),
        ("text/csv;q=0.5, text/tab-separated-values", "text/tab-separated-values", None),
        ("text/turtle", None, "text/turtle"),
        ("text/turtle;q=0.1, application/rdf+xml;q=0.2", None, "application/rdf+xml"),
        ("text/*", "text/csv", "text/turtle"),
        ("application/*", "application/sparql-results+json", "application/n-triples"),
        ("*/*;q=0.1, text/csv", "text/csv", "text/turtle"),
        ("text/csv;q=0, */*", "application/sparql-results+json", "text/turtle"),
        ("image/png", None, None),
        ("application/n-quads", None, "application/n-quads"),
        ("Text/CSV", "text/csv", None),
    ],
)
def test_the_best_format_is_chosen(accept: str, table: str | None, graph: str | None) -> None:
    chosen = choose_table(accept, None), choose_graph(accept, None)
    assert tuple(one and one.media_type for one in chosen) == (table, graph)


@pytest.mark.parametrize(
    ("word", "table", "graph"),
    [
        ("json", "application/sparql-results+json", "application/ld+json"),
        ("csv", "text/csv", None),
        ("ttl", None, "text/turtle"),
        ("application/json", "application/json", "application/json"),
        ("png", None, None),
    ],
)
def test_a_word_goes_before_the_header(word: str, table: str | None, graph: str | None) -> None:
    chosen = choose_table("image/png", word), choose_graph("image/png", word)
    assert tuple(one and one.media_type for one in chosen) == (table, graph)


@given(st.text())
def test_no_header_is_an_error(accept: str) -> None:
    choose_table(accept, None)
    choose_graph(accept, None)
    prefers_html(accept)


def test_people_and_programs() -> None:
    assert prefers_html(BROWSER)
    assert not prefers_html("*/*")
    assert not prefers_html("")
    assert not prefers_html("application/json, text/html;q=0.5")


def test_text_says_its_encoding() -> None:
    chosen = choose_table("text/csv", None)
    assert chosen is not None
    assert chosen.content_type == "text/csv; charset=utf-8"
