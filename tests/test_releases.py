"""Releases: what is in them, how they differ, what is forgotten."""

from __future__ import annotations

import gzip
import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pyoxigraph as ox
import pytest
from arro3.io import read_parquet
from flask.testing import FlaskClient
from tests.served import publish

from trygghetsgraf.dumps import canonical, nquads, trig, write_packed
from trygghetsgraf.errors import InputError, NotFoundError
from trygghetsgraf.linked.current import Current
from trygghetsgraf.namespaces import BASE, PREFIXES
from trygghetsgraf.releases.making import make_release
from trygghetsgraf.releases.release import Release, Releases, digest_of
from trygghetsgraf.releases.withdrawn import Withdrawn, read_withdrawn
from trygghetsgraf.store.snapshots import Snapshots
from trygghetsgraf.web.linked import with_linked_data
from trygghetsgraf.web.pages import create_app
from trygghetsgraf.web.site import Site, with_site

PUBLIC = "https://x.se/graf"
PROLOGUE = "".join(f"@prefix {prefix}: <{iri}> .\n" for prefix, iri in PREFIXES.items())

#: one claim that reports and one that wishes; G stands for our graphs, I for our things
FIRST = """
<G/document/d> {
  <I/measure/m> a tg:Measure ; tg:status <I/status/ongoing> .
  <I/claim/one> a tg:Claim ; tg:states <I/statement/s> ; tg:passage <I/passage/p> ;
    tg:speaker <I/actor/a> , <I/actor/b> ; tg:force <I/force/states> ;
    tg:polarity <I/polarity/positive> ; tg:certainty <I/certainty/plain> ;
    tg:tense <I/tense/present> .
  <I/statement/s> rdf:subject <I/measure/m> ; rdf:predicate tg:status ;
    rdf:object <I/status/ongoing> .
  <I/claim/two> a tg:Claim ; tg:gist "Bra"@sv ; tg:passage <I/passage/p> .
  <I/passage/p> tg:quote "Vi har värdar."@sv ; tg:inWork <I/document/d> .
  <I/document/d> tg:statusDate "2022" .
}
<G/names/d> {
  <I/measure/m> rdfs:label "Värdar"@sv .
  <I/actor/a> a tg:Actor ; rdfs:label "Anna"@sv , "Ann"@en .
  <I/area/h> a tg:Area ; tg:areaCode "0126" ; geo:hasGeometry <I/geometry/h> .
  <I/geometry/h> geo:asWKT "POINT(17.98 59.24)"^^geo:wktLiteral .
}
<G/inferred/d> { <I/measure/m> a tg:Measure . }
<G/said/d> { <I/measure/m> tg:status <I/status/planned> . }
<G/provenance> { <I/build/x> rdfs:label "bygge"@sv . }
""".replace("<I/", f"<{BASE}id/").replace("<G/", f"<{BASE}graph/")
#: Anna's claim is gone and another one is there, under another name
SECOND = FIRST.replace("claim/one", "claim/three").replace("actor/a>", "actor/anna>")


def built(folder: Path, text: str) -> Path:
    """The folder of a build that holds this TriG."""
    quads = canonical(ox.parse((PROLOGUE + text).encode(), ox.RdfFormat.TRIG))
    folder.mkdir(parents=True, exist_ok=True)
    write_packed(folder / "trygghetsgrafen.nq.gz", nquads(quads))
    write_packed(folder / "trygghetsgrafen.trig.gz", trig(quads))
    (folder / "report.ttl").write_text("")
    (folder / "statistics.json").write_text("[]")
    return folder


def release(state: Path, text: str, day: int = 1, **withdrawn: Any) -> Release:
    made = datetime(2026, 12, day, tzinfo=UTC)
    folder = built(state / "builds" / str(day), text)
    return make_release(state, folder, made, Withdrawn(**withdrawn))


def client_of(state: Path, text: str) -> FlaskClient:
    quads = ox.parse((PROLOGUE + text).encode(), ox.RdfFormat.TRIG)
    merged = [quad.triple for quad in quads if "said" not in str(quad.graph_name)]
    publish(state, "".join(f"{triple} .\n" for triple in merged))
    app = with_linked_data(create_app(), state, PUBLIC)
    return with_site(app, Site(PUBLIC, state=state), Current(Snapshots(state))).test_client()


def keys(claims: Any) -> list[tuple[str, str]]:
    return [(claim.document, claim.key) for claim in claims]


def test_first_release_has_every_claim(tmp_path: Path) -> None:
    about = release(tmp_path, FIRST).about
    assert (about.number, keys(about.added), about.withdrawn) == (
        1,
        [("d", "one"), ("d", "two")],
        (),
    )
    assert [file.name for file in about.files] == [
        "trygghetsgrafen.nq.gz",
        "trygghetsgrafen.trig.gz",
        "report.ttl",
        "statistics.json",
        "claims.parquet",
        "measures.parquet",
        "actors.parquet",
        "areas.parquet",
        "SHA256SUMS",
    ]


