"""Descriptions of things: symmetric, bounded, with claims and evidence, in pages."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pyoxigraph as ox
import pytest
from tests.served import publish

from trygghetsgraf.errors import StoreError
from trygghetsgraf.linked.current import Current
from trygghetsgraf.linked.describing import PAGE, Page, describe_page
from trygghetsgraf.linked.nearest import names, nearest
from trygghetsgraf.linked.writing import FORMS, Form, document_of, neighbours, serialize
from trygghetsgraf.namespaces import BASE, PREFIXES, short
from trygghetsgraf.store.snapshots import Snapshots

PROLOGUE = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())

#: a measure that one claim reports and another denies; its bearer is a hub in the last test
TURTLE = """
<I/measure/m> a tg:Measure ; rdfs:label "Värdar"@sv , "Hosts"@en ; tg:status <I/status/planned> .
<I/status/planned> rdfs:label "planerad"@sv ; skos:inScheme <I/scheme/status> .
<I/scheme/status> a skos:ConceptScheme .
<I/statement/s> a rdf:Statement ; rdf:subject <I/measure/m> ; rdf:predicate tg:status ;
    rdf:object <I/status/planned> .
<I/claim/c> a tg:Claim ; tg:states <I/statement/s> , <I/statement/other> ;
    tg:passage <I/passage/p> ; tg:speaker <I/actor/a> ; tg:force <I/force/commits> ;
    tg:polarity <I/polarity/negative> ; tg:validFrom "2021" .
<I/claim/relaying> tg:relays <I/claim/c> ; tg:speaker <I/actor/b> .
<I/passage/p> tg:quote "Vi ska ha värdar."@sv ; tg:inWork <I/document/d> ;
    tg:evidence <I/evidence/e> .
