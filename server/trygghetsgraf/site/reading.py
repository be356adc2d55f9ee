"""A document as it reads, with every claim at its passage, and its versions side by side."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path

import pyoxigraph as ox

from trygghetsgraf.description import select
from trygghetsgraf.namespaces import ID
from trygghetsgraf.site.claims import Claim, read_claims
from trygghetsgraf.site.start import read_documents
from trygghetsgraf.site.visit import Visit
from trygghetsgraf.texts import Alignment, Text, mask

#: documents whose claims are kept at hand
LATEST = 12
#: lines up to this long were broken by a machine, not by the author
_WRAPPED = 130
#: a line shorter than this share of the longest ends where its author ended it
_SHORT = 0.6
_BULLET = re.compile(r"[-•–*]\s|\d{1,2}[.)]\s")

_SPANS = """
SELECT ?version ?passage ?start ?end {
  ?passage tg:inWork ?document ; tg:evidence ?evidence .
  ?evidence oa:hasSource ?version ; oa:hasSelector ?selector .
  ?selector oa:start ?start ; oa:end ?end .
}
"""
_VERSIONS = """
SELECT ?version ?file ?sha256 ?first {
  ?document eli:is_realized_by/eli:is_embodied_by ?version .
  ?version tg:fileName ?file ; tg:sha256 ?sha256 .
  BIND(EXISTS { ?d tg:differenceFrom ?version } AS ?first)
} ORDER BY DESC(?first) ?file
"""
_CLAIMS = "SELECT ?claim ?passage { ?passage tg:inWork ?document . ?claim tg:passage ?passage }"
_DIFFERENCES = """
SELECT ?to ?a ?b ?wordingFrom ?wordingTo ?kind {
  ?d tg:inWork ?document ; tg:differenceTo ?to ; tg:offsetFrom ?a ; tg:offsetTo ?b ;
    tg:differenceKind ?kind .
  OPTIONAL { ?d tg:wordingFrom ?wordingFrom }
  OPTIONAL { ?d tg:wordingTo ?wordingTo }
} ORDER BY ?to ?a
"""


@dataclass(frozen=True)
class Piece:
    """A run of text under the same passages, the innermost first."""

    text: str
    passages: tuple[str, ...] = ()
    #: the passages that begin here, for links to land on
    begins: tuple[str, ...] = ()
    #: number of a difference in wording, from 1
    difference: int = 0
    #: how the innermost passage is said
    modality: str = ""


@dataclass(frozen=True)
class Block:
    """A paragraph: ``p``, ``heading`` or ``item``; its lines, each of pieces."""

    kind: str
    lines: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True)
class Version:
    """A text version of a document."""

    iri: str
    file: str
    #: None where the file is not there any more or has changed
    text: Text | None


@dataclass(frozen=True)
class Reading:
    """What the page of a document's text shows."""

    iri: str
    blocks: tuple[Block, ...]
    versions: int
    #: passage → its claims, in the order of the text
    claims: dict[str, tuple[Claim, ...]]


@dataclass(frozen=True)
class Difference:
    """A place where two versions are worded differently."""

    number: int
    first: str
    other: str
    kind: str


@dataclass(frozen=True)
class SideBySide:
    """Two versions of a document, row by row."""

    iri: str
    first: Version
    other: Version
    rows: tuple[tuple[Block, Block | None], ...]
    differences: tuple[Difference, ...]


def reading(visit: Visit, key: str, folder: Path) -> Reading | None:
    """The text of a document with its claims; None if there is no such document.

    ``folder`` holds the stored texts.
    """
    node = ox.NamedNode(str(ID["document/"]) + key)
    by_passage = claims_in(visit, node)
    versions = _versions(visit, node, folder)
    if not by_passage and not versions:
        return None
    spans = _spans(visit, node).get(versions[0].iri if versions else "", {})
    text = versions[0].text if versions else None
    ordered = sorted(by_passage, key=lambda p: (spans.get(p, (0, 0)), p))
    claims = {p: by_passage[p] for p in ordered}
    ways = {p: made[0].modality for p, made in claims.items() if made}
    blocks = tuple(_blocks(text.text, spans, ways)) if text else ()
    visit.names.fetch(
        [node.value, *(i for c in claims.values() for one in c for i in one.things())]
    )
    return Reading(node.value, blocks, len(versions), claims)


def claims_in(visit: Visit, document: ox.NamedNode) -> dict[str, tuple[Claim, ...]]:
    """Passage → its claims, for all of a document; kept for the documents that are latest."""

    def read(store: ox.Store) -> dict[str, tuple[Claim, ...]]:
        passage_of = {
            row["claim"].value: row["passage"].value
            for row in select(store, _CLAIMS, {"document": document})
        }
        found: defaultdict[str, list[Claim]] = defaultdict(list)
        for claim in read_claims(store, sorted(passage_of), visit.language):
            found[passage_of[claim.iri]].append(claim)
        return {passage: tuple(claims) for passage, claims in found.items()}

    if document.value not in latest(visit):
        return read(visit.store)
    name = f"site-claims-{visit.language}-{document.value}"
    return visit.opened.once(name, read)


def latest(visit: Visit) -> list[str]:
    """The documents that were read last."""
    return visit.opened.once(
        "site-latest", lambda store: [d.iri for d in read_documents(store, LATEST)]
    )


