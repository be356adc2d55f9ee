from __future__ import annotations

import pytest

from trygghetsgraf.saved.naming import Named, Names
from trygghetsgraf.saved.search import Index

INDEX = Index(
    Names(
        [
            Named("ex:hosts", (("sv", "trygghetsvård"),), ("trygghetsvårdar",)),
            Named("ex:walkers", (("sv", "Nattvandrare i Tallbro"), ("en", "Night walkers"))),
            Named("ex:cameras", (("sv", "Kameror på torget"),), ("kameraövervakning",)),
            Named("ex:alsjo", (("sv", "Älsjö"),)),
        ]
    ),
    [
        ("ex:q1", "Huddinge har anställt tre trygghetsvårdar.", "ex:d"),
        ("ex:q2", "Nattvandringsgrupperna fortsätter på torget.", "ex:d"),
    ],
)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("trygghetsvärd", ["ex:hosts", "ex:q1"]),
        ("TRYGGHETSVÅRDARNA", ["ex:hosts", "ex:q1"]),
        ("nattvandring", ["ex:walkers", "ex:q2"]),
        ("nattvandrare torget", ["ex:q2"]),
        ("alsjo", ["ex:alsjo"]),
        ("kamreor", ["ex:cameras"]),
        ("kamera", ["ex:cameras"]),
        ("övervakning", ["ex:cameras"]),
        ("night walker", ["ex:walkers"]),
        ("trombon", []),
        ("?!", []),
    ],
)
def test_found_and_ranked(asked: str, found: list[str]) -> None:
    assert [hit.iri for hit in INDEX.search(asked, 10)] == found


def test_no_more_than_wanted() -> None:
    assert [hit.iri for hit in INDEX.search("trygghetsvårdar", 1)] == ["ex:hosts"]
