"""Identifiers over HTTP: redirects, negotiation, languages, pages and what is not there."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient
from tests.served import publish

from trygghetsgraf.namespaces import BASE, PREFIXES
from trygghetsgraf.web.linked import with_linked_data
from trygghetsgraf.web.pages import create_app

PUBLIC = "https://x.se/graf"
LABEL = PREFIXES["rdfs"] + "label"
QUADS = f"""
<{BASE}id/actor/anna> <{LABEL}> "Anna <b>"@sv .
<{BASE}id/actor/anna> <{LABEL}> "Ann"@en .
<{BASE}ontology> <{LABEL}> "Ontologin"@sv .
""" + "".join(
    f"<{BASE}id/actor/n{n}> <{PREFIXES['foaf']}knows> <{BASE}id/actor/anna> .\n" for n in range(300)
)


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    publish(tmp_path, QUADS)
    return with_linked_data(create_app(), tmp_path, PUBLIC).test_client()


@pytest.mark.parametrize("local", ["id/actor/anna", "ontology"])
def test_thing_leads_to_its_page(client: FlaskClient, local: str) -> None:
    response = client.get(f"/{local}?lang=en")
    assert response.status_code == 303
    assert response.location == f"{PUBLIC}/page/{local}?lang=en"


def test_namespace_of_the_ontology_leads_to_the_ontology(client: FlaskClient) -> None:
    assert client.get("/ontology/").location == f"{PUBLIC}/page/ontology"


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        ("", "text/html"),
        ("*/*", "text/html"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("text/turtle", "text/turtle"),
        ("application/ld+json", "application/ld+json"),
        ("application/n-triples", "application/n-triples"),
        ("application/rdf+xml, text/html;q=0.5", "application/rdf+xml"),
        ("text/turtle;q=0.3, application/n-triples;q=0.7", "application/n-triples"),
    ],
)
def test_page_comes_as_asked_for(client: FlaskClient, accept: str, media_type: str) -> None:
    response = client.get("/page/id/actor/anna", headers={"Accept": accept})
    assert (response.status_code, response.mimetype) == (200, media_type)
    ending = response.headers["Content-Location"].removeprefix(f"{PUBLIC}/page/id/actor/anna")
    again = client.get(f"/page/id/actor/anna{ending}", headers={"Accept": "image/png"})
    assert (again.mimetype, again.data) == (media_type, response.data)


def test_nothing_acceptable(client: FlaskClient) -> None:
    response = client.get("/page/id/actor/anna", headers={"Accept": "image/png"})
    assert response.status_code == 406
    assert "text/turtle" in response.get_json(force=True)["detail"]


@pytest.mark.parametrize(
    ("query", "accept_language", "label"),
    [
        ("", "", "Anna &lt;b&gt;"),
        ("", "en-GB, sv;q=0.5", "Ann"),
        ("", "de", "Anna &lt;b&gt;"),
        ("?lang=en", "sv", "Ann"),
        ("?lang=sv", "en", "Anna &lt;b&gt;"),
    ],
)
def test_language(client: FlaskClient, query: str, accept_language: str, label: str) -> None:
    response = client.get(
        f"/page/id/actor/anna.html{query}", headers={"Accept-Language": accept_language}
    )
    assert f"<h1><bdi>{label}</bdi></h1>" in response.text


def test_large_page_says_that_more_follows(client: FlaskClient) -> None:
    first = client.get("/page/id/actor/anna.ttl")
    second = client.get("/page/id/actor/anna.ttl?page=2")
    assert f'<{PUBLIC}/page/id/actor/anna?page=2>; rel="next"' in first.headers["Link"]
    assert f'<{PUBLIC}/page/id/actor/anna>; rel="prev"' in second.headers["Link"]
    assert f"hydra:next <{PUBLIC}/page/id/actor/anna?page=2>" in first.text
    assert 'rel="next" href="/graf/page/id/actor/anna?page=2"' in (
        client.get("/page/id/actor/anna").text
    )


def test_unchanged_page_is_not_sent_again(client: FlaskClient, tmp_path: Path) -> None:
    tag = client.get("/page/id/actor/anna.ttl").headers["ETag"]
    asked = {"If-None-Match": tag}
    assert client.get("/page/id/actor/anna.ttl", headers=asked).status_code == 304
    assert client.get("/page/id/actor/anna.nt", headers=asked).status_code == 200
    publish(tmp_path, QUADS)
    assert client.get("/page/id/actor/anna.ttl", headers=asked).status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/id/actor/nobody",
        "/id/actor",
        "/id/actor/%C3%A5sa",
        "/id/actor/a%3Eb",
        "/ontology/Nothing",
        "/graph/none",
        "/page/id/actor/nobody.ttl",
        "/page/id/actor/anna.ttl?page=3",
        "/page/sparql",
    ],
)
def test_what_is_not_there(client: FlaskClient, path: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.mimetype) == (404, "application/problem+json")


def test_what_is_not_there_is_answered_with_the_nearest(client: FlaskClient) -> None:
    problem = client.get("/id/actor/anne").get_json(force=True)
    assert problem["nearest"] == [f"{PUBLIC}/id/actor/anna"]


@pytest.mark.parametrize("number", ["0", "-1", "x", "1e3", "²", "99999999999999"])
def test_impossible_page(client: FlaskClient, number: str) -> None:
    assert client.get(f"/page/id/actor/anna?page={number}").status_code == 400


def test_nothing_published(tmp_path: Path) -> None:
    client = with_linked_data(create_app(), tmp_path, PUBLIC).test_client()
    assert client.get("/id/actor/anna").status_code == 503
