"""The SKOS vocabularies in data/vocab: whole, unambiguous, and in the documents' own words."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from rdflib import Graph, Literal, Node, URIRef
from rdflib.namespace import DCTERMS, RDF, SKOS

from trygghetsgraf.namespaces import ID, TG, is_key

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted((ROOT / "data" / "vocab").glob("*.ttl"))
LANGUAGES = {"sv", "en"}
CC0 = URIRef("https://creativecommons.org/publicdomain/zero/1.0/")
LABELS = (SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel)

#: file → class of its concepts
CLASSES = {
    "actor-kind": TG.ActorKind,
    "approach": TG.Approach,
    "area-kind": TG.AreaKind,
    "certainty": TG.Certainty,
    "change-kind": TG.ChangeKind,
    "currency": TG.Currency,
    "designation-kind": TG.DesignationKind,
    "document-kind": TG.DocumentKind,
    "event-kind": TG.EventKind,
    "force": TG.Force,
    "funding-change": TG.FundingChange,
    "judgement": TG.Judgement,
    "kind": TG.MeasureKind,
    "level": TG.Level,
    "outcome": TG.Outcome,
    "polarity": TG.Polarity,
    "precision": TG.Precision,
    "quantity-role": TG.QuantityRole,
    "role": TG.Role,
    "status": TG.Status,
    "strategy": TG.Strategy,
    "target": TG.TargetGroup,
    "tense": TG.Tense,
    "topic": TG.Topic,
    "unit": TG.Unit,
}

#: code lists that the model names in full
CODES = {
    "approach": "situational social safety-creating",
    "certainty": "plain possible presupposed",
    "force": "asks decides wants commits defines judges states",
    "level": "primary secondary tertiary",
    "polarity": "positive negative",
    "precision": "exactly about almost at-least at-most some",
    "status": "proposed agreed under-investigation decided planned on-trial ongoing completed "
    "ended rejected",
    "strategy": "increase-effort increase-risk reduce-rewards reduce-provocations remove-excuses",
    "tense": "present former",
}

#: alternative labels of kinds that no document has: the words that people search with where
#: the text has an inflection, a longer form or an older word
SEARCH_WORDS = {
    "idéburet offentligt partnerskap",
    "IOP",
    "kamerabevakning",
    "motiverande samtal",
    "nattvandringsgrupp",
    "orosanmälan",
    "skolsocialt team",
    "social insatsgrupp",
    "trygghetskamera",
    "uppföljning",
    "vuxennärvaro",
}

#: tests/data/spellings.tsv: spelling, as a document has it → the concept that it must lead to
SPELLINGS = dict(
    line.split("\t")
    for line in (ROOT / "tests" / "data" / "spellings.tsv")
    .read_text(encoding="utf-8")
    .splitlines()[1:]
)

per_file = pytest.mark.parametrize("path", FILES, ids=[path.name for path in FILES])


@cache
def parsed(path: Path) -> Graph:
    return Graph().parse(path)


def concepts(path: Path) -> list[Node]:
    return sorted(parsed(path).subjects(RDF.type, SKOS.Concept), key=str)


def name(node: Node) -> str:
    """A concept as a reader of the file knows it: kind/kamera."""
    return str(node).removeprefix(str(ID))


def complain(path: Path, faults: list[str], mend: str) -> None:
    lines = "".join(f"\n  {fault}" for fault in faults)
    assert not faults, f"data/vocab/{path.name}:{lines}\n{mend}"


@cache
def documents() -> str:
    """All documents as one lower-case text on one line, with straight quotation marks."""
    texts = [
        path.read_text(encoding="utf-8")
        for path in sorted((ROOT / "data" / "documents").glob("*.txt"))
    ]
    assert texts, "data/documents holds no text: put the documents back"
    return re.sub(r"\s+", " ", " ".join(texts)).lower().replace("’", "'")


def in_documents(label: str) -> bool:
    """Whether the label stands in a document, at the beginning of a word."""
    return re.search(rf"(?<!\w){re.escape(label.lower())}", documents()) is not None


def labels(graph: Graph, concept: Node) -> Iterator[Literal]:
    for predicate in LABELS:
        for label in graph.objects(concept, predicate):
            assert isinstance(label, Literal)
            yield label


def languages(graph: Graph, node: Node, predicate: URIRef) -> Counter[str | None]:
    """How many values a node has in each language."""
    values = graph.objects(node, predicate)
    return Counter(value.language if isinstance(value, Literal) else None for value in values)


def test_every_vocabulary_has_its_file() -> None:
    assert [path.stem for path in FILES] == sorted(CLASSES), (
        "data/vocab and CLASSES in this test differ: add the file or the line that is missing"
    )


@per_file
def test_scheme_is_described(path: Path) -> None:
    graph, scheme = parsed(path), ID[f"scheme/{path.stem}"]
    assert set(graph.subjects(RDF.type, SKOS.ConceptScheme)) == {scheme}, (
        f"data/vocab/{path.name}: its one scheme must be {scheme}"
    )
    faults = [
        f"{predicate.n3(graph.namespace_manager)} {dict(found)}"
        for predicate in (DCTERMS.title, SKOS.prefLabel, DCTERMS.description)
        if (found := languages(graph, scheme, predicate)) != dict.fromkeys(LANGUAGES, 1)
    ]
    complain(path, faults, "Give the scheme each of them once in Swedish and once in English.")
    assert graph.value(scheme, DCTERMS.license) == CC0, f"data/vocab/{path.name}: licence is CC0"


@per_file
def test_keys_are_well_formed(path: Path) -> None:
    prefix = str(ID[f"{path.stem}/"])
    faults = [
        str(node)
        for node in concepts(path)
        if not (str(node).startswith(prefix) and is_key(str(node).removeprefix(prefix)))
    ]
    complain(path, faults, f"Write {path.stem}: and lower-case ASCII letters, digits, hyphens.")


@per_file
def test_concepts_have_class_and_scheme(path: Path) -> None:
    graph, scheme = parsed(path), ID[f"scheme/{path.stem}"]
    faults = [
        name(node)
        for node in sorted(set(graph.subjects()) - {scheme}, key=str)
        if set(graph.objects(node, RDF.type)) != {SKOS.Concept, CLASSES[path.stem]}
        or set(graph.objects(node, SKOS.inScheme)) != {scheme}
    ]
    mend = f"Each needs exactly: a skos:Concept , {name(CLASSES[path.stem])} ; skos:inScheme …"
    complain(path, faults, mend)


@per_file
def test_labels_and_definitions_once_per_language(path: Path) -> None:
    graph = parsed(path)
    faults = [
        f"{name(node)}: {predicate.n3(graph.namespace_manager)} {dict(counts)}"
        for node in concepts(path)
        for predicate in (SKOS.prefLabel, SKOS.definition)
        if (counts := languages(graph, node, predicate)) != dict.fromkeys(LANGUAGES, 1)
    ]
    complain(path, faults, "Give it once in Swedish and once in English.")


@per_file
def test_definitions_are_sentences(path: Path) -> None:
    graph = parsed(path)
    faults = [
        f"{name(node)}: {text}"
        for node in concepts(path)
        for text in graph.objects(node, SKOS.definition)
        if not re.fullmatch(r"[A-ZÅÄÖ][^\n]{10,}[^.\s]\.", str(text))
    ]
    complain(path, faults, "Write one sentence with a capital letter and a full stop.")


@per_file
def test_no_label_leads_to_two_concepts(path: Path) -> None:
    graph = parsed(path)
    leads: defaultdict[tuple[str | None, str], list[str]] = defaultdict(list)
    for node in concepts(path):
        for label in labels(graph, node):
            leads[label.language, label.lower()].append(name(node))
    faults = [
        f'"{label}"@{language}: {", ".join(nodes)}'
        for (language, label), nodes in leads.items()
        if len(nodes) > 1
    ]
    complain(path, faults, "Keep the label at one concept, once, whatever its capitals.")


@per_file
def test_labels_are_trimmed(path: Path) -> None:
    graph = parsed(path)
    faults = [
        f"{name(node)}: {label!r}"
        for node in concepts(path)
        for label in labels(graph, node)
        if label.language not in LANGUAGES or str(label) != " ".join(label.split())
    ]
    complain(path, faults, "Give the label a language, sv or en, and single blanks only.")


@per_file
def test_one_way_to_one_top(path: Path) -> None:
    graph, scheme = parsed(path), ID[f"scheme/{path.stem}"]
    known = set(concepts(path))
    faults = []
    for node in concepts(path):
        broader = list(graph.objects(node, SKOS.broader))
        is_top = (node, SKOS.topConceptOf, scheme) in graph
        if len(broader) + is_top != 1:
            faults.append(f"{name(node)}: {len(broader)} skos:broader, top concept: {is_top}")
        faults += [
            f"{name(node)}: no {name(other)} here" for other in broader if other not in known
        ]
        above = list(graph.transitive_objects(node, SKOS.broader))[1:]
        if any((other, SKOS.broader, node) in graph for other in above):
            faults.append(f"{name(node)}: is broader than itself")
        if len(above) > 3:
            faults.append(f"{name(node)}: has {len(above)} levels above it, three are enough")
    complain(path, faults, "Give each one skos:broader, or skos:topConceptOf, and no circle.")


@per_file
def test_relations_stay_in_the_scheme_and_go_both_ways(path: Path) -> None:
    graph = parsed(path)
    faults = [
        f"{name(a)} – {name(b)}"
        for a, b in graph.subject_objects(SKOS.related)
        if (b, SKOS.related, a) not in graph
        or b in graph.transitive_objects(a, SKOS.broader)
        or a in graph.transitive_objects(b, SKOS.broader)
    ]
    mend = "Write skos:related from both, and never beside skos:broader (SKOS, S27)."
    complain(path, faults, mend)


@per_file
def test_misspellings_come_from_the_documents(path: Path) -> None:
    graph = parsed(path)
    faults = [
        f"{name(node)}: {label}"
        for node, label in graph.subject_objects(SKOS.hiddenLabel)
        if not in_documents(str(label))
    ]
    complain(path, faults, "Only a misspelling that a document has is a skos:hiddenLabel.")


@pytest.mark.parametrize("scheme", sorted(CODES))
def test_code_list_is_complete(scheme: str) -> None:
    path = ROOT / "data" / "vocab" / f"{scheme}.ttl"
    assert {name(node) for node in concepts(path)} == {
        f"{scheme}/{key}" for key in CODES[scheme].split()
    }, f"data/vocab/{path.name}: keys differ from the model: correct the file, or CODES"


@pytest.mark.parametrize("scheme", ["level", "status", "strategy"])
def test_order_is_a_notation(scheme: str) -> None:
    path = ROOT / "data" / "vocab" / f"{scheme}.ttl"
    graph = parsed(path)
    found = {
        name(node).partition("/")[2]: str(graph.value(node, SKOS.notation))
        for node in concepts(path)
    }
    wanted = {key: str(number) for number, key in enumerate(CODES[scheme].split(), start=1)}
    assert found == wanted, f"data/vocab/{path.name}: number the concepts in their order"


def test_other_spellings_of_kinds_come_from_the_documents() -> None:
    path = ROOT / "data" / "vocab" / "kind.ttl"
    found = {
        str(label)
        for label in parsed(path).objects(None, SKOS.altLabel)
        if isinstance(label, Literal) and label.language == "sv" and not in_documents(str(label))
    }
    assert found == SEARCH_WORDS, (
        "data/vocab/kind.ttl: a skos:altLabel stands in a document or in SEARCH_WORDS, not in both"
    )


def test_every_narrowest_kind_is_named_in_a_document() -> None:
    path = ROOT / "data" / "vocab" / "kind.ttl"
    graph = parsed(path)
    faults = [
        name(node)
        for node in concepts(path)
        if (None, SKOS.broader, node) not in graph
        and not any(in_documents(label) for label in labels(graph, node) if label.language == "sv")
    ]
    complain(path, faults, "Add the words of the document as skos:altLabel, or remove the kind.")


def test_editorial_classes_of_kinds_exist() -> None:
    path = ROOT / "data" / "vocab" / "kind.ttl"
    graph = parsed(path)
    faults = [
        f"{name(kind)}: {name(concept)}"
        for scheme in ("level", "strategy")
        for kind, concept in graph.subject_objects(TG[scheme])
        if concept not in concepts(path.with_name(f"{scheme}.ttl"))
    ]
    complain(path, faults, "Classify by a concept of level.ttl or strategy.ttl.")
    assert (None, TG.approach, None) not in graph, (
        "data/vocab/kind.ttl: the approach of a kind is claimed by documents: see data/facts"
    )


@pytest.mark.parametrize("spelling", sorted(SPELLINGS))
def test_spelling_leads_to_concept(spelling: str) -> None:
    wanted = SPELLINGS[spelling]
    path = ROOT / "data" / "vocab" / f"{wanted.partition('/')[0]}.ttl"
    graph = parsed(path)
    found = [
        name(node)
        for node in concepts(path)
        if any(label.lower() == spelling.lower() for label in labels(graph, node))
    ]
    assert in_documents(spelling), f"no document has {spelling!r}: correct spellings.tsv"
    assert found == [wanted], (
        f"data/vocab/{path.name}: {spelling!r} must lead to {wanted}: add it there as "
        "skos:altLabel, or as skos:hiddenLabel if it is misspelt"
    )
