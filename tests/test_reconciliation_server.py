"""The reconciliation service over a socket, by requests of its protocol and by a client."""

from __future__ import annotations

import http.client
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import jsonschema_rs
import pandas  # type: ignore[import-untyped]
import pytest
from reconciler import reconcile, webutils  # type: ignore[import-untyped]
from tests.served import Reply, ask, served

from trygghetsgraf.reconciliation.asking import BATCH
from trygghetsgraf.web.api.matching import COMPONENTS

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.fixture(scope="module")
def url(published: Path) -> Iterator[str]:
    with served(published) as running:
        yield running.url
        # the client keeps its connection, and the server waits for it
        webutils.http.close()


def get(url: str, path: str, **headers: str) -> Reply:
    return ask(url, "GET", path, {name.replace("_", "-"): v for name, v in headers.items()})


def post(url: str, path: str = "/api/reconcile/sv", **fields: object) -> Reply:
    """A form of JSON."""
    body = urlencode({name: json.dumps(value) for name, value in fields.items()})
    return ask(url, "POST", path, FORM, body.encode())


def faults(component: str, content: object) -> list[str]:
    """What is not as the schema in the API's description has it."""
    found = jsonschema_rs.validator_for(COMPONENTS[component]).iter_errors(content)
    return [str(fault) for fault in found]


def problem(reply: Reply) -> tuple[int, str, Any]:
    return reply.status, reply.type, reply.json().get("parameter")


def test_manifest(url: str) -> None:
    reply = get(url, "/api/reconcile/en")
    assert (reply.status, reply.type) == (200, "application/json")
    service = f"{url}/api/reconcile/en"
    assert reply.json() == {
        "versions": ["0.2"],
        "name": "Trygghetsgrafen (English)",
        "identifierSpace": "https://w3id.org/trygghetsgrafen/id/",
        "schemaSpace": "https://w3id.org/trygghetsgrafen/ontology/",
        "documentation": f"{url}/api/docs",
        "logo": f"{url}/assets/mark.svg",
        "serviceVersion": "0.1.0",
        "defaultTypes": [
            {"id": "Actor", "name": "actor"},
            {"id": "Party", "name": "party"},
            {"id": "Area", "name": "area"},
            {"id": "Measure", "name": "measure"},
            {"id": "MeasureKind", "name": "kind of measure"},
        ],
        "view": {"url": f"{url}/id/{{{{id}}}}"},
        "preview": {"url": f"{service}/preview?id={{{{id}}}}", "width": 430, "height": 300},
        "suggest": {
            what: {"service_url": service, "service_path": f"/suggest/{what}"}
            for what in ("entity", "type", "property")
        },
        "extend": {
            "propose_properties": {"service_url": service, "service_path": "/properties"},
            "property_settings": [
                {
                    "name": "limit",
                    "label": "Values at most",
                    "type": "number",
                    "default": 0,
                    "help_text": "0 gives all values.",
                }
            ],
        },
        "batchSize": 50,
    }
    assert faults("ReconciliationManifest", reply.json()) == []
    assert faults("ReconciliationManifest", {"versions": ["0.1"]}) != []


@pytest.mark.parametrize(
    ("path", "accepted", "name"),
    [
        ("/api/reconcile", "", "Trygghetsgrafen (svenska)"),
        ("/api/reconcile", "en-GB", "Trygghetsgrafen (English)"),
        ("/api/reconcile?lang=en", "sv", "Trygghetsgrafen (English)"),
        ("/api/reconcile/sv", "en", "Trygghetsgrafen (svenska)"),
    ],
)
def test_language_by_address_or_header(url: str, path: str, accepted: str, name: str) -> None:
    found = get(url, path, Accept_Language=accepted).json()
    assert found["name"] == name
    assert faults("ReconciliationManifest", found) == []


