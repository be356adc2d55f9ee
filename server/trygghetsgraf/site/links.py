"""Addresses of the site's pages: a path under the server's own, with the language kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from trygghetsgraf.namespaces import BASE, ID, page_url, release_url

#: part of an identifier before the key of a document
_DOCUMENT = str(ID["document/"])


@dataclass(frozen=True)
class Links:
    """Builds addresses; ``base`` is the public URL, without a slash at its end."""

    base: str
    language: str
    #: whether the reader chose the language here, so that links must carry it
    chosen: bool = False

    @property
    def root(self) -> str:
        """The path that the server has before all others; empty or with a slash before it."""
        return urlsplit(self.base).path

    def to(self, path: str, /, **query: str | int | None) -> str:
        """The address of a page: ``/compare`` and what it is asked for."""
        return self.root + path + self._query(query)

    def thing(self, iri: str, ending: str = "", number: int = 1) -> str | None:
        """Where a thing is shown; None for what leads nowhere in a browser."""
        if iri.startswith(BASE):
            page = {"page": number} if number > 1 else {}
            return page_url(iri, self.root, ending) + self._query(
                page, data=ending not in ("", ".html")
            )
        return iri if iri.startswith(("http://", "https://")) else None

    def release(self, number: int, file: str = "") -> str:
        """The page of a release, or the address of one of its files."""
        return release_url(self.root, number, file) if file else self.to(f"/releases/{number}")

    def document(self, iri: str, passage: str = "") -> str:
        """The full text of a document, at a passage if one is given."""
        place = f"#{anchor(passage)}" if passage else ""
        return self.to(f"/read/{iri.removeprefix(_DOCUMENT)}") + place

    def in_language(self, language: str, path: str, query: str) -> str:
        """The same page in another language."""
        kept = [pair for pair in query.split("&") if pair and not pair.startswith("lang=")]
        return f"{self.root}{path}?{'&'.join([*kept, f'lang={language}'])}"

    def _query(self, query: Mapping[str, str | int | None], *, data: bool = False) -> str:
        given = {name: value for name, value in query.items() if value not in (None, "")}
        if self.chosen and not data:
            given["lang"] = self.language
        return f"?{urlencode(given)}" if given else ""


def anchor(passage: str) -> str:
    """The name of the place on a page where a passage stands."""
    return f"p-{passage.rpartition('/')[2]}"
