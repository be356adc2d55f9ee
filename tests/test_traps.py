"""Where a hasty reading of the documents goes wrong, asked of the published graph.

Each expectation is from the documents; the text and line it stands on is named beside it.
"""

from __future__ import annotations

from typing import cast

import pyoxigraph as ox

PROLOGUE = """
PREFIX tg: <https://w3id.org/trygghetsgrafen/ontology/>
PREFIX id: <https://w3id.org/trygghetsgrafen/id/>
PREFIX doc: <https://w3id.org/trygghetsgrafen/id/document/>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
"""
ID = "https://w3id.org/trygghetsgrafen/id/"
ANSWER = "huddinge-interpellationssvar-flemingsberg"
STATEMENT = "hagersten-alvsjo-tjansteutlatande-trygghet"
AGREEMENT = "haninge-overenskommelse-trygghetskommissionen"


def rows(store: ox.Store, query: str) -> set[tuple[str, ...]]:
    """The solutions of a query, as a set, IRIs of things without their base."""
    found = cast("ox.QuerySolutions", store.query(PROLOGUE + query))
    return {tuple(cell.value.removeprefix(ID) for cell in row if cell is not None) for row in found}


def yes(store: ox.Store, query: str) -> bool:
    return bool(store.query(PROLOGUE + query))


def test_no_document_holds_a_decision(store: ox.Store) -> None:
    # 003:13-15 is a proposed decision; the other texts propose, agree and report
    assert rows(store, "SELECT ?d { ?d a tg:Decision }") == set()
    assert rows(
        store,
        "SELECT ?w { ?p a tg:Proposal . ?c tg:states/rdf:subject ?p ; tg:passage/tg:inWork ?w }",
    ) == {(f"document/{STATEMENT}",)}


def test_budget_proposals_are_only_said(store: ox.Store) -> None:
    # 001:93-94 fifteen million, 002:21 ten million
    query = "SELECT DISTINCT ?amount { %s ?f tg:amount ?amount %s }"
    assert rows(store, query % ("", "")) == set()
    assert rows(store, query % ("GRAPH ?g {", "} FILTER CONTAINS(STR(?g), '/said/')")) == {
        ("15000000",),
        ("10000000",),
    }
    assert rows(
        store,
        "SELECT DISTINCT ?status { GRAPH ?g { ?m tg:funding ?f . "
        "?f tg:amount ?a } ?m tg:status ?status }",
    ) == {("status/proposed",)}


def test_second_hand_claims_keep_both_speakers(store: ox.Store) -> None:
    # 001:1-4 the title says what the interpellation says; 001:42-43 the local police in
    # Svenska Dagbladet, passed on by the politician;
    # 004:13 the police and the security coordinator, passed on by the commission
    assert rows(
        store,
        """SELECT DISTINCT ?outer ?inner { ?a tg:relays ?b ; tg:speaker ?outer .
        ?b tg:speaker ?inner . ?a tg:passage/tg:inWork ?w
        FILTER(?w IN (doc:huddinge-interpellationssvar-flemingsberg,
                      doc:haninge-overenskommelse-trygghetskommissionen)) }""",
    ) == {
        ("actor/dronjak", "actor/heelge-vikmang"),
        ("actor/dronjak", "actor/lenefors"),
        ("actor/dronjak", "actor/lokalpolisen-huddinge"),
        ("actor/trygghetskommissionen-haninge", "actor/polisen"),
        ("actor/trygghetskommissionen-haninge", "actor/sakerhetssamordnare-haninge"),
    }
    # neither the six officers nor the denial is a plain fact
    assert not yes(store, "ASK { ?q tg:counts id:topic\\/omradespolis ; tg:value ?v }")
    assert yes(
        store,
        "ASK { ?c tg:saidIn ?article ; tg:polarity id:polarity\\/negative . "
        "?article a tg:NewsArticle }",
    )


def test_question_and_answer_name_different_areas(store: ox.Store) -> None:
    # 001:6-7 Flemingsberg in the question, 001:22-23 Grantorp/Visättra in the answer
    assert rows(
        store,
        """SELECT ?area ?speaker { ?c tg:speaker ?speaker ; tg:states ?s .
        ?s rdf:predicate tg:designatedArea ; rdf:object ?area .
        FILTER(?area IN (id:area\\/flemingsberg, id:area\\/grantorp-visattra)) }""",
    ) == {
        ("area/flemingsberg", "actor/heelge-vikmang"),
        ("area/flemingsberg", "actor/lenefors"),
        ("area/grantorp-visattra", "actor/dronjak"),
    }


def test_central_huddinge_is_not_the_municipality(store: ox.Store) -> None:
    # 001:89-90 and 001:113-115
    found = rows(store, "SELECT ?m { ?m tg:place id:area\\/centrala-huddinge }")
    assert len(found) == 2
    assert yes(store, "ASK { id:area\\/centrala-huddinge tg:within id:area\\/huddinge }")


