"""Matching of texts to the things of the published graph, in this process."""

from __future__ import annotations

import json
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trygghetsgraf.reconciliation.asking import (
    Extension,
    Query,
    read_extension,
    read_queries,
)
from trygghetsgraf.reconciliation.entities import Entities, read_entities
from trygghetsgraf.reconciliation.preview import preview
from trygghetsgraf.reconciliation.properties import Properties, read_properties
from trygghetsgraf.reconciliation.service import Service
from trygghetsgraf.saved.binding import ParameterError
from trygghetsgraf.saved.evaluation import LocalEvaluator


@pytest.fixture(scope="session")
def entities(store: ox.Store) -> Entities:
    return read_entities(LocalEvaluator(store, "1"))


@pytest.fixture(scope="session")
def properties(store: ox.Store, entities: Entities) -> Properties:
    return read_properties(LocalEvaluator(store, "1"), entities)


@pytest.fixture
def service(store: ox.Store, entities: Entities, properties: Properties) -> Service:
    return Service(LocalEvaluator(store, "1"), entities, properties, "sv")


@pytest.fixture
def english(store: ox.Store, entities: Entities, properties: Properties) -> Service:
    return Service(LocalEvaluator(store, "1"), entities, properties, "en")


def asked(service: Service, **query: Any) -> list[dict[str, Any]]:
    """The candidates for one query."""
    found: Any = service.reconcile(read_queries(json.dumps({"q": query})))
    candidates: list[dict[str, Any]] = found["q"]["result"]
    return candidates


def matched(service: Service, **query: Any) -> str | None:
    """The identifier of the one candidate that is said to match."""
    matching = [found["id"] for found in asked(service, **query) if found["match"]]
    assert len(matching) <= 1
    return matching[0] if matching else None


@pytest.mark.parametrize(
    ("query", "type_", "id_"),
    [
        ("Huddinge kommun", None, "actor/huddinge"),
        ("huddinge  KOMMUN", None, "actor/huddinge"),
        ("Huddinge", "Municipality", "actor/huddinge"),
        ("Huddinge", "Area", "area/huddinge"),
        ("0126", "Area", "area/huddinge"),
        ("0126", "Municipality", "actor/huddinge"),
        # a table that was through a spreadsheet
        ("126", "Municipality", "actor/huddinge"),
        ("S", None, "actor/socialdemokraterna"),
        ("(S)", None, "actor/socialdemokraterna"),
        ("socialdemokraterna", None, "actor/socialdemokraterna"),
        ("Swedish Social Democratic Party", None, "actor/socialdemokraterna"),
        ("M", "Party", "actor/moderaterna"),
        ("Socialdemokraterna i Huddinge", None, "actor/s-huddinge"),
        ("trygghetsvärd", None, "kind/trygghetsvard"),
        ("trygghetsvärdar", None, "kind/trygghetsvard"),
        ("Trygghetsvärdarna", None, "kind/trygghetsvard"),
        ("trygghetsvård", None, "kind/trygghetsvard"),
        ("safety host", None, "kind/trygghetsvard"),
        ("nattvandrare", "MeasureKind", "kind/nattvandring"),
        ("polisen", None, "actor/polisen"),
        ("Polis", None, "actor/polisen"),
        ("Brå", None, "actor/bra"),
        ("Håbo kommun", None, "actor/habo-0305"),
        ("Habo kommun", None, "actor/habo-0643"),
        ("Flemingsberg", None, "area/flemingsberg"),
        ("Sluta skjut", None, "kind/sluta-skjut"),
        ("Sluta skjut i Huddinge", None, "measure/sluta-skjut-huddinge"),
        ("actor/huddinge", None, "actor/huddinge"),
        ("https://w3id.org/trygghetsgrafen/id/area/huddinge", None, "area/huddinge"),
    ],
)
def test_one_thing_is_meant(service: Service, query: str, type_: str | None, id_: str) -> None:
    given = {"query": query} if type_ is None else {"query": query, "type": type_}
    assert matched(service, **given) == id_


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        # an area and the municipality that governs it
        ("Huddinge", ["area/huddinge", "actor/huddinge"]),
        ("0126", ["area/huddinge", "actor/huddinge"]),
        # a party and its local group
        ("V", ["actor/vansterpartiet", "actor/v-huddinge"]),
        # misspelt: near, but somebody must say so
        ("Hudinge", ["area/huddinge", "actor/huddinge"]),
        ("Hudinge komun", ["actor/huddinge"]),
        ("Moderatena", ["actor/moderaterna"]),
        ("Flemmingsberg", ["area/flemingsberg"]),
        ("trygetsvärd", ["kind/trygghetsvard"]),
        ("polismyndighten", ["actor/polisen"]),
        # a word of three things' names
        ("nattvandrare", ["kind/nattvandring", "actor/nattvandrare-huddinge"]),
    ],
)
def test_somebody_must_choose(service: Service, query: str, ids: list[str]) -> None:
    found = asked(service, query=query)
    assert [candidate["id"] for candidate in found][: len(ids)] == ids
    assert matched(service, query=query) is None


