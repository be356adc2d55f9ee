"""Which format an answer gets: the Accept header (RFC 9110, section 12.5.1) or ``?format=``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from trygghetsgraf.query.formats import GRAPH_BY_WORD, GRAPHS, TABLE_BY_WORD, TABLES, Format


@dataclass(frozen=True)
class Chosen:
    """A format under the media type that the client knows it by."""

    format: Format
    media_type: str

    @property
    def content_type(self) -> str:
        """The media type as a header's value; text has its encoding with it."""
        if self.media_type.startswith("text/"):
            return f"{self.media_type}; charset=utf-8"
        return self.media_type


def choose(accept: str, formats: tuple[Format, ...]) -> Chosen | None:
    """The best of the formats for an Accept header, None if none will do.

    Among equals the first wins; without a header (or with an empty one) any format will do.
    """
    if not accept.strip():
        return Chosen(formats[0], formats[0].media_types[0])
    wanted = _wanted(accept)
    offered = {format_.media_types[0]: format_ for format_ in formats}
    for format_ in formats:
        for media_type in format_.media_types[1:]:
            offered.setdefault(media_type, format_)
    best = wanted.best_match(offered)
    return None if best is None else Chosen(offered[best], best)


def _wanted(accept: str) -> MIMEAccept:
    """The media ranges of a header without parameters such as ``charset=utf-8``.

    None of our formats differs by a parameter, so that one must not make it another type.
    """
    ranges = parse_accept_header(accept, MIMEAccept)
    return MIMEAccept([(range_.split(";")[0].strip(), quality) for range_, quality in ranges])


def by_word(word: str, known: Mapping[str, Format]) -> Chosen | None:
    """The format that ``?format=`` names, None if this group has none of that name."""
    format_ = known.get(word)
    if format_ is None:
        return None
    return Chosen(format_, word if "/" in word else format_.media_types[0])


@lru_cache(maxsize=512)  # clients send few different headers, and each with every request
def choose_table(accept: str, word: str | None) -> Chosen | None:
    """The format for a SELECT or ASK result."""
    return by_word(word, TABLE_BY_WORD) if word else choose(accept, TABLES)


@lru_cache(maxsize=512)
def choose_graph(
    accept: str, word: str | None, formats: tuple[Format, ...] = GRAPHS
) -> Chosen | None:
    """The format for a CONSTRUCT or DESCRIBE result, or for some of these formats only."""
    if not word:
        return choose(accept, formats)
    chosen = by_word(word, GRAPH_BY_WORD)
    return chosen if chosen is not None and chosen.format in formats else None


@lru_cache(maxsize=512)
def prefers_html(accept: str) -> bool:
    """Whether a person with a browser asks: text/html before anything that programs take."""
    if "html" not in accept:
        return False
    wanted = _wanted(accept)
    programs = [media_type for format_ in (*TABLES, *GRAPHS) for media_type in format_.media_types]
    return wanted.best_match(["text/html", "application/problem+json", *programs]) == "text/html"
