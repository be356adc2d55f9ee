"""A small graph and three saved queries about it, for the tests of saved queries."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox

from trygghetsgraf.saved.catalogue import Catalogue, load_catalogue
from trygghetsgraf.saved.evaluation import LocalEvaluator
from trygghetsgraf.saved.running import Runner

GRAPH = """
@prefix tg: <https://w3id.org/trygghetsgrafen/ontology/> .
@prefix area: <https://w3id.org/trygghetsgrafen/id/area/> .
@prefix actor: <https://w3id.org/trygghetsgrafen/id/actor/> .
@prefix kind: <https://w3id.org/trygghetsgrafen/id/kind/> .
@prefix measure: <https://w3id.org/trygghetsgrafen/id/measure/> .
@prefix scheme: <https://w3id.org/trygghetsgrafen/id/scheme/> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

area:tallbro a tg:Area ; rdfs:label "Tallbro"@sv , "Pinebridge"@en ; tg:areaCode "9001" ;
  geo:asWKT "POINT(17.25 59.5)"^^geo:wktLiteral .
area:alsjo a tg:Area ; rdfs:label "Älsjö"@sv ; tg:areaCode "9002" .
area:berga-nord a tg:Area ; rdfs:label "Berga"@sv .
area:berga-syd a tg:Area ; rdfs:label "Berga"@sv .
actor:tallbro a tg:Actor ; rdfs:label "Tallbro kommun"@sv ; tg:governs area:tallbro .
actor:granpartiet a tg:Actor ; rdfs:label "Granpartiet"@sv ; skos:altLabel "(G)" ;
  tg:partyLetter "G" .
kind:kamera skos:inScheme scheme:kind ; skos:prefLabel "kamera"@sv , "camera"@en ;
  skos:altLabel "kameraövervakning"@sv .
measure:a rdfs:label "Kameror \\"på\\" torget; =1+1"@sv ; tg:place area:tallbro ;
  tg:kind kind:kamera ; tg:value 40 ; tg:amount 1.5 .
measure:b rdfs:label "Kameror i Älsjö"@sv ; tg:place area:alsjo ; tg:kind kind:kamera .
"""

MEASURES = """\
#+ summary: Measures of one kind
#+ title: {sv: Åtgärder av ett slag, en: Measures of one kind}
#+ description: {sv: Åtgärder med plats., en: Measures with their place.}
#+ tags: [measures, places]
#+ parameters:
#+   slag: {type: iri, scheme: kind, sv: slag av åtgärd, en: kind of measure}
#+   plats: {type: iri, among: Area, optional: "true", sv: plats, en: place}
#+   lang: {type: string, sv: namnens språk, en: language of the names}
#+ defaults:
#+ - lang: sv
#+ enumerate:
#+ - lang: [sv, en]
#+ columns:
#+   measure: {sv: åtgärden, en: the measure}
#+   name: {sv: dess namn, en: its name}
#+   number: {sv: antal, en: number, unit: st}
#+   amount: {sv: belopp, en: amount, unit: mnkr}
#+   where: {sv: läge, en: position, geometry: "true"}
#+ example: {slag: kamera}

PREFIX geo: <http://www.opengis.net/ont/geosparql#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX tg: <https://w3id.org/trygghetsgrafen/ontology/>

SELECT ?measure ?name ?number ?amount ?where WHERE {
  BIND(?__plats_iri AS ?wanted)
  ?measure tg:kind ?_slag_iri ; tg:place ?place ; rdfs:label ?name .
  FILTER(LANG(?name) = ?_lang)  # ?_slag_iri in a comment stays
  FILTER(!BOUND(?wanted) || ?place = ?wanted)
  OPTIONAL { ?measure tg:value ?number }
  OPTIONAL { ?measure tg:amount ?amount }
  OPTIONAL { ?place geo:asWKT ?where }
}
ORDER BY ?measure
"""

PLACES = """\
#+ summary: Places with measures
#+ title: {sv: Platser med åtgärder, en: Places with measures}
#+ description: {sv: Platser där något görs., en: Places where something is done.}
#+ tags: [places]
#+ columns:
#+   place: {sv: platsen, en: the place}

PREFIX tg: <https://w3id.org/trygghetsgrafen/ontology/>

SELECT DISTINCT ?place WHERE { ?measure tg:place ?place } ORDER BY ?place
"""

AROUND = """\
#+ summary: What is said of a place with measures
#+ title: {sv: Om en plats, en: About a place}
#+ description: {sv: Allt om en plats., en: All about a place.}
#+ tags: [places]
#+ parameters:
#+   plats: {type: iri, query: places, sv: plats, en: place}
#+ example: {plats: Tallbro}

CONSTRUCT { ?_plats_iri ?p ?o } WHERE { ?_plats_iri ?p ?o }
"""

QUERIES = {"measures": MEASURES, "places": PLACES, "around": AROUND}


def write_queries(folder: Path) -> Path:
    """The folder, holding the saved queries."""
    folder.mkdir()
    for name, text in QUERIES.items():
        (folder / f"{name}.rq").write_text(text)
    return folder


def catalogue(folder: Path) -> Catalogue:
    """The saved queries, read."""
    return load_catalogue(write_queries(folder / "queries"))


def store() -> ox.Store:
    """The graph."""
    graph = ox.Store()
    graph.load(GRAPH.encode(), format=ox.RdfFormat.TURTLE)
    return graph


def graph_as_quads() -> str:
    """The graph as N-Quads, all in the default graph."""
    written = store().dump(format=ox.RdfFormat.N_QUADS)
    return (written or b"").decode()


def runner(folder: Path) -> Runner:
    """Runs the saved queries on the graph."""
    return Runner(catalogue(folder), LocalEvaluator(store(), "1"))