def test_no_name_is_taken_for_that_of_another(service: Service) -> None:
    every = list(service.entities.names.things.values())[::3]
    taken = {
        (name, match)
        for thing in every
        for name in (thing.label("sv"), thing.label("en") + "s")
        if (match := matched(service, query=name)) not in (None, thing.key)
    }
    assert taken == set()


def test_misspelt_names_are_found(service: Service) -> None:
    """A letter is left out of every tenth name; its type is known."""
    missed = []
    for number, thing in enumerate(list(service.entities.names.things.values())[::10]):
        name = thing.label("sv")
        place = 1 + number % (len(name) - 1)
        misspelt = name[:place] + name[place + 1 :]
        type_ = service.entities.types_of(thing.iri)[0]
        found = [candidate["id"] for candidate in asked(service, query=misspelt, type=type_)]
        if found[:1] != [thing.key]:
            missed.append((misspelt, thing.key, found[:1]))
        assert matched(service, query=misspelt, type=type_) in (None, thing.key)
    # Hao kommun may be Habo as well as Håbo
    assert len(missed) <= 2, missed


@pytest.mark.parametrize("query", ["qqqqqq", "", "  ", "%", "–", "'; DROP GRAPH <x>"])
def test_nothing_is_meant(service: Service, query: str) -> None:
    assert asked(service, query=query) == []


def test_candidate_says_what_it_is_and_why(service: Service, english: Service) -> None:
    found = asked(service, query="socialdemokraterna", limit=2)
    assert found == [
        {
            "id": "actor/socialdemokraterna",
            "name": "Socialdemokraterna",
            "description": "parti",
            "type": [
                {"id": "Party", "name": "parti"},
                {"id": "Organisation", "name": "organisation"},
                {"id": "Actor", "name": "aktör"},
            ],
            "score": 100.0,
            "features": [
                {"id": "same_name", "value": True},
                {"id": "same_name_inflected", "value": True},
                {"id": "properties_as_given", "value": 1.0},
            ],
            "match": True,
        },
        {
            "id": "actor/s-huddinge",
            "name": "Socialdemokraterna i Huddinge",
            "description": "lokalt parti, Huddinge",
            "type": [
                {"id": "LocalParty", "name": "lokalt parti"},
                {"id": "Organisation", "name": "organisation"},
                {"id": "Actor", "name": "aktör"},
            ],
            "score": 75.2,
            "features": [
                {"id": "same_name", "value": False},
                {"id": "same_name_inflected", "value": False},
                {"id": "properties_as_given", "value": 1.0},
            ],
            "match": False,
        },
    ]
    first = asked(english, query="socialdemokraterna", limit=1)[0]
    assert (first["name"], first["type"][0]["name"]) == (
        "Swedish Social Democratic Party",
        "party",
    )


def evidence(**values: Any) -> list[dict[str, Any]]:
    return [{"pid": pid, "v": value} for pid, value in values.items()]


