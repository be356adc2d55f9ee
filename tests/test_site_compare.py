"""Comparing municipalities: every filter, all of them together, and what a cell opens."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from trygghetsgraf.linked.current import Current
from trygghetsgraf.site.compare import FILTERS, compare
from trygghetsgraf.site.links import Links
from trygghetsgraf.site.measures import Measures, measures
from trygghetsgraf.site.visit import Visit
from trygghetsgraf.store.snapshots import Snapshots
from trygghetsgraf.web.linked import with_linked_data
from trygghetsgraf.web.pages import create_app
from trygghetsgraf.web.site import Site, with_site

BASE = "https://x.se"


@pytest.fixture(scope="module")
def visit(published: Path) -> Visit:
    return Visit(Current(Snapshots(published)).get(), Links(BASE, "sv"))


@pytest.fixture(scope="module")
def every(visit: Visit) -> Measures:
    return measures(visit.opened)


@pytest.fixture(scope="module")
def client(published: Path) -> Iterator[FlaskClient]:
    app = with_linked_data(create_app(), published, BASE)
    with with_site(app, Site(BASE), Current(Snapshots(published))).test_client() as opened:
        yield opened


def options(visit: Visit) -> dict[str, list[str]]:
    """Filter → the values that the page offers, as an address has them."""
    found = compare(visit, {}, 1)
    assert found is not None
    return {n: [str(v).rpartition("/")[2] for v in values] for n, values in found.options.items()}


def cells(visit: Visit, asked: dict[str, str]) -> set[tuple[str, str]]:
    """Kind and municipality of every cell, on all pages."""
    found: set[tuple[str, str]] = set()
    for page in itertools.count(1):
        matrix = compare(visit, asked, page)
        assert matrix is not None
        found |= {(kind, area) for kind, row in matrix.rows for area in row}
        if not matrix.more:
            return found
    raise AssertionError


def expected(every: Measures, asked: dict[str, str]) -> set[tuple[str, str]]:
    """The same, from the measures themselves."""

    def passes(name: str, key: str, values: set[object]) -> bool:
        return key in {str(value).rpartition("/")[2] for value in values}

    return {
        (kind, area)
        for measure in every.by_iri.values()
        if all(passes(n, key, getattr(measure, FILTERS[n])) for n, key in asked.items())
        for kind in measure.kinds
        for area in measure.municipalities
    }


def test_there_is_something_to_filter_by(visit: Visit) -> None:
    assert {name for name, values in options(visit).items() if values} == set(FILTERS)


def test_every_filter_alone(visit: Visit, every: Measures) -> None:
    whole = cells(visit, {})
    for name, values in options(visit).items():
        for value in values:
            found = cells(visit, {name: value})
            assert found == expected(every, {name: value}), (name, value)
            assert found <= whole


def test_filters_together(visit: Visit, every: Measures) -> None:
    offered, some, none = options(visit), 0, 0
    pairs = [[(name, value) for value in values] for name, values in offered.items()]
    for size in (2, 3, 4):
        for chosen in itertools.combinations(pairs, size):
            # one in so many, or there are thousands
            step = 5 ** (size - 1)
            for given in itertools.islice(itertools.product(*chosen), 0, None, step):
                asked = dict(given)
                found = cells(visit, asked)
                assert found == expected(every, asked), asked
                some += bool(found)
                none += not found
    # both are there to be seen
    assert some
    assert none


def test_nothing_that_fits_is_said(client: FlaskClient) -> None:
    for query in ("year=1900", "party=none", "target=none&approach=none", "year=" + "9" * 5000):
        text = client.get(f"/compare?{query}").text
        assert "Ingen åtgärd passar urvalet." in text
        assert 'href="/compare">Ta bort urvalet' in text
        assert "<table" not in text


@pytest.mark.parametrize("query", ["", "party=moderaterna", "approach=social&year=2021"])
def test_every_cell_opens_its_claims(client: FlaskClient, query: str) -> None:
    page = html.unescape(client.get(f"/compare?{query}").text)
    links = re.findall(r'<td><a href="(/claims[^"]*)"', page)
    assert links
    for link in links:
        text = client.get(link).text
        assert '<article class="claim' in text, link
        for asked in filter(None, query.split("&")):
            assert asked.partition("=")[0] in link


def test_municipalities_are_paged(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trygghetsgraf.site.compare.COLUMNS", 2)
    shown: list[str] = []
    for first in ("", "3"):
        matrix = compare(visit, {"from": first}, 1)
        assert matrix is not None
        shown += matrix.municipalities
        assert matrix.of == len({area for _, area in cells(visit, {})})
    whole = {area for _, area in cells(visit, {})}
    assert sorted(shown) == sorted(whole)
