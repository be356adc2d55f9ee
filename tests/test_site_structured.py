"""What search engines read in the pages: schema.org, valid JSON-LD, never markup."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from rdflib import RDF, Graph, Literal, URIRef

from trygghetsgraf.linked.catalogue import Operator
from trygghetsgraf.linked.current import Current
from trygghetsgraf.namespaces import DATASET, ID, SCHEMA
from trygghetsgraf.site.structured import as_block
from trygghetsgraf.store.snapshots import Snapshots
from trygghetsgraf.web.linked import with_linked_data
from trygghetsgraf.web.pages import create_app
from trygghetsgraf.web.site import Site, with_site

BASE = "https://x.se/graf"
HUDDINGE = "huddinge-interpellationssvar-flemingsberg"
DOCUMENT = URIRef(str(ID[f"document/{HUDDINGE}"]))
#: what https://schema.org/ as a context says of the terms that we use, as far as RDF sees it
LOCAL = {
    "@vocab": str(SCHEMA),
    **{name: {"@type": "@id"} for name in ("url", "license", "contentUrl")},
}


class Blocks(HTMLParser):
    """The text of the blocks of JSON-LD, as a browser takes a page apart."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "script" and ("type", "application/ld+json") in attrs
        if self._inside:
            self.found.append("")

    def handle_endtag(self, tag: str) -> None:
        self._inside = False

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.found[-1] += data


def blocks(page: str) -> list[dict[str, object]]:
    parser = Blocks()
    parser.feed(page)
    return [json.loads(text) for text in parser.found]


def graph(page: str) -> Graph:
    """The only description in a page, read without any request for its context."""
    (described,) = blocks(page)
    assert described.pop("@context") == "https://schema.org"
    return Graph().parse(data=json.dumps({"@context": LOCAL} | described), format="json-ld")


@pytest.fixture(scope="module")
def client(published: Path) -> Iterator[FlaskClient]:
    app = with_linked_data(create_app(), published, BASE)
    site = Site(BASE, state=published, operator=Operator("Myndigheten", "https://m.example/"))
    with with_site(app, site, Current(Snapshots(published))).test_client() as opened:
        yield opened


@pytest.mark.parametrize("path", ["/", "/documents"])
def test_graph_is_a_dataset(client: FlaskClient, path: str) -> None:
    found = graph(client.get(path, headers={"Accept": "text/html"}).text)
    dataset = URIRef(DATASET)
    assert (dataset, RDF.type, SCHEMA.Dataset) in found
    assert found.value(dataset, SCHEMA.name) == Literal("Trygghetsgrafen")
    license_ = URIRef("https://creativecommons.org/publicdomain/zero/1.0/")
    assert found.value(dataset, SCHEMA.license) == license_
    # what Google asks of a description: 50 to 5000 characters
    assert 50 <= len(str(found.value(dataset, SCHEMA.description))) <= 5000
    publisher = found.value(dataset, SCHEMA.publisher)
    assert found.value(publisher, SCHEMA.name) == Literal("Myndigheten")
    files = [
        str(found.value(one, SCHEMA.contentUrl))
        for one in found.objects(dataset, SCHEMA.distribution)
    ]
    assert files
    for url in files:
        with client.get(url.removeprefix(BASE)) as response:
            assert response.status_code == 200, url


@pytest.mark.parametrize("path", [f"/read/{HUDDINGE}", f"/page/id/document/{HUDDINGE}"])
def test_document_is_a_report(client: FlaskClient, path: str) -> None:
    found = graph(client.get(f"{path}?lang=en", headers={"Accept": "text/html"}).text)
    assert (DOCUMENT, RDF.type, SCHEMA.Report) in found
    assert (DOCUMENT, SCHEMA.url, URIRef(f"{BASE}/read/{HUDDINGE}?lang=en")) in found
    assert (DOCUMENT, SCHEMA.isPartOf, URIRef(DATASET)) in found
    publisher = found.value(DOCUMENT, SCHEMA.publisher)
    assert found.value(publisher, SCHEMA.name) == Literal("Huddinge kommun")
    # it is of some day in two months: schema.org cannot say that
    assert found.value(DOCUMENT, SCHEMA.dateCreated) is None


def test_document_of_a_day(client: FlaskClient) -> None:
    key = "hagersten-alvsjo-tjansteutlatande-trygghet"
    (found,) = blocks(client.get(f"/read/{key}").text)
    assert found["dateCreated"] == "2024-09-10"


def test_other_pages_say_nothing(client: FlaskClient) -> None:
    for path in ("/compare", "/page/id/measure/trygghetsvardar-huddinge", "/page/id/actor/dronjak"):
        page = client.get(path, headers={"Accept": "text/html"})
        assert page.status_code == 200
        assert blocks(page.text) == []


@given(st.text())
def test_no_name_can_leave_the_block(name: str) -> None:
    text = as_block({"name": name})
    assert re.search(r"[<>&\u2028\u2029]", text) is None
    page = f'<script type="application/ld+json">{text}</script><p>after</p>'
    assert blocks(page) == [{"@context": "https://schema.org", "name": name}]


def test_hostile_names_stay_inside() -> None:
    for name in ("</script><script>alert(1)</script>", "<!--<script>", "]]>", "&lt;/script&gt;"):
        assert "<" not in as_block({"name": name})


def test_read_by_another_parser(client: FlaskClient) -> None:
    (described,) = blocks(client.get("/").text)
    text = json.dumps(described | {"@context": {"@vocab": str(SCHEMA)}})
    assert len(list(ox.parse(text, ox.RdfFormat.JSON_LD))) > 10