@pytest.mark.parametrize(
    ("query", "known", "first", "match"),
    [
        # the local group is not called that, so it comes first, but does not match
        ("Socialdemokraterna", evidence(area="Huddinge"), "actor/s-huddinge", None),
        (
            "Socialdemokraterna i Huddinge",
            evidence(partyLetter="S", municipalityCode=126),
            "actor/s-huddinge",
            "actor/s-huddinge",
        ),
        (
            "Socialdemokraterna i Huddinge",
            evidence(partyLetter="M"),
            "actor/s-huddinge",
            None,
        ),
        (
            "Flemingsberg",
            evidence(municipalityCode=["0180", "0126"]),
            "area/flemingsberg",
            "area/flemingsberg",
        ),
        (
            "Flemingsberg",
            evidence(area={"id": "area/huddinge"}),
            "area/flemingsberg",
            "area/flemingsberg",
        ),
        ("Flemingsberg", evidence(area={"id": "area/haninge"}), "area/flemingsberg", None),
        (
            "Sluta skjut i Huddinge",
            evidence(kind="Sluta skjut", area="Hudinge"),
            "measure/sluta-skjut-huddinge",
            "measure/sluta-skjut-huddinge",
        ),
    ],
)
def test_properties_are_evidence(
    service: Service, query: str, known: list[dict[str, Any]], first: str, match: str | None
) -> None:
    assert asked(service, query=query, properties=known)[0]["id"] == first
    assert matched(service, query=query, properties=known) == match


def test_properties_without_a_name(service: Service) -> None:
    found = asked(service, properties=evidence(partyLetter="S"))
    assert [(candidate["id"], candidate["match"]) for candidate in found] == [
        ("actor/socialdemokraterna", False),
        ("actor/s-haninge", False),
        ("actor/s-huddinge", False),
    ]
    found = asked(service, properties=evidence(partyLetter="S"), type="Party")
    assert [(candidate["id"], candidate["match"]) for candidate in found] == [
        ("actor/socialdemokraterna", True)
    ]


def test_types_restrict_or_only_rank(service: Service) -> None:
    ids = [c["id"] for c in asked(service, query="Huddinge", type=["Municipality", "Person"])]
    assert ids == ["actor/huddinge"]
    both = {"type": ["Municipality", "Area"], "type_strict": "all"}
    assert asked(service, query="Huddinge", **both) == []
    found = asked(service, query="Huddinge", type=["Municipality"], type_strict="should", limit=2)
    assert [(c["id"], c["score"], c["match"]) for c in found] == [
        ("actor/huddinge", 99.0, True),
        ("area/huddinge", 80.0, False),
    ]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        ({"query": "x", "type": "Municipal"}, "queries.q.type"),
        ({"properties": evidence(areacode="0126")}, "queries.q.properties"),
        ({"properties": evidence(**{"x> ?y . ?s ?p <": "0126"})}, "queries.q.properties"),
        ({"query": "a\x00"}, "queries.q.query"),
        ({"query": "a" * 1001}, "queries"),
        ({"query": "a", "limit": 0}, "queries"),
        ({"query": "a", "limit": 101}, "queries"),
        ({"query": "a", "colour": "red"}, "queries"),
        ({"query": "a", "type_strict": "never"}, "queries"),
        ({"query": "a", "properties": [{"pid": "area"}]}, "queries"),
        ({"query": "a", "properties": evidence(area=["x"] * 21)}, "queries"),
        ({}, "queries"),
        ({"properties": []}, "queries"),
    ],
)
def test_query_out_of_bounds(service: Service, query: dict[str, Any], parameter: str) -> None:
    with pytest.raises(ParameterError) as raised:
        asked(service, **query)
    assert raised.value.parameter == parameter


