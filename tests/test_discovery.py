"""Where machines begin: the catalogue conforms to DCAT-AP, the figures are right."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox
import pyshacl
import pytest
from flask.testing import FlaskClient
from rdflib import DCAT, RDF, VOID, Graph, Literal, URIRef
from tests.served import publish

from trygghetsgraf.dumps import canonical, nquads, trig, write_packed
from trygghetsgraf.linked.catalogue import Operator, catalogue
from trygghetsgraf.linked.counts import counts_of
from trygghetsgraf.linked.current import Current
from trygghetsgraf.linked.writing import FORMS
from trygghetsgraf.namespaces import BASE, DATASET, PREFIXES
from trygghetsgraf.releases.making import make_release
from trygghetsgraf.releases.withdrawn import Withdrawn
from trygghetsgraf.store.figures import count_all, write_figures
from trygghetsgraf.store.snapshots import Snapshots
from trygghetsgraf.terms import graph_from
from trygghetsgraf.web.linked import with_linked_data
from trygghetsgraf.web.pages import create_app

PUBLIC = "https://x.se/graf"
SHAPES = Path(__file__).parent / "data" / "dcat-ap-shapes.ttl"
PROLOGUE = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
TURTLE = """
<I/document/d> tg:statusDate "2021-11/2021-12" ; dcterms:spatial <I/area/h> .
<I/document/e> tg:statusDate "../2020-05~" .
<I/measure/m> a tg:Measure ; dcterms:spatial <I/area/x> ;
    rdfs:seeAlso <http://www.wikidata.org/entity/Q1> , <https://example.org/voc#A> .
