"""What the query editor is given: examples by theme, the graph's own terms, texts."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from trygghetsgraf.namespaces import BASE, PREFIXES, TG
from trygghetsgraf.saved.binding import ParameterError
from trygghetsgraf.saved.catalogue import Catalogue, SavedQuery
from trygghetsgraf.saved.running import Runner
from trygghetsgraf.site.tags import tag_name
from trygghetsgraf.site.visit import Visit
from trygghetsgraf.site.words import words

#: rows of an example
LIMIT = 100
_LIMITED = re.compile(r"\bLIMIT\s+\d+", re.IGNORECASE)
#: key of a text of ours → what the editor has in its place
_PHRASES = {
    "sparql_run": "Run query",
    "editor_share": "Share query",
    "editor_add_tab": "Add tab",
    "editor_add_new_tab": "Add a new tab",
    "editor_close_tab": "Close tab",
    "editor_open_settings": "Open settings",
    "editor_close_settings": "Close settings",
    "editor_simple": "Simple view",
    "editor_ellipse": "Ellipse",
    "editor_filter": "Filter query results",
    "editor_page_size": "Page size: ",
    "editor_all": "All",
    "editor_download": "Download result",
    "editor_download_results": "Download Results",
    "editor_no_download": "Download not supported",
    "editor_show_all": "Show all",
    "yes": "True",
    "no": "False",
}
#: texts that our own script shows
_SHOWN = (
    "editor_tab",
    "editor_table",
    "editor_response",
    "chart",
    "map",
    "editor_cancelled",
    "editor_cancel",
    "editor_chart_of",
    "editor_file",
    "editor_page",
    "sparql_query",
    "editor_info",
    "editor_empty",
    "editor_rows",
    "editor_took",
)


@dataclass(frozen=True)
class Theme:
    """Saved queries on one theme."""

    tag: str
    name: str
    queries: tuple[SavedQuery, ...]


def themes(catalogue: Catalogue, language: str, words_: str = "", tag: str = "") -> list[Theme]:
    """The queries that hold the words and have the tag, each under the first of its tags."""
    grouped: dict[str, list[SavedQuery]] = {}
    for query in catalogue.find(words_, tag):
        grouped.setdefault(query.header.tags[0], []).append(query)
    found = [Theme(t, tag_name(t, language), tuple(queries)) for t, queries in grouped.items()]
    return sorted(found, key=lambda theme: theme.name.casefold())


def first(language: str) -> str:
    """A small query to begin with."""
    return f"""PREFIX tg: <{TG}>
PREFIX rdfs: <{PREFIXES["rdfs"]}>

SELECT ?measure ?label WHERE {{
  ?measure a tg:Measure ;
           rdfs:label ?label .
  FILTER(LANG(?label) = "{language}")
}}
LIMIT {LIMIT}
"""


def example(runner: Runner | None, name: str, language: str) -> str:
    """The text of a saved query with the values of its example and a limit that can be seen.

    A small query where there is none of that name.
    """
    if runner is None or name not in runner.catalogue:
        return first(language)
    query = runner.catalogue.named(name)
    given = dict(query.header.example)
    if "lang" in query.header.parameters:
        given["lang"] = language
    try:
        text = runner.prepare(name, given).text_alone
    except ParameterError:
        # this graph does not have what the example is about
        text = query.sparql
    limited = _LIMITED.search(text, text.rfind("}"))
    return text if limited else f"{text}\nLIMIT {LIMIT}"


def editor_data(visit: Visit, runner: Runner | None, asked: Mapping[str, str]) -> dict[str, object]:
    """What the script of the editor asks for."""
    figures = visit.opened.figures
    classes, properties = _iris(figures.classes), _iris(figures.properties)
    visit.names.fetch([*classes, *properties])
    t, name = words(visit.language), asked.get("example", "")
    title = ""
    if runner and name in runner.catalogue:
        title = runner.catalogue[name].header.title.in_language(visit.language)
    return {
        "base": BASE,
        "prefixes": dict(PREFIXES),
        "classes": [(iri, visit.names.of(iri)) for iri in classes],
        "properties": [(iri, visit.names.of(iri)) for iri in properties],
        "first": first(visit.language),
        "example": example(runner, name, visit.language) if title else "",
        "title": title,
        "texts": {key: t[key] for key in _SHOWN},
        "phrases": {theirs: t[ours] for ours, theirs in _PHRASES.items()},
    }


def _iris(counted: Mapping[str, int]) -> list[str]:
    """Those that a query can name; ours first, each in alphabetical order."""
    found = [term[1:-1] for term in counted if term.startswith(("<http://", "<https://"))]
    return sorted(found, key=lambda iri: (not iri.startswith(BASE), iri))