def test_unknown_identifier_is_told_what_comes_near(service: Service) -> None:
    with pytest.raises(ParameterError) as raised:
        asked(service, query="x", type="municipality")
    assert raised.value.near == ("Municipality",)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda values: st.lists(values) | st.dictionaries(st.text(), values),
    max_leaves=5,
)
_FIELDS = st.dictionaries(
    st.sampled_from(["query", "type", "limit", "properties", "type_strict", "ids", "pid", "v"]),
    _JSON,
)


@given(st.text() | _JSON.map(json.dumps) | st.dictionaries(st.text(), _FIELDS).map(json.dumps))
def test_whatever_is_sent_is_read_or_refused(text: str) -> None:
    for read in (read_queries, read_extension):
        try:
            found = read(text)
        except ParameterError:
            continue
        assert isinstance(found, dict | Extension)


@given(
    st.text(min_size=1, max_size=40),
    st.lists(
        st.builds(
            lambda pid, v: {"pid": pid, "v": v},
            st.sampled_from(["area", "municipalityCode", "partyLetter", "kind", "skos:altLabel"]),
            st.text(max_size=40) | st.integers() | st.floats() | st.booleans(),
        ),
        max_size=2,
    ),
)
def test_whatever_is_sought_is_answered(
    store: ox.Store,
    entities: Entities,
    properties: Properties,
    text: str,
    given_properties: list[dict[str, Any]],
) -> None:
    service = Service(LocalEvaluator(store, "1"), entities, properties, "sv")
    for fields in ({"query": text}, {"query": ""}):
        query = Query.model_validate({**fields, "properties": given_properties})
        found: Any = service.reconcile({"q": query})
        scores = [candidate["score"] for candidate in found["q"]["result"]]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 100 for score in scores)


@pytest.mark.parametrize(
    ("prefix", "ids"),
    [
        ("hudd", ["area/huddinge", "actor/huddinge"]),
        ("Trygghetsvär", ["kind/trygghetsvard"]),
        ("0126", ["area/huddinge", "actor/huddinge"]),
        ("actor/polisen", ["actor/polisen"]),
        ("socialdemokrtaerna", ["actor/socialdemokraterna"]),
        ("qqqqq", []),
    ],
)
def test_entities_are_suggested(service: Service, prefix: str, ids: list[str]) -> None:
    found: Any = service.suggest_entities(prefix, 0)
    suggested = [item["id"] for item in found["result"]]
    assert suggested[: len(ids)] == ids
    assert bool(suggested) == bool(ids)


def test_suggestions_go_on_where_they_ended(service: Service) -> None:
    pages: list[Any] = [service.suggest_entities("s", cursor)["result"] for cursor in (0, 20, 40)]
    ids = [item["id"] for page in pages for item in page]
    assert len(ids) == len(set(ids)) == 60
    assert service.suggest_entities("s", 10_000) == {"result": []}


def test_suggestions_of_one_type(service: Service) -> None:
    found: Any = service.suggest_entities("huddinge", 0, "Municipality")
    assert [item["id"] for item in found["result"]] == ["actor/huddinge"]


def test_types_are_suggested_with_those_above(service: Service) -> None:
    assert service.suggest_types("part", 0) == {
        "result": [
            {
                "id": "Party",
                "name": "parti",
                "broader": [{"id": "Organisation", "name": "organisation"}],
            },
            {
                "id": "LocalParty",
                "name": "lokalt parti",
                "broader": [{"id": "Organisation", "name": "organisation"}],
            },
        ]
    }


def test_properties_are_suggested_in_any_language(service: Service) -> None:
    expected = {"result": [{"id": "municipalityCode", "name": "kommunkod"}]}
    assert service.suggest_properties("kommun", 0) == expected
    assert service.suggest_properties("Municipality c", 0) == expected


def test_properties_are_proposed_for_a_type(english: Service) -> None:
    assert english.propose("LocalParty", 4) == {
        "type": "LocalParty",
        "limit": 4,
        "properties": [
            {"id": "area", "name": "area"},
            {"id": "municipalityCode", "name": "municipality code"},
            {"id": "partyLetter", "name": "party letter"},
            {"id": "activeIn", "name": "active in"},
        ],
    }


