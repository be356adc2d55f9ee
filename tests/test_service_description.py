"""The service description: what the endpoint says of itself is so."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
import pytest
from rdflib import RDF, Graph, Namespace, URIRef
from tests.served import ask, served

SD = Namespace("http://www.w3.org/ns/sparql-service-description#")


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    changed = {"own_store": True, "write_from_loopback": True}
    with served(tmp_path_factory.mktemp("state"), changed=changed) as running:
        yield running.url


def described(url: str, path: str = "/sparql", headers: dict[str, str] | None = None) -> Graph:
    reply = ask(url, "GET", path, headers or {})
    assert (reply.status, reply.type) == (200, "text/turtle; charset=utf-8")
    return Graph().parse(data=reply.body, format="turtle")


def test_what_the_service_description_says(url: str) -> None:
    graph = described(url)
    service = URIRef(f"{url}/sparql")

    def said(name: str) -> set[str]:
        return {str(value).rpartition("/")[2] for value in graph.objects(service, SD[name])}

    assert (service, RDF.type, SD.Service) in graph
    languages = {
        "sparql-service-description#" + name for name in ("SPARQL11Query", "SPARQL11Update")
    }
    assert said("supportedLanguage") == languages
    assert said("defaultEntailmentRegime") == {"Simple"}
    assert said("feature") == {"sparql-service-description#EmptyGraphs"}
    formats = {"Turtle", "N-Triples", "N-Quads", "TriG", "RDF_XML", "JSON-LD"}
    assert said("inputFormat") == formats
    tables = {f"SPARQL_Results_{name}" for name in ("JSON", "XML", "CSV", "TSV")}
    assert said("resultFormat") == formats | tables


def test_every_function_that_is_named_is_there(url: str) -> None:
    functions = list(described(url).objects(None, SD.extensionFunction))
    assert len(functions) == 43
    for function in functions:
        list(ox.Store().query(f"SELECT (<{function}>(1) AS ?x) {{}}"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "host", "endpoint"),
    [
        ("/sparql", "localhost:8000", "http://localhost:8000/sparql"),
        ("/sparql/", "example.org", "http://example.org/sparql/"),
        ("/sparql?format=ttl", "[::1]:80", "http://[::1]:80/sparql"),
        ("/sparql", "a<b", None),
    ],
)
def test_the_endpoint_is_where_the_client_asked(
    url: str, path: str, host: str, endpoint: str | None
) -> None:
    graph = described(url, path, {"Host": host})
    assert set(graph.objects(None, SD.endpoint)) == {URIRef(endpoint or f"{url}/sparql")}


def test_the_description_in_a_format_by_name(url: str) -> None:
    assert ask(url, "GET", "/sparql?format=jsonld").type == "application/ld+json"
    assert ask(url, "GET", "/sparql?format=csv").status == 406


def test_a_public_url_and_allowed_services(tmp_path_factory: pytest.TempPathFactory) -> None:
    allowed = "https://query.example/sparql"
    changed = {"own_store": True, "public_base": "https://graf.example", "services": (allowed,)}
    with served(tmp_path_factory.mktemp("state"), changed=changed) as running:
        graph = described(running.url, headers={"Host": "elsewhere.example"})
    service = URIRef("https://graf.example/sparql")
    assert (service, SD.endpoint, service) in graph
    assert (service, SD.feature, SD.BasicFederatedQuery) in graph
    relation = URIRef("http://purl.org/dc/terms/relation")
    assert list(graph.objects(service, relation)) == [URIRef(allowed)]
    assert (service, SD.supportedLanguage, SD.SPARQL11Update) not in graph
