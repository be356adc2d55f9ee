"""Reports: what validation found, for programs (RDF) and for people (sv, en)."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from rdflib import RDF, RDFS, SH, SKOS, BNode, Graph, Literal, URIRef
from rdflib.term import Node
from rdflib.util import from_n3

from trygghetsgraf.namespaces import OA, PREFIXES, SHAPE, TG
from trygghetsgraf.texts import mask

#: severity of SHACL → its name; only Violation blocks
SEVERITIES = {SH.Violation: "Violation", SH.Warning: "Warning", SH.Info: "Info"}
_RANK = {"Violation": 0, "Warning": 1, "Info": 2}

#: the shape whose findings may not be quoted
_PRIVATE = str(SHAPE["NoContactDetails"])

#: label or quote of a node in a language (sv, en); None where it has none
Labels = Callable[[Node, str], str | None]


@dataclass(frozen=True)
class Result:
    """One thing that does not hold: where, which shape says so, and what to mend."""

    focus: Node
    #: property at fault, None where the shape is about the focus node itself
    path: URIRef | None
    value: Node | None
    #: Violation, Warning or Info; only Violation blocks
    severity: str
    #: the node or property shape
    shape: URIRef
    #: constraint component of SHACL, such as sh:MinCountConstraintComponent
    component: URIRef
    #: the SPARQL-based constraint, if it was one
    constraint: URIRef | None
    #: language (sv, en) to message
    messages: tuple[tuple[str, str], ...]

    @property
    def about(self) -> Node:
        """The thing at fault: the focus node, or the value where a whole graph was looked at."""
        whole = str(self.focus).startswith(str(SHAPE))
        return self.value if whole and self.value is not None else self.focus

    @property
    def rule(self) -> URIRef:
        """The SPARQL-based constraint or, for all others, the shape."""
        return self.constraint or self.shape

    def message(self, language: str) -> str:
        """What to mend, in sv or en."""
        return dict(self.messages).get(language, "")


@dataclass(frozen=True)
class Report:
    """What was found; results sorted by severity, shape and focus node."""

    results: tuple[Result, ...]

    @property
    def conforms(self) -> bool:
        """Whether nothing blocks: no result is a Violation."""
        return not any(result.severity == "Violation" for result in self.results)

    @property
    def counts(self) -> dict[str, int]:
        """How many results there are of each severity."""
        count = Counter(result.severity for result in self.results)
        return {severity: count[severity] for severity in _RANK}

    def graph(self) -> Graph:
        """The report in RDF; ``sh:conforms`` is false for warnings too, as SHACL says.

        https://www.w3.org/TR/shacl/#validation-report
        """
        graph = Graph()
        for prefix, namespace in PREFIXES.items():
            graph.bind(prefix, namespace)
        graph.bind("shapes", SHAPE)
        report = BNode("report")
        graph.add((report, RDF.type, SH.ValidationReport))
        graph.add((report, SH.conforms, Literal(not self.results)))
        for number, result in enumerate(self.results, start=1):
            node = BNode(f"result{number:06}")
            graph.add((report, SH.result, node))
            for triple in _result_triples(node, result):
                graph.add(triple)
        return graph

    def turtle(self) -> str:
        """The report as Turtle, the same bytes for the same results."""
        return self.graph().serialize(format="turtle")

    def json(self) -> str:
        """The report as JSON, for :func:`read_report`; terms in N-Triples syntax."""
        return json.dumps([_fields(result) for result in self.results], ensure_ascii=False)

    def text(self, language: str, labels: Labels | None = None) -> str:
        """The report for people, in sv or en, with labels or quotes of the things named."""
        return "\n".join(_text_lines(self, language, labels or _unlabelled))


def report_of(results: Iterable[Result]) -> Report:
    """The report of results in any order, each once."""
    return Report(tuple(sorted(set(results), key=_order)))


def read_report(text: str) -> Report:
    """A report from the JSON that :meth:`Report.json` gives."""
    return Report(tuple(_result(fields) for fields in json.loads(text)))


def combine(reports: Iterable[Report]) -> Report:
    """One report of several."""
    return report_of(result for report in reports for result in report.results)


def label_lookup(graphs: Iterable[Graph]) -> Labels:
    """Labels of things, and of claims, statements, passages and evidence their quotes."""
    graphs = tuple(graphs)

    def objects(node: Node, *predicates: URIRef) -> Iterator[Node]:
        for predicate in predicates:
            for graph in graphs:
                yield from graph.objects(node, predicate)

    def carriers(node: Node) -> Iterator[Node]:
        yield node
        yield from objects(node, TG.passage)
        for predicate in (TG.states, TG.evidence, OA.hasSelector):
            for graph in graphs:
                for subject in graph.subjects(predicate, node):
                    yield from carriers(subject)

    def label(node: Node, language: str) -> str | None:
        texts = [t for t in objects(node, RDFS.label, SKOS.prefLabel) if isinstance(t, Literal)]
        for text in sorted(texts, key=lambda t: (t.language != language, str(t))):
            return str(text)
        for carrier in carriers(node):
            for quote in objects(carrier, TG.quote):
                return f"”{quote}”"
        return None

    return label


def _order(result: Result) -> tuple[int, str, str, str, str, str, str]:
    return (
        _RANK[result.severity],
        result.shape,
        str(result.constraint or ""),
        result.focus.n3(),
        str(result.path or ""),
        result.value.n3() if result.value is not None else "",
        result.component,
    )


def _result_triples(node: BNode, result: Result) -> Iterator[tuple[Node, Node, Node]]:
    severities = {name: iri for iri, name in SEVERITIES.items()}
    yield node, RDF.type, SH.ValidationResult
    yield node, SH.focusNode, result.focus
    yield node, SH.resultSeverity, severities[result.severity]
    yield node, SH.sourceShape, result.shape
    yield node, SH.sourceConstraintComponent, result.component
    if result.path is not None:
        yield node, SH.resultPath, result.path
    if result.value is not None:
        yield node, SH.value, result.value
    if result.constraint is not None:
        yield node, SH.sourceConstraint, result.constraint
    for language, message in result.messages:
        yield node, SH.resultMessage, Literal(message, lang=language)


_WORDS = {
    "sv": {
        "Violation": ("FEL", "fel", "fel"),
        "Warning": ("VARNING", "varning", "varningar"),
        "Info": ("UPPLYSNING", "upplysning", "upplysningar"),
        "conforms": "Inget hindrar publicering.",
        "blocked": "Felen måste rättas innan grafen kan publiceras.",
        "shape": "regel",
    },
    "en": {
        "Violation": ("ERROR", "error", "errors"),
        "Warning": ("WARNING", "warning", "warnings"),
        "Info": ("NOTE", "note", "notes"),
        "conforms": "Nothing keeps the graph from being published.",
        "blocked": "The errors must be mended before the graph can be published.",
        "shape": "rule",
    },
}


def _text_lines(report: Report, language: str, labels: Labels) -> Iterator[str]:
    words = _WORDS[language]
    counts = report.counts
    yield ", ".join(f"{n} {words[name][1 if n == 1 else 2]}" for name, n in counts.items()) + "."
    yield str(words["conforms" if report.conforms else "blocked"])
    for (severity, rule), results in groupby(report.results, key=lambda r: (r.severity, r.rule)):
        first, *rest = results
        yield ""
        yield f"{words[severity][0]}: {first.message(language)}"
        yield f"  ({words['shape']}: {rule.removeprefix(SHAPE)})"
        # the report is published: it must not repeat what may not be in the graph
        known = _unlabelled if rule.startswith(_PRIVATE) else labels
        for result in (first, *rest):
            yield f"  - {_named(result.about, language, known)}"
            if result.path is not None:
                value = ""
                if result.value is not None and result.value != result.about:
                    value = f": {_named(result.value, language, known)}"
                yield f"    {_named(result.path, language, known)}{value}"


def _unlabelled(node: Node, language: str) -> None:
    """No label for anything."""


def _named(node: Node, language: str, labels: Labels) -> str:
    """A node as people read it: its label or quote, then its IRI; contact details masked."""
    if isinstance(node, Literal):
        return str(node)
    label = labels(node, language)
    return f"{mask(label)} ({node})" if label else str(node)


_TERMS = ("focus", "path", "value", "shape", "component", "constraint")


def _fields(result: Result) -> dict[str, object]:
    terms = {name: getattr(result, name) for name in _TERMS}
    return {
        **{name: None if term is None else term.n3() for name, term in terms.items()},
        "severity": result.severity,
        "messages": result.messages,
    }


def _result(fields: dict[str, Any]) -> Result:
    terms: dict[str, Any] = {name: fields[name] and from_n3(fields[name]) for name in _TERMS}
    messages = tuple((language, message) for language, message in fields["messages"])
    return Result(**terms, severity=fields["severity"], messages=messages)