def test_administrations_of_the_same_name_are_two(store: ox.Store) -> None:
    # 001:130 and 004:13
    assert rows(
        store,
        """SELECT ?a ?m { ?a a tg:Administration ; tg:unitOf ?m ; rdfs:label ?l
        FILTER(STRSTARTS(?l, "Kultur- och fritidsförvaltningen")) ?m a tg:Municipality }""",
    ) == {
        ("actor/kff-huddinge", "actor/huddinge"),
        ("actor/kff-haninge", "actor/haninge"),
    }


def test_stand_up_paddle_board_is_one_activity(store: ox.Store) -> None:
    # 003:79
    assert rows(store, "SELECT ?k { ?m tg:exampleKind id:kind\\/sup , ?k }") == {
        (f"kind/{key}",)
        for key in (
            "sup",
            "beachhang",
            "volleyboll",
            "badminton",
            "grillning",
            "tjejgrupp",
            "malning",
            "frisbeegolf",
        )
    }


def test_host_of_the_coordinator_changed(store: ox.Store) -> None:
    # 001:26-32
    query = """SELECT ?who ?tense { ?s rdf:subject id:measure\\/operativ-samordnare ;
        rdf:predicate tg:responsibleActor ; rdf:object ?who .
        ?c tg:states ?s ; tg:tense ?tense }"""
    assert rows(store, query) == {
        ("actor/ksf-huddinge", "tense/former"),
        ("actor/samverkan-huddinge", "tense/present"),
    }
    assert rows(
        store, "SELECT ?who { id:measure\\/operativ-samordnare tg:responsibleActor ?who }"
    ) == {("actor/samverkan-huddinge",)}


def test_lighting_is_classed_in_two_ways(store: ox.Store) -> None:
    # 002:21 and 003:41 situational, 004:41 safety-creating
    assert rows(
        store,
        """SELECT ?work ?approach { ?s rdf:subject id:kind\\/belysning ;
        rdf:predicate tg:approach ; rdf:object ?approach .
        ?c tg:states ?s ; tg:passage/tg:inWork ?work }""",
    ) == {
        ("document/huddinge-protokollsanteckning-avhopparverksamhet", "approach/situational"),
        (f"document/{STATEMENT}", "approach/situational"),
        (f"document/{AGREEMENT}", "approach/safety-creating"),
    }


def test_what_is_to_be_looked_into_is_not_decided(store: ox.Store) -> None:
    # 004:69 "Undersöka möjligheten", 001:54 "undersöker möjligheten"
    assert rows(
        store,
        "SELECT ?m ?s { VALUES ?m { id:measure\\/avhopparverksamhet-haninge "
        "id:measure\\/sluta-skjut-huddinge } ?m tg:status ?s }",
    ) == {
        ("measure/avhopparverksamhet-haninge", "status/proposed"),
        ("measure/sluta-skjut-huddinge", "status/under-investigation"),
    }


def test_a_statement_is_not_a_signature(store: ox.Store) -> None:
    # 003:27 the four parties wrote the request; the Christian Democrats made a statement
    assert rows(store, """SELECT ?party { ?d a tg:WrittenRequest ; tg:submittedBy ?party }""") == {
        (f"actor/{party}-hagersten-alvsjo",) for party in ("m", "c", "l", "sd")
    }
    assert rows(store, "SELECT ?party { ?d a tg:SubstituteStatement ; tg:submittedBy ?party }") == {
        ("actor/kd-hagersten-alvsjo",)
    }
    # 004:96-118 seven parties, each through its representative
    assert rows(store, f"SELECT ?party {{ <{ID}document/{AGREEMENT}> tg:agreedBy ?party }}") == {
        (f"actor/{party}-haninge",) for party in ("s", "m", "sd", "v", "l", "c", "kd")
    }


def test_fifteen_items(store: ox.Store) -> None:
    # 004:9 announces fifteen, 004:11-93 names them
    query = (
        f"""SELECT DISTINCT ?n {{ ?p tg:inWork <{ID}document/{AGREEMENT}> ; tg:listNumber ?n }}"""
    )
    assert rows(store, query) == {(str(number),) for number in range(1, 16)}


def test_annexes_are_not_here(store: ox.Store) -> None:
    # 003:23, 003:79 and 003:105-106
    assert rows(
        store,
        "SELECT ?held (COUNT(DISTINCT ?a) AS ?n) { ?a a tg:Annex ; tg:held ?held } GROUP BY ?held",
    ) == {("false", "2")}


def test_undated_documents_have_bounds(store: ox.Store) -> None:
    assert rows(
        store,
        """SELECT ?d ?latest { ?d tg:latestDate ?latest
        FILTER NOT EXISTS { ?d <http://data.europa.eu/eli/ontology#date_document> ?day } }""",
    ) == {
        (f"document/{ANSWER}", "2021-12-31"),
        (f"document/{AGREEMENT}", "2020-05-31"),
    }


def test_sentence_broken_by_a_page_is_one_quote(store: ox.Store) -> None:
    # 003:59-61
    assert yes(store, 'ASK { ?p tg:quote ?q FILTER CONTAINS(?q, "spontanfotboll i Solberga") }')


def test_no_telephone_number_anywhere(store: ox.Store) -> None:
    # 003:5
    assert not yes(store, 'ASK { GRAPH ?g { ?s ?p ?o FILTER REGEX(STR(?o), "508[ -]?23") } }')