<I/evidence/e> oa:hasSelector <I/quote-selector/e> .
<I/quote-selector/e> oa:exact "Vi ska ha värdar." .
<I/document/d> rdfs:label "Svar"@sv ; tg:statusDate "2022" .
<I/actor/a> rdfs:label "Anna"@sv .
<I/actor/b> rdfs:label "Bo"@sv .
[] a owl:Restriction ; owl:hasValue <I/status/planned> .
""".replace("<I/", f"<{BASE}id/")


@pytest.fixture
def store() -> ox.Store:
    store = ox.Store()
    store.load((PROLOGUE + TURTLE).encode(), format=ox.RdfFormat.TURTLE)
    return store


def page_of(store: ox.Store, local: str, number: int = 1) -> Page:
    page = describe_page(store, f"{BASE}id/{local}", number)
    assert page is not None
    return page


def subjects(page: Page) -> list[str]:
    found = dict.fromkeys(short(getattr(t.subject, "value", "")) for t in page.triples)
    return list(found)


def test_description_brings_claims_and_evidence(store: ox.Store) -> None:
    assert subjects(page_of(store, "measure/m")) == [
        "measure/m",
        "claim/c",
        "claim/relaying",
        "evidence/e",
        "passage/p",
        "quote-selector/e",
        "statement/s",
    ]


def test_description_begins_with_what_the_thing_is(store: ox.Store) -> None:
    first = page_of(store, "measure/m").triples[0]
    assert str(first.predicate) == f"<{PREFIXES['rdf']}type>"


def test_description_of_a_claim_has_its_statements(store: ox.Store) -> None:
    assert "statement/s" in subjects(page_of(store, "claim/c"))


def test_description_of_a_scheme_has_its_concepts(store: ox.Store) -> None:
    assert subjects(page_of(store, "scheme/status")) == ["scheme/status", "status/planned"]


def test_blank_nodes_come_along_whole(store: ox.Store) -> None:
    blank = [
        t for t in page_of(store, "status/planned").triples if isinstance(t.subject, ox.BlankNode)
    ]
    assert len(blank) == 2


def test_what_is_only_an_object_is_described(store: ox.Store) -> None:
    assert subjects(page_of(store, "force/commits")) == ["claim/c"]


@pytest.mark.parametrize("local", ["measure/none", "measure"])
def test_no_such_thing(store: ox.Store, local: str) -> None:
    assert describe_page(store, f"{BASE}id/{local}") is None


def test_pages_of_a_hub_hold_each_triple_once(store: ox.Store) -> None:
    hub, knows = ox.NamedNode(f"{BASE}id/actor/hub"), ox.NamedNode(PREFIXES["foaf"] + "knows")
    store.extend(
        ox.Quad(ox.NamedNode(f"{BASE}id/actor/n{n}"), knows, hub) for n in range(2 * PAGE + 1)
    )
    pages = [page_of(store, "actor/hub", number) for number in (1, 2, 3)]
    assert [len(page.items) for page in pages] == [PAGE, PAGE, 1]
    assert [page.more for page in pages] == [True, True, False]
    assert len({t for page in pages for t in page.items}) == 2 * PAGE + 1
    assert [neighbours(page) for page in pages] == [
        {"next": 2},
        {"first": 1, "previous": 1, "next": 3},
        {"first": 1, "previous": 2},
    ]
    assert describe_page(store, hub.value, 4) is None


def test_graph_is_described_with_all_it_holds(store: ox.Store) -> None:
    graph = ox.NamedNode(f"{BASE}graph/said/d")
    triple = ox.Triple(graph, graph, ox.Literal("x"))
    store.add(ox.Quad(triple.subject, triple.predicate, triple.object, graph))
    page = describe_page(store, graph.value)
    assert page is not None
    assert page.triples == (triple,)


@pytest.mark.parametrize("form", FORMS[1:], ids=lambda form: form.ending)
def test_every_form_holds_the_same_triples(store: ox.Store, form: Form) -> None:
    page = page_of(store, "measure/m")
    triples = {*page.triples, *document_of(page, "https://x.se/graf")}
    data = serialize(triples, form)
    assert form.engine is not None
    assert {quad.triple for quad in ox.parse(data, form.engine)} == triples


def test_document_says_its_topic_and_that_more_follows(store: ox.Store) -> None:
    page = Page(ox.NamedNode(f"{BASE}id/a/b"), 2, True, (), ())
    assert [str(t) for t in document_of(page, "https://x.se/graf")][-3:] == [
        f"<https://x.se/graf/page/id/a/b?page=2> <{PREFIXES['hydra']}first>"
        " <https://x.se/graf/page/id/a/b>",
        f"<https://x.se/graf/page/id/a/b?page=2> <{PREFIXES['hydra']}previous>"
        " <https://x.se/graf/page/id/a/b>",
        f"<https://x.se/graf/page/id/a/b?page=2> <{PREFIXES['hydra']}next>"
        " <https://x.se/graf/page/id/a/b?page=3>",
    ]


def test_nearest_of_the_kind_then_the_key_elsewhere(store: ox.Store) -> None:
    known = names(store)
    assert nearest(known, f"{BASE}id/measure/mm") == [f"{BASE}id/measure/m"]
    assert nearest(known, f"{BASE}id/aktor/a") == [f"{BASE}id/actor/a"]
    assert nearest(known, f"{BASE}id/aktor/zzz") == []


def test_current_follows_what_is_published(tmp_path: Path) -> None:
    current = Current(Snapshots(tmp_path))
    with pytest.raises(StoreError, match="nothing has been published"):
        current.get()
    publish(tmp_path)
    first = current.get()
    assert first is current.get()
    assert first.once("size", len) == len(first.store) == 7
    publish(tmp_path, "")
    assert (current.get().number, len(current.get().store), len(first.store)) == (2, 0, 7)


def test_large_store_is_counted_while_the_figures_before_it_serve(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trygghetsgraf.linked.current._FEW", -1)
    current = Current(Snapshots(tmp_path))
    publish(tmp_path)
    assert current.get().lately("size", len) == 7
    publish(tmp_path, "")
    go = threading.Event()

    def slowly(store: ox.Store) -> int:
        assert go.wait(30)
        return len(store)

    opened = current.get()
    assert [opened.lately("size", slowly) for _ in range(2)] == [7, 7]
    assert opened.is_behind()
    go.set()
    assert opened.once("size", slowly) == opened.lately("size", slowly) == 0
    assert not opened.is_behind()
    assert opened.lately_known() == {"size": 0}


def test_store_that_changes_all_the_time_is_not_counted_all_the_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trygghetsgraf.linked.current._FEW", -1)
    monkeypatch.setattr("trygghetsgraf.linked.current._SHARE", 1e-9)
    current = Current(Snapshots(tmp_path))
    publish(tmp_path)
    assert current.get().lately("size", len) == 7
    publish(tmp_path, "")
    assert current.get().lately("size", len) == 7
    time.sleep(0.05)
    assert current.get().is_behind()


def test_snapshot_in_use_is_not_deleted(tmp_path: Path) -> None:
    snapshots = Snapshots(tmp_path)
    publish(tmp_path)
    opened = Current(snapshots).get()
    for _ in range(3):
        publish(tmp_path, "")
    assert snapshots.prune(0, keep_at_least=1) == [2, 3]
    assert len(opened.store) == 7
    del opened
    assert snapshots.prune(0, keep_at_least=1) == [1]