@pytest.mark.parametrize("path", ["/id/{{id}}", "/api/reconcile/sv/preview?id={{id}}"])
def test_addresses_of_a_thing_by_its_identifier(url: str, path: str) -> None:
    """Clients are to encode the identifier, and not all of them do."""
    for id_ in ("actor/huddinge", "actor%2Fhuddinge"):
        assert get(url, path.replace("{{id}}", id_)).status in (200, 303)


def test_batch_of_queries(url: str) -> None:
    queries = {
        "q0": {"query": "Huddinge", "type": "Municipality", "limit": 1},
        "q1": {"query": "S", "type": ["Party"], "type_strict": "any"},
        "q2": {"properties": [{"pid": "municipalityCode", "v": ["0126"]}], "limit": 3},
        "": {"query": "qqqqqq"},
    }
    reply = post(url, queries=queries)
    assert (reply.status, reply.type) == (200, "application/json")
    found = reply.json()
    assert faults("ReconciliationResults", found) == []
    assert list(found) == ["q0", "q1", "q2", ""]
    assert [(c["id"], c["match"]) for c in found["q0"]["result"]] == [("actor/huddinge", True)]
    assert [(c["id"], c["match"]) for c in found["q1"]["result"]] == [
        ("actor/socialdemokraterna", True)
    ]
    assert len(found["q2"]["result"]) == 3
    assert found[""]["result"] == []
    asked = quote(json.dumps(queries))
    assert get(url, f"/api/reconcile/sv?queries={asked}").json() == found
    assert post(url, "/api/reconcile", queries=queries).json() == found


def test_data_of_entities(url: str) -> None:
    asked = {
        "ids": ["actor/s-huddinge"],
        "properties": [{"id": "partyLetter"}, {"id": "partyGroupOf"}],
    }
    reply = post(url, "/api/reconcile/en", extend=asked)
    party = {"id": "actor/socialdemokraterna", "name": "Swedish Social Democratic Party"}
    assert reply.json()["rows"] == {
        "actor/s-huddinge": {"partyLetter": [{"str": "S"}], "partyGroupOf": [party]}
    }
    assert faults("ReconciliationData", reply.json()) == []
    by_get = get(url, f"/api/reconcile/en?extend={quote(json.dumps(asked))}")
    assert by_get.json() == reply.json()


def test_all_data_is_as_described(url: str) -> None:
    """Every property of some things of every type."""
    proposed: set[str] = set()
    ids: list[str] = []
    for type_ in get(url, "/api/reconcile/sv").json()["defaultTypes"]:
        found = get(url, f"/api/reconcile/sv/properties?type={type_['id']}").json()
        assert faults("ProposedProperties", found) == []
        proposed |= {property_["id"] for property_ in found["properties"]}
        found = get(url, f"/api/reconcile/sv/suggest/entity?prefix=&type={type_['id']}").json()
        ids += [item["id"] for item in found["result"]]
    names = sorted(proposed)
    assert len(names) > 50
    for start in range(0, len(names), 20):
        asked = {"ids": ids, "properties": [{"id": id_} for id_ in names[start : start + 20]]}
        reply = post(url, extend=asked)
        assert faults("ReconciliationData", reply.json()) == []


@pytest.mark.parametrize(
    ("path", "component", "first"),
    [
        ("suggest/entity?prefix=polismynd", "SuggestedEntities", "actor/polisen"),
        ("suggest/entity?prefix=hudd&type=Municipality", "SuggestedEntities", "actor/huddinge"),
        ("suggest/type?prefix=kommun", "SuggestedTypes", "Municipality"),
        ("suggest/property?prefix=kommunkod", "SuggestedProperties", "municipalityCode"),
        # what OpenRefine's own widget sends besides
        (
            "suggest/type?prefix=lokalt&limit=20&spell=always&type_strict=should",
            "SuggestedTypes",
            "LocalParty",
        ),
    ],
)
def test_suggestions(url: str, path: str, component: str, first: str) -> None:
    reply = get(url, f"/api/reconcile/sv/{path}")
    assert (reply.status, reply.type) == (200, "application/json")
    assert faults(component, reply.json()) == []
    assert reply.json()["result"][0]["id"] == first


