"""Releases as pages: all of them, and one with its files and what came and went."""

from __future__ import annotations

from trygghetsgraf.namespaces import ID
from trygghetsgraf.releases.release import About, Claim
from trygghetsgraf.site.rendering import render
from trygghetsgraf.site.visit import Visit

#: claims of a document that the page of a release shows
RELEASED = 100


def releases(visit: Visit, abouts: list[About]) -> str:
    """The page of all releases."""
    return render("releases.html", visit, q={"releases": abouts})


def release(visit: Visit, about: About) -> str:
    """The page of a release."""
    added, withdrawn = (_by_document(claims) for claims in (about.added, about.withdrawn))
    shown = [iri for claims in added.values() for iri in claims[:RELEASED]]
    visit.names.fetch([*added, *withdrawn, *shown])
    return render(
        "release.html", visit, about=about, added=added, withdrawn=withdrawn, most=RELEASED
    )


def _by_document(claims: tuple[Claim, ...]) -> dict[str, list[str]]:
    """Document → claims, as IRIs."""
    found: dict[str, list[str]] = {}
    for claim in claims:
        found.setdefault(str(ID["document/"]) + claim.document, []).append(
            str(ID["claim/"]) + claim.key
        )
    return found
