"""Statistics: the figures of a document, and the sentences that nothing quotes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph

from trygghetsgraf.documents import Work
from trygghetsgraf.graph import document_graphs
from trygghetsgraf.names import Names
from trygghetsgraf.namespaces import document_graph, names_graph, said_graph
from trygghetsgraf.ontology import Ontology
from trygghetsgraf.reading import Reading, read_facts
from trygghetsgraf.statistics import (
    DocumentStatistics,
    Unquoted,
    covered,
    document_statistics,
    read_statistics,
)
from trygghetsgraf.texts import Text
from trygghetsgraf.yamlfile import YamlFile


def figures_of(reading: Reading, ontology: Ontology) -> DocumentStatistics:
    graphs = document_graphs(reading, ontology)
    plain, said, named = (
        graphs[name("tallbro-svar")] for name in (document_graph, said_graph, names_graph)
    )
    return document_statistics(reading, plain, said, named, Graph())


def test_figures(reading: Reading, ontology: Ontology) -> None:
    graphs = document_graphs(reading, ontology)
    figures = figures_of(reading, ontology)
    assert figures.model_dump(exclude={"triples"}) == {
        "work": "tallbro-svar",
        "title": "Svar om trygghet i Tallbro",
        "words": 47,
        "coverage": 0.8085,
        "parts": 2,
        "passages": 6,
        "claims": 7,
        "claims_by_force": {"states": 4, "commits": 1, "judges": 1, "wants": 1},
        "claims_by_class": {"Measure": 3, "Quantity": 2, "Question": 1},
        "statements": 18,
        "asserted": 16,
        "said": 2,
        "inferred": 0,
        "violations": 0,
        "warnings": 0,
        "unquoted": (
            {"line": 11, "sentence": "Har du frågor?", "reason": "how to ask"},
            {"line": 11, "sentence": "Ring ██████ ███ ██.", "reason": None},
        ),
    }
    assert figures.triples == sum(len(graph) for graph in graphs.values())


def test_sentence_without_a_quote_is_listed_until_it_has_one(
    facts: Path, work: Work, names: Names, ontology: Ontology
) -> None:
    content = facts.read_text()
    facts.write_text(content[: content.index("  - quote: Tryggheten")])
    figures = figures_of(read_facts(YamlFile.read(facts), work, names), ontology)
    assert figures.unquoted == (
        Unquoted(line=9, sentence="- Tryggheten är för låg", reason=None),
        Unquoted(line=11, sentence="Har du frågor?", reason=None),
        Unquoted(line=11, sentence="Ring ██████ ███ ██.", reason=None),
    )


def test_figures_come_back_from_their_file(
    reading: Reading, ontology: Ontology, tmp_path: Path
) -> None:
    figures = figures_of(reading, ontology)
    path = tmp_path / "statistics.json"
    path.write_text(figures.model_dump_json(indent=1))
    assert read_statistics(path) == figures


@pytest.mark.parametrize(
    ("spans", "inside"),
    [([], "....."), ([(1, 3)], ".##.."), ([(0, 2), (1, 3), (4, 5)], "###.#"), ([(2, 2)], ".....")],
)
def test_covered(spans: list[tuple[int, int]], inside: str) -> None:
    assert covered(Text("abcde"), spans) == [mark == "#" for mark in inside]


@given(st.text(), st.data())
def test_covered_is_as_long_as_the_text(content: str, data: st.DataObject) -> None:
    offsets = st.integers(0, len(content))
    spans = [tuple(sorted(pair)) for pair in data.draw(st.lists(st.tuples(offsets, offsets)))]
    inside = covered(Text(content), [(a, b) for a, b in spans])
    assert len(inside) == len(content)
    assert sum(inside) == len({i for a, b in spans for i in range(a, b)})