def test_preview_may_be_framed_and_nothing_else_may(url: str) -> None:
    reply = get(url, "/api/reconcile/en/preview?id=kind/trygghetsvard")
    assert (reply.status, reply.type) == (200, "text/html; charset=utf-8")
    assert reply.headers["content-security-policy"] == (
        "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; "
        "frame-ancestors *"
    )
    page = reply.body.decode()
    assert '<html lang="en">' in page
    assert ">safety host</a>" in page
    assert "<script" not in page
    for path in ("/api/reconcile/en", "/api/reconcile/en/suggest/type?prefix=a", "/", "/api/docs"):
        assert "frame-ancestors 'none'" in get(url, path).headers["content-security-policy"]


def test_preview_of_nothing_does_not_repeat_what_was_asked_as_markup(url: str) -> None:
    asked = quote("<img src=x onerror=alert(1)>")
    reply = get(url, f"/api/reconcile/sv/preview?id={asked}", Accept="text/html")
    assert (reply.status, reply.type) == (404, "text/html; charset=utf-8")
    assert b"<img" not in reply.body
    assert b"&lt;img" in reply.body


def test_pages_of_other_sites_may_ask(url: str) -> None:
    for path in ("/api/reconcile", "/api/reconcile/sv/suggest/entity?prefix=a"):
        assert get(url, path).headers["access-control-allow-origin"] == "*"
    preflight = ask(url, "OPTIONS", "/api/reconcile/sv", {"Origin": "https://example.org"})
    assert preflight.status == 200
    assert "POST" in preflight.headers["access-control-allow-methods"]
    assert "Content-Type" in preflight.headers["access-control-allow-headers"]


@pytest.mark.parametrize(
    ("fields", "parameter"),
    [
        ({"queries": [1]}, "queries"),
        ({"queries": {"q": {}}}, "queries"),
        ({"queries": {"q": {"query": "a", "type": "Nothing"}}}, "queries.q.type"),
        ({"extend": {"ids": ["a"]}}, "extend"),
        ({"extend": {"ids": [], "properties": [{"id": "nothing"}]}}, "extend.properties"),
        ({"extend": {"ids": ["a"] * 501, "properties": []}}, "extend"),
        ({"queries": {}, "extend": {}}, "queries"),
        ({}, "queries"),
    ],
)
def test_form_that_cannot_be_answered(url: str, fields: dict[str, Any], parameter: str) -> None:
    reply = post(url, **fields)
    assert problem(reply) == (400, "application/problem+json", parameter)
    assert reply.headers["content-language"] == "sv"


@pytest.mark.parametrize(
    ("path", "status", "parameter"),
    [
        ("?queries=", 400, "queries"),
        ("?queries={", 400, "queries"),
        ("/suggest/entity?prefix=a&cursor=-1", 400, "cursor"),
        ("/suggest/entity?prefix=a&type=Nothing", 400, "type"),
        ("/suggest/entity?prefix=%00", 400, "prefix"),
        ("/properties", 400, "type"),
        ("/properties?type=Nothing", 400, "type"),
        ("/properties?type=Area&limit=1000", 400, "limit"),
        ("/preview", 400, "id"),
        ("/preview?id=area/nowhere", 404, None),
        ("/suggest/nothing", 404, None),
    ],
)
def test_address_that_cannot_be_answered(
    url: str, path: str, status: int, parameter: str | None
) -> None:
    reply = get(url, f"/api/reconcile/sv{path}")
    assert problem(reply) == (status, "application/problem+json", parameter)


