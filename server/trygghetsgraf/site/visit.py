"""What every page needs: the open snapshot, the language, addresses and names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import pyoxigraph as ox

from trygghetsgraf.description import select
from trygghetsgraf.linked.current import Opened
from trygghetsgraf.linked.views import short
from trygghetsgraf.namespaces import BASE, PREFIXES
from trygghetsgraf.site.links import Links

#: what a thing is called
_NAMED = ("skos:prefLabel", "rdfs:label", "dcterms:title", "sh:name")
_LABELS = tuple(
    ox.NamedNode(PREFIXES[name.partition(":")[0]] + name.partition(":")[2]) for name in _NAMED
)
_TYPE = PREFIXES["rdf"] + "type"
_IS = {"sv": "är", "en": "is"}


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
        """The name in a graph that is not merged, as those of shapes and saved queries are."""
        node, found = ox.NamedNode(iri), {}
        for name in _LABELS if iri.startswith(BASE) else ():
            for quad in self.store.quads_for_pattern(node, name, None, None):
                if isinstance(quad.object, ox.Literal):
                    found[quad.object.language or ""] = quad.object.value
        return found.get(self.language) or next(iter(found.values()), short(iri))

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
    #: address for reports of errors, empty if there is none
    operator: str = ""
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
