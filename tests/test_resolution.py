"""Resolution: what the facts of a claim stand for, and what is said of those that mean nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from trygghetsgraf.documents import Work, load_work
from trygghetsgraf.errors import InputErrors
from trygghetsgraf.names import Names
from trygghetsgraf.namespaces import ID
from trygghetsgraf.ontology import Ontology
from trygghetsgraf.reading import Reading, read_facts
from trygghetsgraf.yamlfile import YamlFile

Refused = Callable[..., list[str]]


@pytest.fixture
def refused(facts: Path, work: Work, names: Names) -> Refused:
    """Put texts in place of others in the fact file; the errors, without the path."""

    def read(*changes: tuple[str, str]) -> list[str]:
        content = facts.read_text()
        for old, new in changes:
            assert content.count(old) == 1
            content = content.replace(old, new)
        facts.write_text(content)
        with pytest.raises(InputErrors) as caught:
            read_facts(YamlFile.read(facts), work, names)
        return [str(error).removeprefix(str(facts)) for error in caught.value.errors]

    return read


def test_facts_become_triples_in_their_order(reading: Reading) -> None:
    [claim] = [c for c in reading.claims if c.passage.passage.quote.startswith("Tallbro har")]
    assert [
        tuple(str(term).rpartition("/ontology/")[2].removeprefix(str(ID)) for term in triple)
        for triple in claim.triples
    ] == [
        ("measure/vardar", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", "Measure"),
        ("measure/vardar", "kind", "kind/trygghetsvard"),
        ("measure/vardar", "status", "status/ongoing"),
        ("measure/vardar", "quantity", "quantity/vardar"),
        ("quantity/vardar", "http://www.w3.org/1999/02/22-rdf-syntax-ns#type", "Quantity"),
        ("quantity/vardar", "counts", "kind/trygghetsvard"),
        ("quantity/vardar", "value", "3"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "measure/kameror a Measure",
            "measure/kamror a Measure",
            ":39: Looking up 'measure/kamror': no such name. Nearest: measure/kameror, "
            "measure/vardar, measure/fond. Correct it or name it.",
        ),
        (
            "measure/fond a Measure",
            "fond a Measure",
            ":60: Reading the subject 'fond a Measure': it is not 'kind/key' or 'kind/key a "
            "Class'. Write for example 'measure/kameror-huddinge a Measure'.",
        ),
        (
            "measure/fond a Measure",
            "measure/fond a Fund",
            ":60: Reading the class 'Fund': it is not a class of 'measure'. "
            "Use one of Activity, Measure, Training.",
        ),
        (
            "measure/fond a Measure",
            "measure/fond a Quantity",
            ":60: Reading the class 'Quantity': it is not a class of 'measure'. "
            "Use one of Activity, Measure, Training.",
        ),
        (
            "measure/fond a Measure: {",
            "measure/fond a Measure: {pourpose: x, ",
            ":60: Reading the property 'pourpose': the ontology has no such property for facts. "
            "Nearest: purpose, ",
        ),
        (
            "measure/fond a Measure: {",
            "measure/fond a Measure: {speaker: anna-alm, ",
            ":60: Reading the property 'speaker': the ontology has no such property for facts. "
            "Nearest: speaker, ",
        ),
        (
            "counts: trygghetsvard, value: 3",
            "counts: trygghetsvard, value: tre",
            ":34: Reading the number 'tre': it is not a number. "
            "Write digits only, with a full stop before decimals.",
        ),
        (
            "kind: kamera",
            "kind: status/planned",
            ":39: Looking up 'status/planned': 'status' does not fit here. "
            "Use one of event-kind, kind.",
        ),
        (
            "quantity/vardar: {value: 6}",
            "quantity/vardar: {}",
            ":48: Reading a fact: nothing is said. Add a property.",
        ),
        (
            "quantity/vardar: {value: 6}",
            "quantity/varder: {value: 6}",
            ":48: Looking up 'quantity/varder': no such name. Nearest: quantity/vardar. "
            "Correct it or name it.",
        ),
        (
            "from: 2021~",
            "from: ca 2021",
            ":31: Reading the date 'ca 2021': it is not EDTF. Write 2024-09-17, 2024-09, 2024, "
            "2019~ (about), 2019-21 (spring), a/b or ../b.",
        ),
        (
            "force: commits",
            "force: promises",
            ":37: Looking up 'promises': no such name. Correct it or name it.",
        ),
        (
            "polarity: negative",
            "polarity: negativ",
            ":46: Looking up 'negativ': no such name. Nearest: polarity/negative. "
            "Correct it or name it.",
        ),
        (
            "speaker: lokalpolisen-tallbro",
            "speaker: lokalpolisen-tallbru",
            ":44: Looking up 'lokalpolisen-tallbru': no such name. "
            "Nearest: actor/lokalpolisen-tallbro, actor/tallbro. Correct it or name it.",
        ),
        (
            "answers: trygghet",
            "answers: otrygghet",
            ":20: Looking up 'otrygghet': no such name. Nearest: question/trygghet. "
            "Correct it or name it.",
        ),
        (
            "  measure/fond: {",
            "  measure/bod: {sv: Bod}\n  measure/fond: {",
            ":13: Reading measure/bod: no claim uses it. Use it or remove it.",
        ),
        (
            "measure/fond a Measure",
            "measure/fond",
            ":13: Reading measure/fond: no claim says what it is. "
            "Write 'measure/fond a …' in the claim that introduces it.",
        ),
        (
            "  measure/fond: {",
            "  document/tallbro-svar: {a: Document, sv: Svaret}\n  measure/fond: {",
            ":13: Reading document/tallbro-svar: it is this document, described by its metadata. "
            "Remove it here.",
        ),
        (
            "memberOf: tallbro",
            "memberOf: granby",
            ":4: Looking up 'granby': no such name. Nearest: actor/granpartiet. "
            "Correct it or name it.",
        ),
    ],
)
def test_what_means_nothing_is_reported(refused: Refused, old: str, new: str, message: str) -> None:
    errors = refused((old, new))
    assert [error for error in errors if error.startswith(message)], errors


def test_all_errors_of_a_file_come_in_one_pass(refused: Refused) -> None:
    errors = refused(
        ("a: Person, ", ""),
        ("trygghetsvard, status: ongoing", "trygghetsvärd, status: going"),
        ("quote: Vi kommer att sätta upp", "quote: Vi kan sätta upp"),
        ("responsibleActor: tallbro", "responsibleActor: granby"),
        ("framedBy: lista", "framedBy: listan"),
    )
    assert [error.split(": ")[0] for error in errors] == [":4", ":33", ":33", ":35", ":39", ":58"]
    assert [error.split(": ")[1] for error in errors] == [
        "Reading actor/anna-alm",
        "Looking up 'trygghetsvärd'",
        "Looking up 'going'",
        "Looking up a quote in the text",
        "Looking up 'granby'",
        "Looking up part 'listan'",
    ]


def test_what_the_metadata_name_must_exist(
    project: Path, facts: Path, names: Names, ontology: Ontology
) -> None:
    metadata = project / "data" / "documents" / "tallbro-svar.yaml"
    content = metadata.read_text().replace("a: InterpellationAnswer", "a: Answer")
    content = content.replace("kind: interpellationssvar", "kind: qqqq")
    content = content.replace("publisher: tallbro", "publisher: talbro")
    content = content.replace("area: tallbro", "area: granby")
    metadata.write_text(content.replace("status_date: 2022-03-04", "status_date: 2022-3"))
    with pytest.raises(InputErrors) as caught:
        read_facts(YamlFile.read(facts), load_work(metadata), names)
    assert [str(error).removeprefix(str(metadata)) for error in caught.value.errors] == [
        ":2: Reading the class: 'Answer' is not a class of document. "
        f"Use one of {', '.join(ontology.classes_of('document'))}.",
        ":3: Looking up 'qqqq': no such name. Correct it or name it.",
        ":5: Looking up 'talbro': no such name. Nearest: actor/tallbro, "
        "actor/lokalpolisen-tallbro. Correct it or name it.",
        ":6: Looking up 'granby': no such name. Correct it or name it.",
        ":11: Reading the date '2022-3': it is not EDTF. Write 2024-09-17, 2024-09, 2024, "
        "2019~ (about), 2019-21 (spring), a/b or ../b.",
    ]


def test_document_may_name_itself(facts: Path, work: Work, names: Names) -> None:
    content = facts.read_text().replace("asker: anna-alm}", "questionIn: tallbro-svar}")
    facts.write_text(content)
    reading = read_facts(YamlFile.read(facts), work, names)
    assert reading.claims[0].triples[1][2] == ID["document/tallbro-svar"]
