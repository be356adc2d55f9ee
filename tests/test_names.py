"""Names: what a name as written stands for, and what is known of the things that are named."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from rdflib import RDF, RDFS, SKOS, Literal, URIRef

from trygghetsgraf.errors import InputError, InputErrors
from trygghetsgraf.facts import Thing
from trygghetsgraf.names import NamedThing, Names, nearest_property
from trygghetsgraf.namespaces import ID, SCHEMA, TG
from trygghetsgraf.ontology import Ontology
from trygghetsgraf.yamlfile import Loc, YamlFile

PATH = Path("data/facts/svar.yaml")


def named(ontology: Ontology, parent: Names | None = None, **things: dict[str, object]) -> Names:
    """Names of one level; each entry on a line of its own, its fields on the lines after it."""
    found = {}
    for number, (key, fields) in enumerate(things.items()):
        name = key.replace("__", "/").replace("_", "-")
        lines: dict[Loc, int] = {(): 100 * number}
        lines |= {("things", name): 100 * number + 1}
        for offset, field in enumerate(fields, start=2):
            lines["things", name, field] = 100 * number + offset
        thing = Thing.model_validate(fields)
        found[name] = NamedThing(name, thing, YamlFile(PATH, {}, lines), ("things", name))
    return Names(ontology, found, parent)


@pytest.fixture
def names(ontology: Ontology) -> Names:
    common = named(
        ontology,
        area__tallbro={"a": "AdministrativeArea", "sv": "Tallbro"},
        actor__tallbro={"a": "Municipality", "sv": "Tallbro kommun"},
    )
    return named(ontology, common, measure__kamera={"sv": "Kamera"})


@pytest.mark.parametrize(
    ("written", "spaces", "found"),
    [
        ("tallbro", ["area"], "area/tallbro"),
        ("tallbro", ["actor"], "actor/tallbro"),
        ("actor/tallbro", ["area", "actor"], "actor/tallbro"),
        ("kamera", ["measure"], "measure/kamera"),
        ("kamera", ["kind"], "kind/kamera"),
        ("kind/kamera", ["measure", "kind"], "kind/kamera"),
        ("ny", ["quantity"], "quantity/ny"),
    ],
)
def test_name_resolves(names: Names, written: str, spaces: list[str], found: str) -> None:
    assert names.resolve(written, spaces, {"quantity/ny"}) == ID[found]


@pytest.mark.parametrize(
    ("written", "spaces", "message"),
    [
        (
            "tallbru",
            ["area", "actor"],
            "Looking up 'tallbru': no such name. Nearest: area/tallbro, actor/tallbro. "
            "Correct it or name it.",
        ),
        ("zzzzzzzz", ["area"], "Looking up 'zzzzzzzz': no such name. Correct it or name it."),
        (
            "tallbro",
            ["area", "actor"],
            "Looking up 'tallbro': it is any of area/tallbro, actor/tallbro. "
            "Write the kind with it.",
        ),
        (
            "actor/tallbro",
            ["area", "kind"],
            "Looking up 'actor/tallbro': 'actor' does not fit here. Use one of area, kind.",
        ),
    ],
)
def test_other_names_are_refused(
    names: Names, written: str, spaces: list[str], message: str
) -> None:
    with pytest.raises(InputError) as caught:
        names.resolve(written, spaces)
    assert str(caught.value) == message


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(), st.sets(st.sampled_from(["area", "actor", "kind", "measure"]), min_size=1))
def test_any_text_is_an_identifier_or_an_input_error(
    names: Names, written: str, spaces: set[str]
) -> None:
    try:
        found = names.resolve(written, sorted(spaces))
    except InputError:
        return
    assert str(found).removeprefix(str(ID)).partition("/")[0] in spaces


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_every_known_name_resolves_in_its_own_space(names: Names, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(names)))
    space, _, key = name.partition("/")
    assert names.resolve(key, [space]) == names.resolve(name, [space]) == ID[name]
    assert name in names


def test_value_is_a_literal_or_a_thing(names: Names, ontology: Ontology) -> None:
    assert names.value(ontology.properties["value"], "1 000").toPython() == 1000
    assert names.value(ontology.properties["place"], "tallbro") == ID["area/tallbro"]


def test_triples_of_an_actor(ontology: Ontology) -> None:
    common = named(ontology, area__tallbro={"a": "AdministrativeArea", "sv": "Tallbro"})
    names = named(
        ontology,
        common,
        actor__polisen={
            "a": "Authority",
            "sv": "Polisen",
            "en": "Police",
            "also": ["polis", "polismyndigheten"],
            "misspelt": "plisen",
            "note": {"sv": "Not.", "en": "Note."},
            "activeIn": "tallbro",
            "sameAs": "https://www.wikidata.org/entity/Q1",
        },
    )
    police = ID["actor/polisen"]
    assert names.triples() == [
        (police, RDFS.label, Literal("Polisen", lang="sv")),
        (police, RDFS.label, Literal("Police", lang="en")),
        (police, SKOS.altLabel, Literal("polis", lang="sv")),
        (police, SKOS.altLabel, Literal("polismyndigheten", lang="sv")),
        (police, SKOS.hiddenLabel, Literal("plisen", lang="sv")),
        (police, SKOS.editorialNote, Literal("Not.", lang="sv")),
        (police, SKOS.editorialNote, Literal("Note.", lang="en")),
        (police, RDF.type, TG.Authority),
        (police, TG.activeIn, ID["area/tallbro"]),
        (police, SCHEMA.sameAs, URIRef("https://www.wikidata.org/entity/Q1")),
    ]


def test_measure_has_its_name_only(ontology: Ontology) -> None:
    assert named(ontology, measure__fond={"sv": "Fond"}).triples() == [
        (ID["measure/fond"], RDFS.label, Literal("Fond", lang="sv")),
        (ID["measure/fond"], RDFS.label, Literal("Fond", lang="en")),
    ]


def test_document_that_is_only_named_is_not_held(ontology: Ontology) -> None:
    triples = named(ontology, document__bilaga={"a": "Annex", "sv": "Bilaga"}).triples()
    assert [str(o) for _, p, o in triples if p == TG.held] == ["false"]


def test_everything_that_does_not_fit_is_reported_with_its_line(ontology: Ontology) -> None:
    common = named(ontology, actor__polisen={"a": "Authority", "sv": "Polisen"})
    names = named(
        ontology,
        common,
        area__skog={"sv": "Skog"},
        area__berg={"a": "Mountain", "sv": "Berg", "areaKnd": "park", "within": "skogg"},
        actor__polisen={"a": "Authority", "sv": "Polisen"},
        measure__fond={"a": "Measure", "sv": "Fond", "place": "skog", "seeAlso": "Q 1"},
        kind__ny={"sv": "Ny"},
        measure__Ny={"sv": "Ny"},
        actor={"sv": "Ingen"},
        area__dal={"a": "Place", "sv": "Dal", "areaCode": "", "sameAs": "https://x/##"},
    )
    with pytest.raises(InputErrors) as caught:
        names.triples()
    spaces = ", ".join(sorted(ontology.thing_spaces))
    classes = "AdministrativeArea, Area, Neighbourhood, Place, Region"
    claim = "What a document says belongs in a claim."
    assert [str(error).removeprefix(f"{PATH}:") for error in caught.value.errors] == [
        f"1: Reading area/skog: it has no class 'a'. Use one of {classes}.",
        f"102: Reading area/berg: 'Mountain' is not a class of area. Use one of {classes}.",
        "104: Reading area/berg: 'areaKnd' is not a structural property. "
        f"Nearest: areaKind, areaCode, actorKind. {claim}",
        "105: Looking up 'skogg': no such name. Nearest: area/skog. Correct it or name it.",
        "201: Reading actor/polisen: data/reference names it already. Remove one of the two.",
        "302: Reading measure/fond: a claim says what it is. Remove 'a' here.",
        f"304: Reading measure/fond: 'place' is not a structural property. {claim}",
        "305: Reading measure/fond: 'Q 1' is no IRI. Give the full IRI.",
        f"401: Reading kind/ny: 'kind/ny' is no name. Write kind/key, the kind one of {spaces}.",
        "501: Reading measure/Ny: 'measure/Ny' is no name. "
        f"Write kind/key, the kind one of {spaces}.",
        f"601: Reading actor: 'actor' is no name. Write kind/key, the kind one of {spaces}.",
        "704: Reading '': it is not string. Write it in that form.",
        "705: Reading area/dal: 'https://x/##' is no IRI. Give the full IRI.",
    ]


def test_nearest_property(ontology: Ontology) -> None:
    assert nearest_property("responsibelActor", ontology).startswith(" Nearest: responsibleActor")
    assert nearest_property("zzzz", ontology) == ""