<I/measure/n> a tg:Measure .
""".replace("<I/", f"<{BASE}id/")


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    triples = list(ox.parse((PROLOGUE + TURTLE).encode(), ox.RdfFormat.TURTLE))
    publish(tmp_path, "".join(f"{quad.triple} .\n" for quad in triples))
    graph = ox.NamedNode(f"{BASE}graph/document/d")
    quads = canonical(ox.Quad(q.subject, q.predicate, q.object, graph) for q in triples)
    built = tmp_path / "built"
    built.mkdir()
    write_packed(built / "trygghetsgrafen.nq.gz", nquads(quads))
    write_packed(built / "trygghetsgrafen.trig.gz", trig(quads))
    (built / "report.ttl").write_text("")
    (built / "statistics.json").write_text("[]")
    make_release(tmp_path, built, datetime(2026, 12, 1, tzinfo=UTC), Withdrawn())
    return with_linked_data(create_app(), tmp_path, PUBLIC).test_client()


def fetched(client: FlaskClient, path: str) -> Graph:
    return Graph().parse(data=client.get(path).data, format="turtle")


def validated(graph: Graph) -> tuple[bool, str]:
    conforms, _, text = pyshacl.validate(graph, shacl_graph=Graph().parse(SHAPES))
    return conforms, text


def test_catalogue_conforms(client: FlaskClient) -> None:
    conforms, text = validated(fetched(client, "/catalog"))
    assert conforms, text


def test_catalogue_with_a_contact_conforms(client: FlaskClient, tmp_path: Path) -> None:
    figures = counts_of(Current(Snapshots(tmp_path)).get())
    operator = Operator("Brottsförebyggarna", "https://b.example/", "graf@b.example")
    triples = list(catalogue(figures, None, datetime(2026, 1, 1, tzinfo=UTC), PUBLIC, operator))
    contact = URIRef(f"{BASE}catalog#contact")
    assert (URIRef(DATASET), DCAT.contactPoint, contact) in graph_from(triples)


@pytest.mark.parametrize(
    "removed",
    ["dcterms:title", "dcterms:publisher", "dcterms:license", "dcat:accessURL", "dcat:theme",
     "dcat:endpointURL", "foaf:name", "dcterms:temporal", "dcterms:spatial"],
)  # fmt: skip
def test_shapes_miss_what_is_removed(client: FlaskClient, removed: str) -> None:
    graph = fetched(client, "/catalog")
    prefix, _, name = removed.partition(":")
    graph.remove((None, URIRef(PREFIXES[prefix] + name), None))
    assert not validated(graph)[0]


def test_catalogue_leads_to_endpoint_and_dumps(client: FlaskClient) -> None:
    graph = fetched(client, "/catalog")
    assert set(graph.objects(None, DCAT.endpointURL)) == {URIRef(f"{PUBLIC}/sparql")}
    assert set(graph.objects(None, DCAT.downloadURL)) == {
        URIRef(f"{PUBLIC}/releases/1/{name}")
        for name in (
            "trygghetsgrafen.nq.gz",
            "trygghetsgrafen.trig.gz",
            "claims.parquet",
            "measures.parquet",
            "actors.parquet",
            "areas.parquet",
        )
    }


def test_figures(client: FlaskClient, tmp_path: Path) -> None:
    found = counts_of(Current(Snapshots(tmp_path)).get())
    assert found.model_dump() == {
        "triples": 8,
        "subjects": 4,
        "objects": 7,
        "classes": {f"{BASE}ontology/Measure": 2},
        "properties": {
            "http://purl.org/dc/terms/spatial": 2,
            "http://www.w3.org/1999/02/22-rdf-syntax-ns#type": 2,
            "http://www.w3.org/2000/01/rdf-schema#seeAlso": 2,
            f"{BASE}ontology/statusDate": 2,
        },
        "links": (
            {
                "predicate": "http://www.w3.org/2000/01/rdf-schema#seeAlso",
                "target": "http://www.wikidata.org/entity/",
                "triples": 1,
            },
            {
                "predicate": "http://www.w3.org/2000/01/rdf-schema#seeAlso",
                "target": "https://example.org/voc#",
                "triples": 1,
            },
        ),
        "earliest": "2020-05",
        "latest": "2021-12",
        "areas": (f"{BASE}id/area/h",),
    }


def test_figures_are_those_that_were_published(client: FlaskClient, tmp_path: Path) -> None:
    opened = Current(Snapshots(tmp_path)).get()
    counted = counts_of(opened)
    assert counted.subjects == 4
    published = count_all(opened.store).model_copy(update={"subjects": 9})
    write_figures(opened.folder, published)
    assert counts_of(opened) == counted
    assert counts_of(Current(Snapshots(tmp_path)).get()).subjects == 9


def test_void(client: FlaskClient) -> None:
    graph = fetched(client, "/.well-known/void")
    dataset = URIRef(DATASET)
    assert graph.value(dataset, VOID.triples) == Literal(8)
    assert graph.value(dataset, VOID.sparqlEndpoint) == URIRef(f"{PUBLIC}/sparql")
    assert set(graph.objects(dataset, VOID.dataDump)) == {
        URIRef(f"{PUBLIC}/releases/1/trygghetsgrafen.{name}.gz") for name in ("nq", "trig")
    }
    partition = graph.value(None, VOID["class"], URIRef(f"{BASE}ontology/Measure"))
    assert graph.value(partition, VOID.entities) == Literal(2)
    assert len(list(graph.subjects(RDF.type, VOID.Linkset))) == 2


@pytest.mark.parametrize("form", FORMS[1:], ids=lambda form: form.ending)
@pytest.mark.parametrize("path", ["/catalog", "/.well-known/void"])
def test_forms(client: FlaskClient, path: str, form: object) -> None:
    assert isinstance(form, type(FORMS[0]))
    response = client.get(path, headers={"Accept": form.media_type})
    assert (response.status_code, response.mimetype) == (200, form.media_type)
    assert form.engine is not None
    assert list(ox.parse(response.data, form.engine))


def test_catalogue_by_ending(client: FlaskClient) -> None:
    response = client.get("/catalog.rdf", headers={"Accept": "text/turtle"})
    assert response.mimetype == "application/rdf+xml"


def test_unchanged_description_is_not_sent_again(client: FlaskClient) -> None:
    tag = client.get("/catalog").headers["ETag"]
    assert client.get("/catalog", headers={"If-None-Match": tag}).status_code == 304
    assert client.get("/catalog", headers={"Accept": "image/png"}).status_code == 406
