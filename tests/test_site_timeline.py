"""The timeline: how each time is known, where it stands on the scale, what says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from trygghetsgraf.linked.current import Current
from trygghetsgraf.namespaces import ID
from trygghetsgraf.site.links import Links
from trygghetsgraf.site.timeline import WIDTH, Moment, how_known, timeline
from trygghetsgraf.site.visit import Visit
from trygghetsgraf.store.snapshots import Snapshots


@pytest.fixture(scope="module")
def moments(published: Path) -> list[Moment]:
    found = timeline(Visit(Current(Snapshots(published)).get(), Links("https://x.se", "sv")), 1)
    assert found is not None
    return list(found.moments)


@pytest.mark.parametrize(
    ("time", "known"),
    [
        ("2021-06-16", "exact"),
        ("2021", "exact"),
        ("2019-21/2019-22", "exact"),
        ("2021-10~", "about"),
        ("2021?/2022", "about"),
        ("2020%", "about"),
        ("2019/..", "after"),
        ("2020-06~/..", "after"),
        ("../2020-05", "before"),
        ("/2020", "before"),
    ],
)
def test_how_a_time_is_known(time: str, known: str) -> None:
    assert how_known(time) == known


def of(moments: list[Moment], key: str) -> Moment:
    return next(m for m in moments if m.thing == str(ID[key]))


def test_what_has_no_end_goes_to_the_end_of_the_scale(moments: list[Moment]) -> None:
    found = next(m for m in moments if m.time == "2013/..")
    assert (found.known, found.x + found.width) == ("after", WIDTH)
    # a start that is itself open, and no end
    assert next(m for m in moments if m.time == "2020-06/..").known == "after"


def test_what_has_no_beginning_comes_from_its_start(moments: list[Moment]) -> None:
    found = next(m for m in moments if m.time == "../2020-05" and m.claims)
    assert (found.known, found.x) == ("before", 0.0)
    assert 0 < found.width < WIDTH


def test_a_document_between_two_days_is_about_there(moments: list[Moment]) -> None:
    document = of(moments, "document/huddinge-interpellationssvar-flemingsberg")
    assert (document.time, document.known, document.claims) == ("2021-11/2021-12", "about", ())
    document = of(moments, "document/hagersten-alvsjo-tjansteutlatande-trygghet")
    assert (document.time, document.known) == ("2024-09-10", "exact")


def test_one_thing_at_one_time_is_said_once_in_each_way(moments: list[Moment]) -> None:
    ways = [(m.thing, m.time, m.claims[0].modality if m.claims else "") for m in moments]
    assert len(ways) == len(set(ways))
    assert all(c.modality == m.claims[0].modality for m in moments for c in m.claims)
    assert any(len(m.claims) > 1 for m in moments)
    assert [m.x for m in moments if m.known == "exact"] == sorted(
        m.x for m in moments if m.known == "exact"
    )