def test_problem_in_the_language_of_the_address_unless_asked_otherwise(url: str) -> None:
    path = "/api/reconcile/sv?queries={}&extend={}"
    assert get(url, path).json()["detail"] == (
        "Parametern queries: varken eller både queries och extend finns. Skicka en av dem."
    )
    assert get(url, path, Accept_Language="en").json()["detail"] == (
        "Reading the parameter queries: neither or both of queries and extend are there. "
        "Send one of them."
    )


def test_limits(url: str) -> None:
    queries = {f"q{n}": {"query": "Huddinge"} for n in range(BATCH)}
    assert post(url, queries=queries).status == 200
    assert post(url, queries={**queries, "more": {"query": "Huddinge"}}).status == 413
    announced = FORM | {"Content-Length": str((1 << 20) + 1)}
    assert ask(url, "POST", "/api/reconcile/sv", announced).status == 413
    assert ask(url, "POST", "/api/reconcile/sv", {"Content-Type": "text/csv"}, b"a").status == 415
    assert ask(url, "PUT", "/api/reconcile/sv", FORM, b"a").status == 405


def in_pieces(url: str, *pieces: bytes) -> tuple[int, Any]:
    """Status and content of the answer to a form that is sent without its length."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    connection.request("POST", "/api/reconcile/sv", iter(pieces), FORM)
    response = connection.getresponse()
    found = response.status, json.loads(response.read())
    connection.close()
    return found


def test_form_without_a_length(url: str) -> None:
    body = urlencode({"queries": json.dumps({"q": {"query": "polisen"}})}).encode()
    status, found = in_pieces(url, body[:20], body[20:])
    assert (status, found["q"]["result"][0]["id"]) == (200, "actor/polisen")
    status, _ = in_pieces(url, body, *[b"+" * 10_000] * 105)
    assert status == 413


@pytest.mark.filterwarnings("ignore:The inplace keyword")
def test_client_reconciles_a_column(url: str) -> None:
    """The reconciler of PyPI, in batches of ten; each row with its municipality as evidence."""
    table = pandas.DataFrame(
        {
            "who": ["Huddinge kommun", "Hudinge komun", "Socialdemokraterna i Huddinge"],
            "where": ["0126", "0126", "0126"],
        }
    )
    found = reconcile(
        table["who"],
        type_id="Actor",
        top_res=1,
        property_mapping={"municipalityCode": table["where"]},
        reconciliation_endpoint=f"{url}/api/reconcile/sv",
    )
    assert found[["input_value", "id", "match", "type_id"]].to_numpy().tolist() == [
        ["Huddinge kommun", "actor/huddinge", True, "Municipality"],
        ["Hudinge komun", "actor/huddinge", False, "Municipality"],
        ["Socialdemokraterna i Huddinge", "actor/s-huddinge", True, "LocalParty"],
    ]


@pytest.mark.filterwarnings("ignore:The inplace keyword")
def test_client_reconciles_many_batches(url: str) -> None:
    kinds = ["trygghetsvärdar", "kameror", "fältassistenter", "områdespoliser", "grannstödsbilar"]
    parties = ["S", "M", "V", "C", "L", "KD", "MP", "SD"]
    found = reconcile(
        pandas.Series(kinds + parties),
        top_res=1,
        reconciliation_endpoint=f"{url}/api/reconcile/sv",
    )
    assert sorted(zip(found["input_value"], found["id"], strict=True)) == [
        ("C", "actor/centerpartiet"),
        ("KD", "actor/kristdemokraterna"),
        ("L", "actor/liberalerna"),
        ("M", "actor/moderaterna"),
        ("MP", "actor/miljopartiet"),
        ("S", "actor/socialdemokraterna"),
        ("SD", "actor/sverigedemokraterna"),
        ("V", "actor/vansterpartiet"),
        ("fältassistenter", "kind/faltassistent"),
        ("grannstödsbilar", "kind/grannstodsbil"),
        ("kameror", "kind/kamera"),
        ("områdespoliser", "kind/omradespolis"),
        ("trygghetsvärdar", "kind/trygghetsvard"),
    ]