def test_data_of_entities(service: Service) -> None:
    found = service.extend(
        read_extension(
            json.dumps(
                {
                    "ids": ["actor/s-huddinge", "kind/trygghetsvard", "area/nowhere", "x>"],
                    "properties": [
                        {"id": "municipalityCode"},
                        {"id": "partyGroupOf"},
                        {"id": "skos:altLabel", "settings": {"limit": 1}},
                    ],
                }
            )
        )
    )
    assert found == {
        "meta": [
            {"id": "municipalityCode", "name": "kommunkod"},
            {
                "id": "partyGroupOf",
                "name": "hör till partiet",
                "type": {"id": "Party", "name": "parti"},
            },
            {"id": "skos:altLabel", "name": "alternativ benämning"},
        ],
        "rows": {
            "actor/s-huddinge": {
                "municipalityCode": [{"str": "0126"}],
                "partyGroupOf": [{"id": "actor/socialdemokraterna", "name": "Socialdemokraterna"}],
                "skos:altLabel": [],
            },
            "kind/trygghetsvard": {
                "municipalityCode": [],
                "partyGroupOf": [],
                "skos:altLabel": [{"str": "trygghetsvärdar"}],
            },
            "area/nowhere": {"municipalityCode": [], "partyGroupOf": [], "skos:altLabel": []},
            "x>": {"municipalityCode": [], "partyGroupOf": [], "skos:altLabel": []},
        },
    }


def test_data_is_of_the_types_that_clients_know(english: Service) -> None:
    ids = ["status", "lastKnownAt", "skos:definition", "schema:sameAs"]
    things = [
        "measure/andt-utbildning-hagersten-alvsjo",
        "measure/sluta-skjut-huddinge",
        "kind/trygghetsvard",
        "actor/socialdemokraterna",
    ]
    found: Any = english.extend(
        Extension.model_validate({"ids": things, "properties": [{"id": id_} for id_ in ids]})
    )
    rows = found["rows"]
    training = rows["measure/andt-utbildning-hagersten-alvsjo"]
    assert training["status"] == [{"id": "status/ongoing", "name": "ongoing"}]
    # a day is a point in time to clients; what is no day is a text
    assert training["lastKnownAt"] == [{"date": "2024-09-10T00:00:00Z"}]
    assert rows["measure/sluta-skjut-huddinge"]["lastKnownAt"] == [{"str": "2021-11/2021-12"}]
    assert rows["kind/trygghetsvard"]["skos:definition"] == [
        {
            "str": "An employee who moves about in public places to build relations and raise "
            "the alarm, without the tasks of a guard."
        }
    ]
    assert rows["actor/socialdemokraterna"]["schema:sameAs"] == [
        {"str": "http://www.wikidata.org/entity/Q105112"}
    ]


def test_unknown_property_has_no_data(service: Service) -> None:
    asked_for = Extension.model_validate({"ids": [], "properties": [{"id": "colour"}]})
    with pytest.raises(ParameterError) as raised:
        service.extend(asked_for)
    assert raised.value.parameter == "extend.properties"


def test_preview_has_names_facts_and_a_quote(service: Service) -> None:
    found = preview(service, "kind/trygghetsvard")
    assert found is not None
    assert (found.name, found.types) == ("trygghetsvärd", ("åtgärdsslag",))
    assert found.others == ("trygghetsvärdar", "trygghetsvård", "trygghetsvårdar")
    assert ("ansats", ("trygghetsskapande inriktning", "social prevention")) in found.facts
    assert "trygghets" in found.quote.lower()
    assert found.document != ""


def test_preview_of_what_is_only_a_value(service: Service) -> None:
    found = preview(service, "status/ongoing")
    assert found is not None
    assert (found.name, found.types, found.facts) == ("pågående", (), ())


@pytest.mark.parametrize("id_", ["area/nowhere", "x>", "http://example.org/x", ""])
def test_no_preview_of_what_there_is_not(service: Service, id_: str) -> None:
    assert preview(service, id_) is None