def side_by_side(visit: Visit, key: str, folder: Path) -> SideBySide | None:
    """The first two versions of a document; None unless both are there."""
    node = ox.NamedNode(str(ID["document/"]) + key)
    versions = _versions(visit, node, folder)
    if len(versions) < 2:
        return None
    first, other = versions[:2]
    if first.text is None or other.text is None:
        return None
    a, b = first.text, other.text
    found: list[Difference] = []
    places_a: dict[int, tuple[int, int]] = {}
    places_b: dict[int, tuple[int, int]] = {}
    for row in select(visit.store, _DIFFERENCES, {"document": node}):
        if row["to"].value != other.iri:
            continue
        number = len(found) + 1
        wording = tuple(getattr(row[name], "value", "") for name in ("wordingFrom", "wordingTo"))
        found.append(Difference(number, wording[0], wording[1], row["kind"].value))
        for places, offset, words in zip(
            (places_a, places_b), (row["a"], row["b"]), wording, strict=True
        ):
            start = int(offset.value)
            places[number] = (start, start + len(words))
    key_ = f"site-alignment-{key}"
    alignment = visit.opened.once(key_, lambda _: Alignment(a, b))
    rows = tuple(
        (_block(a.text, s, e, {}, places_a), _opposite(b, alignment.carry(s, e), places_b))
        for s, e in _ranges(a.text)
    )
    visit.names.fetch([node.value, first.iri, other.iri])
    return SideBySide(node.value, first, other, rows, tuple(found))


def _opposite(
    text: Text, carried: tuple[int, int] | None, places: dict[int, tuple[int, int]]
) -> Block | None:
    return _block(text.text, *carried, {}, places) if carried else None


def _versions(visit: Visit, node: ox.NamedNode, folder: Path) -> list[Version]:
    rows = select(visit.store, _VERSIONS, {"document": node})
    return [Version(row["version"].value, row["file"].value, _text(folder, row)) for row in rows]


def _text(folder: Path, row: dict[str, ox.Literal]) -> Text | None:
    """The stored text, masked, if it still is what the snapshot was made from."""
    path = folder / Path(row["file"].value).name
    try:
        raw = path.read_bytes()
    except FileNotFoundError:
        return None
    if hashlib.sha256(raw).hexdigest() != row["sha256"].value:
        return None
    return Text(mask(raw.decode("utf-8")))


def _spans(visit: Visit, node: ox.NamedNode) -> dict[str, dict[str, tuple[int, int]]]:
    """Version → passage → start and end."""
    found: defaultdict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    for row in select(visit.store, _SPANS, {"document": node}):
        span = int(row["start"].value), int(row["end"].value)
        found[row["version"].value][row["passage"].value] = span
    return found


def _ranges(text: str) -> Iterator[tuple[int, int]]:
    """Offsets of the paragraphs: between blank lines and bullets, or the lines themselves."""
    longest = max((len(line) for line in text.splitlines()), default=0)
    between = r"\n\s*\n|\n(?=\s*(?:[-•–*]\s|\d{1,2}[.)]\s))" if longest <= _WRAPPED else r"\n"
    start = 0
    for match in [*re.finditer(between, text), None]:
        end = match.start() if match else len(text)
        if text[start:end].strip():
            yield start, end
        start = match.end() if match else end


def _blocks(text: str, spans: dict[str, tuple[int, int]], ways: dict[str, str]) -> Iterator[Block]:
    for start, end in _ranges(text):
        block = _block(text, start, end, spans, {})
        yield Block(
            block.kind,
            tuple(
                tuple(
                    replace(p, modality=ways.get(p.passages[0], "")) if p.passages else p
                    for p in line
                )
                for line in block.lines
            ),
        )


def _block(
    text: str,
    start: int,
    end: int,
    spans: dict[str, tuple[int, int]],
    places: dict[int, tuple[int, int]],
) -> Block:
    content = text[start:end].strip()
    longest = max((len(line) for line in text.splitlines()), default=0)
    kind = "p"
    if _BULLET.match(content):
        kind = "item"
    elif len(content) < 90 and "\n" not in content and content[-1] not in '.,;:!?”"':
        kind = "heading"
    lines, at = [], start
    for match in [*re.finditer(r"\n", text[start:end]), None]:
        stop = start + match.start() if match else end
        if match and longest <= _WRAPPED and stop - text.rfind("\n", 0, stop) > _SHORT * longest:
            continue
        if text[at:stop].strip():
            lines.append(tuple(_pieces(text, at, stop, spans, places)))
        at = stop + 1
    return Block(kind, tuple(lines))


def _pieces(
    text: str,
    start: int,
    end: int,
    spans: dict[str, tuple[int, int]],
    places: dict[int, tuple[int, int]],
) -> Iterator[Piece]:
    """The runs between two offsets; each knows all passages over it, however they overlap."""
    here = {p: span for p, span in spans.items() if span[0] < end and span[1] > start}
    differing = {n: span for n, span in places.items() if span[0] < end and span[1] > start}
    edges = {start, end}
    for a, b in (*here.values(), *differing.values()):
        edges |= {max(a, start), min(b, end)}
    ordered = sorted(edges)
    for a, b in pairwise(ordered):
        over = [p for p, span in here.items() if span[0] <= a and span[1] >= b]
        over.sort(key=lambda p: here[p][1] - here[p][0])
        yield Piece(
            text[a:b],
            tuple(over),
            tuple(p for p in over if here[p][0] == a),
            next((n for n, span in differing.items() if span[0] <= a and span[1] >= b), 0),
        )
