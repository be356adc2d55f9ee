"""What every page needs: the open snapshot, the language, addresses and names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from textwrap import shorten

import pyoxigraph as ox

from trygghetsgraf.description import select
from trygghetsgraf.linked.catalogue import Operator
from trygghetsgraf.linked.current import Opened
from trygghetsgraf.namespaces import BASE, GRAPH, ID, PREFIXES, TG, short
from trygghetsgraf.site.headings import foreign
from trygghetsgraf.site.links import Links

#: what a thing is called
_NAMED = ("skos:prefLabel", "rdfs:label", "dcterms:title", "sh:name")
_LABELS = tuple(
    ox.NamedNode(PREFIXES[name.partition(":")[0]] + name.partition(":")[2]) for name in _NAMED
)
_MESSAGE = ox.NamedNode(PREFIXES["sh"] + "message")
_PASSAGE, _QUOTE = (ox.NamedNode(str(TG[name])) for name in ("passage", "quote"))
_TRIPLE = tuple(ox.NamedNode(PREFIXES["rdf"] + n) for n in ("subject", "predicate", "object"))
_TYPE = PREFIXES["rdf"] + "type"
_IS = {"sv": "är", "en": "is"}
#: characters of a quote that stands for a name
_LONGEST = 90
#: what leads from a claim to its words and has no name of its own → Swedish, English
_EVIDENCE = {
    "difference": ("skillnad i ordalydelse", "difference in wording"),
    "evidence": ("belägg i en textversion", "evidence in a text version"),
    "expression": ("dokumentets ordalydelse", "wording of the document"),
    "position-selector": ("citatets läge i texten", "position of the quote in the text"),
    "quote-selector": ("citatets ord", "words of the quote"),
    "source": ("källfil", "source file"),
}


@dataclass
class Names:
    """Names of things in one language, looked up together."""

    store: ox.Store
    language: str
    _known: dict[str, str] = field(default_factory=dict)

    def fetch(self, iris: Iterable[str]) -> None:
        """Look up all of them that are not known yet, in one query."""
        wanted = {iri for iri in iris if iri not in self._known}
        if not wanted:
            return
        values = " ".join(str(ox.NamedNode(iri)) for iri in sorted(wanted))
        query = f"SELECT DISTINCT ?t ?l {{ VALUES ?t {{ {values} }} ?t {'|'.join(_NAMED)} ?l }}"
        best: dict[str, tuple[bool, str]] = {}
        for row in select(self.store, query):
            rank = (row["l"].language != self.language, row["l"].value)
            best[row["t"].value] = min(rank, best.get(row["t"].value, rank))
        for iri in wanted:
            self._known[iri] = best[iri][1] if iri in best else self._elsewhere(iri)
        self._known[_TYPE] = _IS[self.language]

    def _elsewhere(self, iri: str) -> str:
        """The name of what the merge has none for: by other graphs, by its words, by us."""
        return (
            self._in_other_graphs(iri)
            or self._in_its_words(iri)
            or foreign(iri, self.language)
            or short(iri)
        )

    def _in_other_graphs(self, iri: str) -> str:
        """The name in a graph that is not merged, as those of shapes and saved queries are."""
        node = ox.NamedNode(iri)
        for name in (*_LABELS, _MESSAGE) if iri.startswith(BASE) else ():
            quads = self.store.quads_for_pattern(node, name, None, None)
            texts = {
                quad.object.language or "": quad.object.value
                for quad in quads
                if isinstance(quad.object, ox.Literal)
            }
            if texts:
                return texts.get(self.language) or next(iter(texts.values()))
        return ""

    def _in_its_words(self, iri: str) -> str:
        """The name of evidence: a claim and a passage by the quote, a statement by its triple."""
        kind, _, key = iri.removeprefix(str(ID)).partition("/")
        node = ox.NamedNode(iri)
        if iri.startswith(str(GRAPH)):
            sort, _, key = iri.removeprefix(str(GRAPH)).partition("/")
            return f"{self.of(str(ID['document/']) + key)} ({sort})" if key else ""
        if kind == "claim":
            passage = self._object(node, _PASSAGE)
            return self.of(passage.value) if isinstance(passage, ox.NamedNode) else ""
        if kind == "passage":
            quote = self._object(node, _QUOTE)
            text = quote.value if isinstance(quote, ox.Literal) else ""
            return f"”{shorten(text, _LONGEST, placeholder=' …')}”" if text else ""
        if kind == "statement":
            parts = [self._object(node, name) for name in _TRIPLE]
            return " ".join(
                part.value if isinstance(part, ox.Literal) else self.of(part.value)
                for part in parts
                if isinstance(part, ox.Literal | ox.NamedNode)
            )
        texts = _EVIDENCE.get(kind) if iri.startswith(str(ID)) else None
        return texts[self.language == "en"] if texts else ""

    def _object(self, node: ox.NamedNode, predicate: ox.NamedNode) -> object:
        quad = next(self.store.quads_for_pattern(node, predicate, None, None), None)
        return quad.object if quad else None

    def of(self, iri: str) -> str:
        """The name of a thing; the short form of its IRI if it has none."""
        if iri not in self._known:
            self.fetch([iri])
        return self._known[iri]


@dataclass
class Visit:
    """One request for a page, as far as the content depends on it."""

    opened: Opened
    links: Links
    #: who answers for the graph and takes reports of errors
    operator: Operator = field(default_factory=Operator)
    #: path and query of the page, without the server's own path
    path: str = "/"
    query: str = ""

    def __post_init__(self) -> None:
        self.names = Names(self.opened.store, self.links.language)

    @property
    def store(self) -> ox.Store:
        """The snapshot's store."""
        return self.opened.store

    @property
    def language(self) -> str:
        """``sv`` or ``en``."""
        return self.links.language

    def text(self, node: object) -> str:
        """The text of a literal in the page's language or any; of a thing its name."""
        return (
            node.value
            if isinstance(node, ox.Literal)
            else self.names.of(str(getattr(node, "value", "")))
        )