def test_files_have_the_checksums_that_are_told(tmp_path: Path) -> None:
    found = release(tmp_path, FIRST)
    told = (found.folder / "SHA256SUMS").read_text().splitlines()
    for line, file in zip(told, found.about.files, strict=False):
        data = (found.folder / file.name).read_bytes()
        assert line == f"{hashlib.sha256(data).hexdigest()}  {file.name}"
        assert (file.sha256, file.size) == (line[:64], len(data))


def test_nothing_new_makes_no_release(tmp_path: Path) -> None:
    release(tmp_path, FIRST)
    assert release(tmp_path, FIRST.replace("build/x", "build/y"), 2).about.number == 1


def test_second_release_names_what_came_and_went(tmp_path: Path) -> None:
    release(tmp_path, FIRST)
    about = release(tmp_path, SECOND, 2).about
    assert (keys(about.added), keys(about.withdrawn)) == ([("d", "three")], [("d", "one")])


def test_third_release_is_compared_with_the_second(tmp_path: Path) -> None:
    for number, text in enumerate((FIRST, SECOND, FIRST), 1):
        last = release(tmp_path, text, number)
    assert (keys(last.about.added), keys(last.about.withdrawn)) == (
        [("d", "one")],
        [("d", "three")],
    )
    assert last.is_gone(f"{BASE}id/claim/three")
    assert not last.is_gone(f"{BASE}id/claim/one")


def test_same_quads_same_bytes(tmp_path: Path) -> None:
    first, other = release(tmp_path / "a", FIRST), release(tmp_path / "b", FIRST)
    assert first.about == other.about


def test_tables(tmp_path: Path) -> None:
    folder = release(tmp_path, FIRST).folder

    def table(name: str) -> dict[str, list[Any]]:
        found = read_parquet(folder / f"{name}.parquet").read_all()
        columns: list[Any] = [column.to_pylist() for column in found.columns]
        return dict(zip(found.column_names, columns, strict=True))

    assert table("claims") == {
        "claim": ["claim/one", "claim/two"],
        "document": ["document/d"] * 2,
        "date": ["2022"] * 2,
        "quote": ["Vi har värdar."] * 2,
        "speakers": [["actor/a", "actor/b"], []],
        "relayed_by": [[], []],
        "force": ["force/states", None],
        "polarity": ["polarity/positive", None],
        "certainty": ["certainty/plain", None],
        "tense": ["tense/present", None],
        "valid_from": [None, None],
        "valid_until": [None, None],
        "gist_sv": [None, "Bra"],
        "gist_en": [None, None],
        "subject": ["measure/m", None],
        "property": ["ontology/status", None],
        "object": ["status/ongoing", None],
        "plain": [True, None],
    }
    assert table("measures")["statuses"] == [["status/ongoing"]]
    assert table("actors")["label_en"] == ["Ann"]
    areas = table("areas")
    assert (areas["code"], areas["latitude"], areas["longitude"]) == (["0126"], [59.24], [17.98])


def test_erasing_deletes_earlier_files(tmp_path: Path) -> None:
    release(tmp_path, FIRST)
    release(tmp_path, SECOND, 2, erased=["actor/a"])
    first, second = Releases(tmp_path).get(1), Releases(tmp_path).get(2)
    assert (first.about.dropped, first.about.files) == (True, ())
    assert sorted(path.name for path in first.folder.iterdir()) == [
        "gone.gz",
        "identifiers.gz",
        "release.json",
    ]
    assert not second.about.dropped
    for path in first.folder.iterdir():
        data = path.read_bytes()
        assert b"actor/a" not in (gzip.decompress(data) if path.suffix == ".gz" else data)


@pytest.mark.parametrize(
    ("withdrawn", "found"),
    [
        ({"replaced": {"actor/b": "actor/a"}}, "actor/b is still in the graph"),
        ({"replaced": {"actor/old": "actor/none"}}, "actor/none is not there"),
        ({"erased": ["actor/a"]}, "the graph still names it"),
        ({"erased": [digest_of(f"{BASE}id/actor/a")]}, "the graph still names it"),
    ],
)
def test_withdrawal_that_does_not_fit(
    tmp_path: Path, withdrawn: dict[str, Any], found: str
) -> None:
    with pytest.raises(InputError, match=found):
        release(tmp_path, FIRST, 1, **withdrawn)
    assert Releases(tmp_path).latest() is None


def test_file_of_withdrawals(tmp_path: Path) -> None:
    assert read_withdrawn(tmp_path) == Withdrawn()
    path = tmp_path / "data" / "withdrawn.yaml"
    path.parent.mkdir()
    path.write_text("replaced:\n  actor/a: actor/b\nerased: [actor/c]\n")
    assert read_withdrawn(tmp_path) == Withdrawn(
        replaced={"actor/a": "actor/b"}, erased=(digest_of(f"{BASE}id/actor/c"),)
    )
    path.write_text("erased: [Anna]\n")
    with pytest.raises(InputError, match=r"withdrawn\.yaml:1: .*write kind/key"):
        read_withdrawn(tmp_path)


