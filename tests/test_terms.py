"""The border between rdflib and pyoxigraph: what crosses it comes back the same."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, XSD, BNode, Graph, Literal, URIRef, Variable

from trygghetsgraf.namespaces import EDTF
from trygghetsgraf.terms import from_store, graph_from, quads, to_store

EX = "http://example.org/"
NAME = URIRef(EX + "graph")

texts = st.text(st.characters(exclude_categories=["Cs"]))
iris = st.from_regex(r"[a-z0-9/=.~åäö-]*(#[a-z]*)?", fullmatch=True).map(lambda t: URIRef(EX + t))
languages = st.from_regex(r"[a-z]{2,3}(-[A-Z]{2})?", fullmatch=True)
datatypes = st.sampled_from([XSD.integer, XSD.decimal, XSD.date, XSD.boolean, XSD.dateTime, EDTF])
literals = st.one_of(
    texts.map(Literal),
    st.builds(lambda text, lang: Literal(text, lang=lang), texts, languages),
    st.builds(lambda text, kind: Literal(text, datatype=kind, normalize=False), texts, datatypes),
)
nodes = st.from_regex(r"[A-Za-z][A-Za-z0-9]{0,9}", fullmatch=True).map(BNode)


@given(st.one_of(iris, literals, nodes))
def test_term_comes_back_the_same(term: URIRef | Literal | BNode) -> None:
    back = from_store(to_store(term))
    assert back == term
    assert type(back) is type(term)
    assert str(back) == str(term)


@pytest.mark.parametrize(
    "term",
    [
        ox.Literal("007", datatype=ox.NamedNode(str(XSD.integer))),
        ox.Literal("1.50", datatype=ox.NamedNode(str(XSD.decimal))),
        ox.Literal("2024-02-30", datatype=ox.NamedNode(str(XSD.date))),
        ox.Literal("TRUE", datatype=ox.NamedNode(str(XSD.boolean))),
        ox.Literal("kamera", language="sv"),
        ox.Literal("kamera"),
    ],
)
def test_literal_of_the_store_keeps_its_form(term: ox.Literal) -> None:
    assert to_store(from_store(term)) == term


def test_string_and_plain_literal_are_one() -> None:
    assert to_store(Literal("a", datatype=XSD.string)) == ox.Literal("a")
    assert from_store(ox.Literal("a", datatype=ox.NamedNode(str(XSD.string)))) == Literal("a")


@pytest.mark.parametrize("term", [Variable("x"), Graph()])
def test_what_is_no_term_is_refused(term: Variable | Graph) -> None:
    with pytest.raises(TypeError, match="no RDF term"):
        to_store(term)


@pytest.mark.parametrize(
    "term",
    [
        ox.Triple(ox.NamedNode(EX), ox.NamedNode(EX), ox.NamedNode(EX)),
        ox.Literal("x", language="ar", direction=ox.BaseDirection.RTL),
    ],
)
def test_what_is_new_in_rdf_1_2_is_refused(term: ox.Triple | ox.Literal) -> None:
    with pytest.raises(TypeError, match=r"of RDF 1\.1"):
        from_store(term)


@pytest.mark.parametrize("iri", ["no-scheme", "http://example.org/a b", ""])
def test_malformed_iri_is_refused(iri: str) -> None:
    with pytest.raises(ValueError, match=r"IRI"):
        to_store(URIRef(iri))


@given(
    st.lists(st.tuples(st.one_of(iris, nodes), iris, st.one_of(iris, texts.map(Literal), nodes)))
)
def test_graph_comes_back_the_same(
    triples: list[tuple[URIRef | BNode, URIRef, URIRef | Literal | BNode]],
) -> None:
    graph = Graph()
    for triple in triples:
        graph.add(triple)
    found = list(quads(graph, NAME))
    assert {quad.graph_name for quad in found} <= {ox.NamedNode(str(NAME))}
    assert set(graph_from(found)) == set(graph)


def test_literal_subject_is_refused() -> None:
    graph = Graph()
    graph.add((Literal("a"), RDF.type, URIRef(EX)))
    with pytest.raises(TypeError, match="no RDF triple"):
        list(quads(graph, NAME))
