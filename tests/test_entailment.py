"""What follows under OWL 2 RL from the ontology, and what must not."""

from __future__ import annotations

from functools import cache

import pytest
import reasonable
from rdflib import OWL, RDF, RDFS, Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import NamespaceManager
from rdflib.term import Identifier, Node
from tests.shipped import ROOT, documents, ontology, plain, reference, said

from trygghetsgraf.errors import InputError
from trygghetsgraf.inference import about, entailments, logical_part
from trygghetsgraf.namespaces import ID, PREFIXES, TG
from trygghetsgraf.ontology import load_turtle

DOCUMENTS = sorted(path.stem for path in (ROOT / "data" / "facts").glob("*.yaml"))
SPACES = "actor area decision document event kind matter measure membership outcome problem \
proposal status"
HEAD = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())
HEAD += "".join(f"@prefix {space}: <{ID}{space}/> .\n" for space in SPACES.split())
NAMES = NamespaceManager(Graph(bind_namespaces="none"))
for prefix, iri in [*PREFIXES.items(), *((space, f"{ID}{space}/") for space in SPACES.split())]:
    NAMES.bind(prefix, iri)


@cache
def terms() -> Graph:
    return logical_part(ontology().terms)


@cache
def closed() -> Graph:
    """Vocabularies and reference data with what follows from them, as the build has them."""
    everything = logical_part(ontology().terms, ontology().vocabulary, reference())
    return logical_part(ontology().vocabulary, reference()) + entailments(everything, Graph())


def short(triple: tuple[Node, ...]) -> str:
    text = " ".join(node.n3(NAMES) for node in triple if isinstance(node, Identifier))
    return text.replace("rdf:type", "a")


def following(turtle: str) -> list[str]:
    """What follows from a few triples and the ontology alone, one short text per triple."""
    return sorted(map(short, entailments(Graph().parse(data=HEAD + turtle), terms())))


def test_two_statuses_do_not_make_one_status() -> None:
    turtle = "measure:a a tg:Measure ; tg:status status:proposed , status:rejected ."
    assert following(turtle) == [
        "measure:a a tg:Activity",
        "status:proposed a skos:Concept",
        "status:proposed a tg:Status",
        "status:rejected a skos:Concept",
        "status:rejected a tg:Status",
    ]


def test_what_is_done_is_carried_out() -> None:
    keys = sorted(
        str(each).removeprefix(f"{ID}status/")
        for each in ontology().vocabulary.subjects(RDF.type, TG.Status)
    )
    turtle = "".join(f"measure:m-{key} a tg:Measure ; tg:status status:{key} .\n" for key in keys)
    found = [line for line in following(turtle) if line.endswith("a tg:CarriedOut")]
    assert found == [
        "measure:m-completed a tg:CarriedOut",
        "measure:m-ended a tg:CarriedOut",
        "measure:m-on-trial a tg:CarriedOut",
        "measure:m-ongoing a tg:CarriedOut",
    ]


def test_a_decision_is_no_measure() -> None:
    turtle = """
        decision:d a tg:Decision ; tg:concerns measure:m , document:w , matter:x ;
            tg:decidingBody actor:namnd ; tg:outcome outcome:approved ; tg:during "2024" ;
            tg:purpose "trygghet"@sv ; tg:handledBy actor:forvaltning ."""
    assert following(turtle) == [
        "actor:forvaltning a foaf:Agent",
        "actor:forvaltning a tg:Actor",
        "actor:namnd a foaf:Agent",
        "actor:namnd a tg:Actor",
        "decision:d a eli-dl:Decision",
        "decision:d eli-dl:decision_outcome outcome:approved",
        "decision:d eli-dl:had_responsible_organization actor:namnd",
        "outcome:approved a skos:Concept",
        "outcome:approved a tg:Outcome",
    ]


def test_a_kind_is_no_measure() -> None:
    turtle = """
        kind:kamera a skos:Concept , tg:MeasureKind ; tg:aimsAgainst kind:droghandel ;
            tg:assessedAs kind:bra ; tg:needs kind:pengar ; tg:leadsTo kind:trygghet ;
            tg:definedAs "kameror"@sv ."""
    assert [line for line in following(turtle) if line.startswith("kind:kamera")] == []


def test_an_event_and_a_problem_are_no_measures() -> None:
    turtle = """
        event:mote a tg:Event ; tg:status status:completed ; tg:topic kind:x ; tg:about kind:x ;
            tg:informant actor:polisen ; tg:place area:centrum ; tg:causedBy event:dad .
        problem:p a tg:Problem ; tg:place area:centrum ; tg:hampers measure:m ;
            tg:affects actor:alla ; tg:causedBy measure:m ; tg:possiblySameAs problem:q ."""
    mine = [line for line in following(turtle) if line.startswith(("event:mote a", "problem:p a"))]
    assert mine == ["event:mote a tg:Activity", "event:mote a tg:CarriedOut"]


def test_membership_leads_to_the_organisation() -> None:
    turtle = """
        membership:m a tg:Membership ; tg:member actor:anna ; tg:memberOrganisation actor:namnd ."""
    assert following(turtle) == [
        "actor:anna a foaf:Agent",
        "actor:anna a tg:Actor",
        "actor:anna org:memberOf actor:namnd",
        "actor:anna tg:hasMembership membership:m",
        "actor:anna tg:memberOf actor:namnd",
        "actor:namnd a foaf:Agent",
        "actor:namnd a tg:Actor",
        "membership:m a org:Membership",
        "membership:m org:member actor:anna",
        "membership:m org:organization actor:namnd",
    ]


