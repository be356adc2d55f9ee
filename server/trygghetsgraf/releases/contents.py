"""What a dump holds, found in one pass: identifiers, claims, a checksum of it all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256

import pyoxigraph as ox

from trygghetsgraf.namespaces import BASE, GRAPH, ID, PREFIXES, PROVENANCE_GRAPH, TG
from trygghetsgraf.releases.release import Claim, digest_of

_CLAIM = str(TG.Claim)
_TYPE = PREFIXES["rdf"] + "type"
_DOCUMENT_GRAPH = str(GRAPH["document/"])
_CLAIM_ID = str(ID["claim/"])


@dataclass
class Contents:
    """What there is in a sequence of quads."""

    quads: int = 0
    #: digests of all IRIs of ours
    identifiers: set[str] = field(default_factory=set)
    #: key → key of the document
    claims: dict[str, str] = field(default_factory=dict)
    #: SHA-256 of the quads in their order, without those about the build
    content: str = ""

    def claims_not_in(self, other: Contents) -> tuple[Claim, ...]:
        """The claims here that are not in the other, by document and key."""
        keys = self.claims.keys() - other.claims.keys()
        found = sorted((self.claims[key], key) for key in keys)
        return tuple(Claim(key=key, document=document) for document, key in found)


def contents_of(quads: Iterable[ox.Quad]) -> Contents:
    """What there is in the quads of a dump, which is sorted."""
    found = Contents()
    iris: set[str] = set()
    digest = sha256()
    for quad in quads:
        found.quads += 1
        graph = quad.graph_name
        name = graph.value if isinstance(graph, ox.NamedNode) else ""
        if name != str(PROVENANCE_GRAPH):
            digest.update(f"{quad}\n".encode())
        for term in (graph, quad.subject, quad.predicate, quad.object):
            if isinstance(term, ox.NamedNode):
                iris.add(term.value)
        if quad.predicate.value == _TYPE and _is_claim(quad.object):
            key = getattr(quad.subject, "value", "").removeprefix(_CLAIM_ID)
            found.claims[key] = name.removeprefix(_DOCUMENT_GRAPH)
    found.identifiers = {digest_of(iri) for iri in iris if iri.startswith(BASE)}
    found.content = digest.hexdigest()
    return found


def _is_claim(term: object) -> bool:
    return isinstance(term, ox.NamedNode) and term.value == _CLAIM
