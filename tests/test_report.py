"""Reports of validation: as results, as RDF, as words."""

from __future__ import annotations

from rdflib import RDFS, SH, Graph, Literal, URIRef

from trygghetsgraf.namespaces import ID, SHAPE, TG
from trygghetsgraf.report import Report, Result, combine, label_lookup, read_report, report_of

MEASURE = URIRef(ID["measure/kameror"])
MESSAGES = (("en", "Give the kind."), ("sv", "Ange slaget."))


def result(severity: str = "Violation", focus: URIRef = MEASURE, **terms: URIRef) -> Result:
    return Result(
        focus=focus,
        path=terms.get("path"),
        value=terms.get("value"),
        severity=severity,
        shape=terms.get("shape", URIRef(SHAPE["Measure-kind"])),
        component=URIRef(str(SH.MinCountConstraintComponent)),
        constraint=terms.get("constraint"),
        messages=MESSAGES,
    )


def test_only_a_violation_blocks() -> None:
    assert report_of([]).conforms
    assert report_of([result("Warning"), result("Info")]).conforms
    assert not report_of([result("Warning"), result("Violation")]).conforms


def test_results_come_once_worst_first() -> None:
    report = report_of([result("Info"), result("Warning"), result("Violation"), result("Info")])
    assert [r.severity for r in report.results] == ["Violation", "Warning", "Info"]
    assert report.counts == {"Violation": 1, "Warning": 1, "Info": 1}


def test_combine() -> None:
    one, two = report_of([result("Info")]), report_of([result("Violation")])
    assert combine([one, two]) == Report((result("Violation"), result("Info")))


def test_what_a_result_is_about() -> None:
    assert result().about == MEASURE
    assert result(path=URIRef(TG.kind), value=URIRef(ID["kind/kamera"])).about == MEASURE
    whole = URIRef(SHAPE["WholeGraph"])
    assert result(focus=whole, value=MEASURE).about == MEASURE
    assert result(focus=whole).about == whole


def test_rule_is_the_query_if_there_is_one() -> None:
    query = URIRef(SHAPE["Coverage-claimed"])
    assert result().rule == URIRef(SHAPE["Measure-kind"])
    assert result(constraint=query).rule == query


def test_messages_in_both_languages() -> None:
    assert (result().message("sv"), result().message("en")) == ("Ange slaget.", "Give the kind.")
    assert result().message("fi") == ""


def test_a_report_written_as_json_is_read_back() -> None:
    report = report_of([result(path=URIRef(TG.kind)), result("Info", value=URIRef(ID["kind/x"]))])
    assert read_report(report.json()) == report


def test_turtle() -> None:
    report = report_of([result(path=URIRef(TG.kind), value=URIRef(ID["kind/x"]))])
    expected = """
        @prefix sh: <http://www.w3.org/ns/shacl#> .
        @prefix shapes: <https://w3id.org/trygghetsgrafen/shapes/> .
        @prefix tg: <https://w3id.org/trygghetsgrafen/ontology/> .
        [] a sh:ValidationReport ; sh:conforms false ; sh:result [
            a sh:ValidationResult ;
            sh:focusNode <https://w3id.org/trygghetsgrafen/id/measure/kameror> ;
            sh:resultPath tg:kind ;
            sh:value <https://w3id.org/trygghetsgrafen/id/kind/x> ;
            sh:resultSeverity sh:Violation ;
            sh:sourceShape shapes:Measure-kind ;
            sh:sourceConstraintComponent sh:MinCountConstraintComponent ;
            sh:resultMessage "Give the kind."@en , "Ange slaget."@sv
        ] ."""
    assert Graph().parse(data=report.turtle()).isomorphic(Graph().parse(data=expected))
    assert report.turtle() == combine([report]).turtle()


def test_sh_conforms_is_false_for_a_warning_too() -> None:
    conforms = [
        str(next(report_of(results).graph().objects(None, SH.conforms)))
        for results in ([], [result("Info")])
    ]
    assert conforms == ["true", "false"]


def names() -> Graph:
    graph = Graph()
    graph.add((MEASURE, RDFS.label, Literal("Kameror i Huddinge", lang="sv")))
    graph.add((MEASURE, RDFS.label, Literal("Cameras in Huddinge", lang="en")))
    graph.add((ID["claim/1"], TG.passage, ID["passage/1"]))
    graph.add((ID["claim/1"], TG.states, ID["statement/1"]))
    graph.add((ID["passage/1"], TG.quote, Literal("ungefär 300 kameror", lang="sv")))
    return graph


def test_labels_and_quotes() -> None:
    labels = label_lookup([names()])
    assert labels(MEASURE, "sv") == "Kameror i Huddinge"
    assert labels(MEASURE, "en") == "Cameras in Huddinge"
    assert labels(ID["claim/1"], "sv") == "”ungefär 300 kameror”"
    assert labels(ID["statement/1"], "sv") == "”ungefär 300 kameror”"
    assert labels(ID["measure/okand"], "sv") is None


def test_text_groups_by_rule_and_names_things() -> None:
    other = URIRef(ID["measure/lampor"])
    place = {"path": URIRef(TG.place), "value": URIRef(ID["actor/huddinge"])}
    report = report_of([result(), result(focus=other), result("Warning", **place)])
    assert report.text("sv", label_lookup([names()])) == (
        "2 fel, 1 varning, 0 upplysningar.\n"
        "Felen måste rättas innan grafen kan publiceras.\n"
        "\n"
        "FEL: Ange slaget.\n"
        "  (regel: Measure-kind)\n"
        "  - Kameror i Huddinge (https://w3id.org/trygghetsgrafen/id/measure/kameror)\n"
        "  - https://w3id.org/trygghetsgrafen/id/measure/lampor\n"
        "\n"
        "VARNING: Ange slaget.\n"
        "  (regel: Measure-kind)\n"
        "  - Kameror i Huddinge (https://w3id.org/trygghetsgrafen/id/measure/kameror)\n"
        "    https://w3id.org/trygghetsgrafen/ontology/place: "
        "https://w3id.org/trygghetsgrafen/id/actor/huddinge"
    )


def test_text_of_a_report_without_results() -> None:
    assert report_of([]).text("en") == (
        "0 errors, 0 warnings, 0 notes.\nNothing keeps the graph from being published."
    )


def test_contact_details_are_never_repeated() -> None:
    graph, passage = Graph(), URIRef(ID["passage/1"])
    graph.add((passage, TG.quote, Literal("Ring 08-555 01 23, 19121212-1212", lang="sv")))
    private = URIRef(SHAPE["NoContactDetails"])
    found = result(focus=passage, shape=private, constraint=URIRef(f"{private}-phone"))
    assert "1212" not in report_of([found]).text("sv", label_lookup([graph]))
    assert "555" not in report_of([result(focus=passage)]).text("sv", label_lookup([graph]))