def test_who_signs_for_a_party_commits_the_party() -> None:
    turtle = """
        document:d a tg:Agreement ; tg:signedBy actor:anna .
        actor:anna tg:inNameOf actor:partiet ."""
    assert "document:d tg:agreedBy actor:partiet" in following(turtle)
    assert "document:d tg:agreedBy actor:anna" not in following(turtle)


def test_a_place_lies_in_all_that_it_lies_in() -> None:
    turtle = "area:a tg:within area:b . area:b tg:within area:c ."
    assert "area:a tg:within area:c" in following(turtle)
    assert "area:a geo:sfWithin area:c" in following(turtle)


@pytest.mark.parametrize(
    "turtle",
    [
        "decision:x a tg:Decision , tg:Proposal .",
        "decision:x a tg:Decision , tg:Measure .",
        "event:x a tg:Event , tg:Measure .",
        "event:x a tg:Training , tg:Event .",
        "actor:x a tg:Municipality , tg:AdministrativeArea .",
        "measure:x a tg:Measure , tg:Document .",
        "kind:x a skos:Concept , tg:Measure .",
        "document:x a tg:Document . measure:m tg:responsibleActor document:x .",
        "actor:x a tg:Municipality . measure:m tg:place actor:x .",
        "proposal:x a tg:Proposal ; tg:decidingBody actor:namnd .",
        "kind:x a skos:Concept . kind:x tg:responsibleActor actor:polisen .",
        # what goes on is an activity, so a problem has no such status
        "problem:x a tg:Problem ; tg:status status:ongoing .",
    ],
)
def test_what_nothing_can_be_at_once_is_refused(turtle: str) -> None:
    with pytest.raises(InputError, match="contradict the ontology"):
        following(turtle)


def domain_triples(found: Graph, given: Graph) -> set[str]:
    """The new links of things of ours and their classes, without what holds of anything."""
    return {
        short((subject, predicate, obj))
        for subject, predicate, obj in found
        if str(subject).startswith(str(ID))
        and isinstance(obj, URIRef)
        and obj not in (subject, OWL.Thing, RDFS.Resource)
        and (subject, predicate, obj) not in given
    }


def faster(given: Graph) -> set[str]:
    """The domain triples by ``reasonable``, which knows all that we use but property chains."""
    chains = [
        (chain, Collection(terms(), members))
        for chain, members in terms().subject_objects(OWL.propertyChainAxiom)
    ]
    known = given
    added = True
    while added:
        reasoner = reasonable.PyReasoner()
        reasoner.from_graph(known)
        known = Graph()
        known += reasoner.reason()
        added = False
        for chain, (first, second) in chains:
            for start, middle in known.subject_objects(first):
                for end in known.objects(middle, second):
                    added = added or (start, chain, end) not in known
                    known.add((start, chain, end))
    return domain_triples(known, given)


@pytest.mark.slow
def test_a_faster_reasoner_agrees_on_vocabularies_and_reference_data() -> None:
    given = logical_part(ontology().terms, ontology().vocabulary, reference())
    assert faster(given) == domain_triples(entailments(given, Graph()), given)


@pytest.mark.slow
@pytest.mark.parametrize("key", DOCUMENTS)
def test_a_faster_reasoner_agrees_on_a_document(key: str) -> None:
    facts = logical_part(plain(key))
    background = about(facts, closed(), terms())
    given = facts + background
    assert faster(given) == domain_triples(entailments(facts, background), given)


@pytest.mark.slow
@pytest.mark.parametrize("key", DOCUMENTS)
def test_domains_and_ranges_only_confirm_what_a_thing_is(key: str) -> None:
    """Nothing gets a class that its own classes are not below, neither here nor in what is said."""
    facts = logical_part(plain(key), said(key))
    found = entailments(facts, about(facts, closed(), terms()))
    wrong = []
    for thing, kind in found.subject_objects(RDF.type):
        own = {*facts.objects(thing, RDF.type), *closed().objects(thing, RDF.type)}
        above = {up for each in own for up in terms().transitive_objects(each, RDFS.subClassOf)}
        if kind not in above and kind != TG.CarriedOut:
            wrong.append(short((thing, RDF.type, kind)))
    assert sorted(wrong) == []


@pytest.mark.slow
def test_merging_with_the_reused_vocabularies_makes_no_contradiction_and_no_false_class() -> None:
    neighbours = load_turtle([ROOT / "tests" / "data" / "neighbours.ttl"])
    graphs = [graph for each in documents().values() for graph in each.values()]
    facts = logical_part(*graphs)
    background = about(facts, closed(), terms() + neighbours)
    found = entailments(facts, background)
    hierarchy = terms() + neighbours
    news = set()
    for thing, kind in found.subject_objects(RDF.type):
        own = {*facts.objects(thing, RDF.type), *closed().objects(thing, RDF.type)}
        above = {up for each in own for up in hierarchy.transitive_objects(each, RDFS.subClassOf)}
        above |= {same for up in above for same in hierarchy.objects(up, OWL.equivalentClass)}
        if own and kind not in above and not str(kind).startswith(str(TG)):
            news.add(f"{' '.join(sorted(short((each,)) for each in own))} → {short((kind,))}")
    # all true: what classifies a work or a membership, and a group that others are members of
    assert sorted(news) == [
        "skos:Concept tg:DocumentKind → eli:WorkType",
        "skos:Concept tg:Role → org:Role",
        "tg:ActorGroup → foaf:Organization",
        "tg:ActorGroup → org:Organization",
    ]
