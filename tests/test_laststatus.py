"""Last known status: only where the dates of the documents settle it."""

from __future__ import annotations

from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph

from trygghetsgraf.errors import InputError
from trygghetsgraf.laststatus import StatusDate, last_statuses, status_date
from trygghetsgraf.namespaces import ID, TG

STATUSES = ("planned", "ongoing", "ended")


def statuses(*reports: tuple[str, str], thing: str = "measure/x") -> list[str]:
    """What is known last of a thing from reports of date and status."""
    documents: dict[StatusDate, list[Graph]] = {}
    for when, status in reports:
        graph = Graph()
        graph.add((ID[thing], TG.status, ID[f"status/{status}"]))
        documents.setdefault(status_date(when), []).append(graph)
    result = last_statuses(documents)
    values = [*result.objects(ID[thing], TG.lastKnownStatus)]
    values += result.objects(ID[thing], TG.lastKnownAt)
    assert len(result) == len(values)
    return [str(value).rpartition("status/")[2] for value in values]


@pytest.mark.parametrize(
    ("reports", "known"),
    [
        ([("2021", "planned")], ["planned", "2021"]),
        ([("2024-09-10", "ongoing")], ["ongoing", "2024-09-10"]),
        ([("2021", "planned"), ("2022", "ongoing")], ["ongoing", "2022"]),
        ([("2021-11/2021-12", "planned"), ("2022-01-01", "ended")], ["ended", "2022-01-01"]),
        ([("../2020-05", "planned"), ("2020-06", "ongoing")], ["ongoing", "2020-06"]),
        # overlapping bounds settle nothing
        ([("2021", "planned"), ("2021-12", "ongoing")], []),
        ([("../2020-05", "planned"), ("2019", "ongoing")], []),
        ([("2021-11/2021-12", "planned"), ("2021-12/2022-01", "ongoing")], []),
        ([("2021-12-01", "planned"), ("2021-12-01", "ongoing")], []),
        ([("2021/..", "planned"), ("2022", "ongoing")], []),
        # the same status needs no order
        ([("2021", "ongoing"), ("2021-12", "ongoing")], ["ongoing", "2021-12"]),
        ([("2019", "planned"), ("2021", "ongoing"), ("2021", "ongoing")], ["ongoing", "2021"]),
        # a vague report of the same status does not unsettle a clear one
        (
            [("2020", "planned"), ("2019/2024", "ongoing"), ("2022", "ongoing")],
            ["ongoing", "2022"],
        ),
        ([("2020", "planned"), ("2019/2024", "ended"), ("2022", "ongoing")], []),
    ],
)
def test_last_known_status(reports: list[tuple[str, str]], known: list[str]) -> None:
    for order in permutations(reports):
        assert statuses(*order) == known


@pytest.mark.parametrize("thing", ["event/x", "funding/x"])
def test_only_measures_have_one(thing: str) -> None:
    assert statuses(("2021", "planned"), thing=thing) == []


def test_measures_are_apart() -> None:
    early, late = Graph(), Graph()
    early.add((ID["measure/x"], TG.status, ID["status/planned"]))
    late.add((ID["measure/y"], TG.status, ID["status/ended"]))
    found = last_statuses({status_date("2020"): [early], status_date("2021"): [late]})
    assert sorted(str(s).removeprefix(str(ID)) for s in found.subjects(TG.lastKnownStatus)) == [
        "measure/x",
        "measure/y",
    ]


def test_two_statuses_in_one_document_settle_nothing() -> None:
    graph = Graph()
    for status in ("planned", "ongoing"):
        graph.add((ID["measure/x"], TG.status, ID[f"status/{status}"]))
    assert len(last_statuses({status_date("2020"): [graph]})) == 0


@given(
    st.lists(
        st.tuples(st.integers(2000, 2006), st.integers(0, 3), st.sampled_from(STATUSES)),
        min_size=1,
        max_size=5,
    )
)
def test_the_last_is_after_every_other_status(reports: list[tuple[int, int, str]]) -> None:
    known = statuses(*((f"{year}/{year + span}", status) for year, span, status in reports))
    settled = {
        status
        for year, _, status in reports
        if all(y + span < year for y, span, other in reports if other != status)
    }
    assert set(known[:1]) == settled


def test_bounds_of_a_status_date() -> None:
    assert status_date("../2020-05") == StatusDate("../2020-05", date.min, date(2020, 5, 31))
    with pytest.raises(InputError, match="it is not EDTF"):
        status_date("våren 2020")
