"""A crawler that knows /catalog only finds everything, directly and behind nginx."""

from __future__ import annotations

import gzip
import hashlib
import http.client
import random
import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pyoxigraph as ox
import pytest
from rdflib import DCAT, RDF, VOID, Graph, Namespace, URIRef
from tests.peer_servers import free_port, nginx_proxy
from tests.served import served

from trygghetsgraf.linked.writing import FORMS
from trygghetsgraf.namespaces import BASE, DATASET, PREFIXES

pytestmark = pytest.mark.slow

#: identifiers that are followed in each format
MANY = 500
SPDX = Namespace("http://spdx.org/rdf/terms#")


@dataclass
class Page:
    status: int
    headers: Mapping[str, str]
    body: bytes
    url: str


class Crawler:
    """Follows IRIs as w3id.org would lead there, over one connection."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.host = urlsplit(base).netloc
        self.connection = http.client.HTTPConnection(self.host, timeout=60)

    def close(self) -> None:
        self.connection.close()

    def follow(self, iri: str, accept: str = "text/turtle") -> Page:
        """What the IRI leads to after its redirects."""
        url = self.base + "/" + iri.removeprefix(BASE) if iri.startswith(BASE) else iri
        for _ in range(5):
            parts = urlsplit(url)
            assert url.startswith(self.base + "/"), url
            target = parts.path + (f"?{parts.query}" if parts.query else "")
            self.connection.request("GET", target, headers={"Accept": accept})
            response = self.connection.getresponse()
            body = response.read()
            headers = {name.lower(): value for name, value in response.getheaders()}
            if response.status not in (301, 302, 303, 307, 308):
                return Page(response.status, headers, body, url)
            url = headers["location"]
        raise AssertionError(f"{iri} leads in circles")

    def read(self, iri: str) -> Graph:
        """The graph that the IRI leads to."""
        page = self.follow(iri)
        assert (page.status, iri) == (200, iri)
        return Graph().parse(data=page.body, format="turtle")


@pytest.fixture(scope="module", params=["direct", "nginx"])
def crawler(
    request: pytest.FixtureRequest, published: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Crawler]:
    if request.param == "direct":
        with served(published) as running, closing(Crawler(running.url)) as crawler:
            yield crawler
        return
    port = free_port()
    base = f"http://127.0.0.1:{port}/sma/graf"
    with (
        served(published, changed={"public_base": base}) as running,
        nginx_proxy(tmp_path_factory.mktemp("nginx"), port, "/sma/graf", running.url),
        closing(Crawler(base)) as crawler,
    ):
        yield crawler


def identifiers(published: Path) -> list[str]:
    """Every identifier of ours that is a term of the dump, in order."""
    lines = gzip.decompress((published / "releases/latest/trygghetsgrafen.nq.gz").read_bytes())
    found = {
        term.value
        for quad in ox.parse(lines, ox.RdfFormat.N_QUADS)
        for term in (*quad.triple, quad.graph_name)
        if isinstance(term, ox.NamedNode) and term.value.startswith(BASE)
    }
    return sorted(found)


def test_catalogue_leads_to_the_service(crawler: Crawler) -> None:
    catalogue = crawler.read(f"{BASE}catalog")
    (service,) = catalogue.subjects(RDF.type, DCAT.DataService)
    (endpoint,) = catalogue.objects(service, DCAT.endpointURL)
    (description,) = catalogue.objects(service, DCAT.endpointDescription)
    described = crawler.read(str(description))
    assert list(described.objects(None, URIRef(f"{PREFIXES['sd']}endpoint"))) == [endpoint]
    page = crawler.follow(f"{endpoint}?query=ASK%7B%3Fs%20%3Fp%20%3Fo%7D", "text/csv")
    assert (page.status, page.body) == (200, b"true")


def test_catalogue_leads_to_the_dumps(crawler: Crawler) -> None:
    catalogue = crawler.read(f"{BASE}catalog")
    found = list(catalogue.subject_objects(DCAT.downloadURL))
    assert len(found) == 6
    for distribution, url in found:
        page = crawler.follow(str(url))
        value = catalogue.value(catalogue.value(distribution, SPDX.checksum), SPDX.checksumValue)
        assert hashlib.sha256(page.body).hexdigest() == str(value)


def test_figures_lead_to_every_class_and_property(crawler: Crawler) -> None:
    void = crawler.read(f"{BASE}.well-known/void")
    dump = next(u for u in void.objects(URIRef(DATASET), VOID.dataDump) if "nq" in str(u))
    quads = list(ox.parse(gzip.decompress(crawler.follow(str(dump)).body), ox.RdfFormat.N_QUADS))
    assert len(quads) > 10_000
    terms = {*void.objects(None, VOID["class"]), *void.objects(None, VOID.property)}
    ours = sorted(str(term) for term in terms if str(term).startswith(BASE))
    assert len(ours) > 50
    for term in ours:
        described = crawler.read(term)
        assert (URIRef(term), None, None) in described


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.ending)
def test_identifiers_have_no_dead_end(crawler: Crawler, published: Path, form: object) -> None:
    assert isinstance(form, type(FORMS[0]))
    for iri in random.Random(1).sample(identifiers(published), MANY):
        page = crawler.follow(iri, form.media_type)
        assert (page.status, page.headers["content-type"].partition(";")[0]) == (
            200,
            form.media_type,
        ), iri
        if form.engine is not None:
            named = ox.NamedNode(iri)
            assert any(
                named in (quad.subject, quad.predicate, quad.object)
                for quad in ox.parse(page.body, form.engine)
            ), iri
        # an address of this server without the prefix would lead past the proxy
        for url in re.findall(rf"http://{re.escape(crawler.host)}[^\s\"<>]*", page.body.decode()):
            assert url.startswith(crawler.base), (iri, url)


def test_every_kind_is_followed(crawler: Crawler, published: Path) -> None:
    kinds: dict[str, str] = {}
    for iri in identifiers(published):
        kinds.setdefault("/".join(iri.removeprefix(BASE).split("/")[:2][:-1]), iri)
        kinds.setdefault("/".join(iri.removeprefix(BASE).split("/")[:2]), iri)
    wrong = [(iri, p.status) for iri in kinds.values() if (p := crawler.follow(iri)).status != 200]
    assert wrong == []


def test_links_of_a_page_lead_somewhere(crawler: Crawler) -> None:
    page = crawler.follow(f"{BASE}id/status/ongoing", "text/html")
    links = set(re.findall(r'(?:href|src)="([^"#]+)"', page.body.decode()))
    root = urlsplit(crawler.base).path
    ours = sorted(link for link in links if link.startswith("/"))
    assert ours
    for link in ours:
        assert link.startswith(f"{root}/"), link
    found = [crawler.follow(f"http://{crawler.host}{link.replace('&amp;', '&')}") for link in ours]
    assert {answer.status for answer in found} == {200}


def test_pages_of_a_hub_lead_through_all_of_it(crawler: Crawler) -> None:
    hub = URIRef(f"{BASE}ontology/Claim")
    url: str | None = str(hub)
    claims: set[object] = set()
    pages = 0
    while url:
        graph = crawler.read(url)
        claims |= set(graph.subjects(RDF.type, hub))
        following = list(graph.objects(None, URIRef("http://www.w3.org/ns/hydra/core#next")))
        url = str(following[0]) if following else None
        pages += 1
    query = f"SELECT(COUNT(*)AS%3Fn)%7B%3Fc%20a%20%3C{hub}%3E%7D"
    page = crawler.follow(f"{crawler.base}/sparql?query={query}", "text/csv")
    assert page.body.split() == [b"n", str(len(claims)).encode()]
    assert pages > 2
