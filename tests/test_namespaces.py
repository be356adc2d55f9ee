"""Identifiers: readable keys, one module that mints them, nothing else accepted."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import URIRef

from trygghetsgraf.namespaces import (
    BASE,
    INFERRED_GRAPH,
    PREFIXES,
    document_graph,
    entity,
    hashed,
    inferred_graph,
    is_key,
    is_ours,
    key_from,
    names_graph,
    said_graph,
)

keys = st.from_regex(r"[a-z0-9]+(-[a-z0-9]+)*", fullmatch=True)


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("Älvsjö/Solberga", "alvsjo-solberga"),
        ("Kultur- och fritidsförvaltningen", "kultur-och-fritidsforvaltningen"),
        ("  Tjänsteutlåtande, 2024 ", "tjansteutlatande-2024"),
        ("Idé", "ide"),
        ("…", ""),
    ],
)
def test_key_from_label(label: str, key: str) -> None:
    assert key_from(label) == key


@given(st.text())
def test_key_from_any_text_is_a_key_or_empty(text: str) -> None:
    key = key_from(text)
    assert key == "" or is_key(key)
    assert key_from(key) == key


@given(keys, keys)
def test_entity_is_under_its_kind(kind: str, key: str) -> None:
    assert entity(kind, key) == URIRef(f"{BASE}id/{kind}/{key}")


@given(st.text(alphabet=string.ascii_letters + string.digits + "-/_åäö \n"), keys)
def test_entity_refuses_what_is_no_key(text: str, key: str) -> None:
    if is_key(text):
        text += "-"
    with pytest.raises(ValueError, match="not a key"):
        entity(text, key)
    with pytest.raises(ValueError, match="not a key"):
        entity(key, text)


def test_hash_is_stable_and_keeps_parts_apart() -> None:
    assert hashed("claim", "a", "b") == URIRef(f"{BASE}id/claim/f04cdced9736a69da610")
    assert len({hashed("claim", *parts) for parts in (("ab",), ("a", "b"), ("a", "", "b"))}) == 3


@pytest.mark.parametrize(
    ("graph", "ours"),
    [
        (document_graph("svar"), True),
        (said_graph("svar"), True),
        (names_graph("svar"), True),
        (inferred_graph("svar"), True),
        (INFERRED_GRAPH, True),
        (str(INFERRED_GRAPH), True),
        (BASE + "graph/shapes", True),
        (BASE + "graph/documents", False),
        (BASE + "graph/mine", False),
        ("http://example.org/graph/document/svar", False),
    ],
)
def test_graphs_of_the_build_are_ours(graph: str, ours: bool) -> None:
    assert is_ours(graph) is ours


def test_no_two_prefixes_for_one_namespace() -> None:
    assert len(set(PREFIXES.values())) == len(PREFIXES)