def test_no_release_yet(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="the newest is none"):
        Releases(tmp_path).get(1)
    client = client_of(tmp_path, FIRST)
    assert client.get("/releases").get_json() == []
    assert client.get("/releases.atom").status_code == 404
    assert client.get("/releases/latest/trygghetsgrafen.nq.gz").status_code == 404


def test_old_identifiers_are_gone_or_lead_to_the_new(tmp_path: Path) -> None:
    release(tmp_path, FIRST)
    release(tmp_path, SECOND, 2, replaced={"actor/a": "actor/anna"})
    client = client_of(tmp_path, SECOND)
    assert client.get("/id/claim/one").status_code == 410
    assert client.get("/page/id/claim/one.ttl").status_code == 410
    assert client.get("/id/claim/never").status_code == 404
    moved = client.get("/id/actor/a")
    assert (moved.status_code, moved.location) == (308, f"{PUBLIC}/id/actor/anna")
    assert client.get("/page/id/actor/a").location == f"{PUBLIC}/page/id/actor/anna"
    assert client.get("/id/actor/anna").status_code == 303


def test_list_of_releases(tmp_path: Path) -> None:
    release(tmp_path, FIRST)
    release(tmp_path, SECOND, 2)
    client = client_of(tmp_path, SECOND)
    assert [
        (r["number"], r["added"], r["withdrawn"]) for r in client.get("/releases").json or ()
    ] == [
        (2, 1, 1),
        (1, 2, 0),
    ]
    one = client.get("/releases/2").get_json()
    assert one["withdrawn"] == [
        {"claim": f"{BASE}id/claim/one", "document": f"{BASE}id/document/d"}
    ]
    page = client.get("/releases/2", headers={"Accept": "text/html"}).text
    assert 'href="/graf/page/id/claim/three"' in page
    assert 'href="/graf/releases/2/claims.parquet"' in page
    assert "Utgåvor" in client.get("/releases", headers={"Accept": "text/html"}).text
    assert client.get("/releases/3").status_code == 404


def test_files_are_sent_with_digest_and_in_parts(tmp_path: Path) -> None:
    found = release(tmp_path, FIRST)
    client = client_of(tmp_path, FIRST)
    latest = client.get("/releases/latest/trygghetsgrafen.nq.gz")
    assert latest.location == f"{PUBLIC}/releases/1/trygghetsgrafen.nq.gz"
    data = (found.folder / "trygghetsgrafen.nq.gz").read_bytes()
    whole = client.get("/releases/1/trygghetsgrafen.nq.gz", buffered=True)
    assert (whole.data, whole.headers["ETag"]) == (data, f'"{hashlib.sha256(data).hexdigest()}"')
    assert whole.headers["Repr-Digest"].startswith("sha-256=:")
    part = client.get(
        "/releases/1/trygghetsgrafen.nq.gz", headers={"Range": "bytes=10-19"}, buffered=True
    )
    assert (part.status_code, part.data) == (206, data[10:20])
    known = {"If-None-Match": whole.headers["ETag"]}
    assert (
        client.get("/releases/1/trygghetsgrafen.nq.gz", headers=known, buffered=True).status_code
        == 304
    )
    assert client.get("/releases/1/release.json").status_code == 404
    assert client.get("/releases/1/..%2f..%2fcurrent").status_code == 404


def test_files_of_what_was_erased_are_gone(tmp_path: Path) -> None:
    release(tmp_path, FIRST)
    release(tmp_path, SECOND, 2, erased=["actor/a"])
    client = client_of(tmp_path, SECOND)
    assert client.get("/releases/1/trygghetsgrafen.nq.gz", buffered=True).status_code == 410
    assert client.get("/releases/2/trygghetsgrafen.nq.gz", buffered=True).status_code == 200
    assert client.get("/releases/1").get_json()["dropped"] is True


def test_feed(tmp_path: Path) -> None:
    release(tmp_path, FIRST)
    release(tmp_path, SECOND, 2)
    feed = ElementTree.fromstring(client_of(tmp_path, SECOND).get("/releases.atom").data)
    atom = {"a": "http://www.w3.org/2005/Atom"}
    assert [entry.findtext("a:summary", "", atom) for entry in feed.findall("a:entry", atom)] == [
        "1 nya påståenden, 1 utgångna.",
        "2 nya påståenden, 0 utgångna.",
    ]
    assert feed.findtext("a:updated", "", atom) == "2026-12-02T00:00:00Z"


def test_robots(tmp_path: Path) -> None:
    assert "Disallow: /graf/sparql" in client_of(tmp_path, FIRST).get("/robots.txt").text
