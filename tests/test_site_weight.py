"""What the pages weigh as they are sent, and that the large libraries load only where used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from tests.test_site_browser import KINDS

from trygghetsgraf.linked.current import Current
from trygghetsgraf.saved.catalogue import load_catalogue
from trygghetsgraf.saved.evaluation import LocalEvaluator
from trygghetsgraf.saved.running import Runner
from trygghetsgraf.store.snapshots import Snapshots
from trygghetsgraf.web.linked import with_linked_data
from trygghetsgraf.web.pages import create_app
from trygghetsgraf.web.site import Site, with_site

ROOT = Path(__file__).resolve().parents[1]
#: bytes of a page with its styles and scripts, without the libraries
HEAVY = 100_000
#: kind of page → the library of its editor, drawing or map
LIBRARIES = {"editor": {"yasgui"}, "network": {"cytoscape"}, "map": {"leaflet"}}
#: pages that are made elsewhere, and those of errors
ELSEWHERE = {"releases", "release", "missing", "missing-near"}


@pytest.fixture(scope="module")
def client(published: Path, store: ox.Store) -> Iterator[FlaskClient]:
    runner = Runner(load_catalogue(ROOT / "queries"), LocalEvaluator(store, "1"))
    app = with_linked_data(create_app(), published, "https://x.se")
    site = Site("https://x.se", ROOT, published, runner)
    with with_site(app, site, Current(Snapshots(published))).test_client() as opened:
        yield opened


def sent(client: FlaskClient, path: str) -> tuple[int, str]:
    """Bytes on the wire, and the text."""
    headers = {"Accept": "text/html", "Accept-Encoding": "gzip"}
    packed = client.get(path, headers=headers)
    plain = client.get(path, headers={"Accept": "text/html"})
    assert packed.status_code == plain.status_code == 200, path
    return len(packed.data), plain.text


@pytest.mark.parametrize("kind", sorted(KINDS.keys() - ELSEWHERE))
def test_page_is_light(client: FlaskClient, kind: str) -> None:
    weight, text = sent(client, KINDS[kind])
    assets = set(re.findall(r'(?:src|href)="(/assets/[^"]+)"', text))
    libraries = set()
    for asset in assets:
        folder = asset.split("/")[2]
        if folder in {"yasgui", "cytoscape", "leaflet"}:
            libraries.add(folder)
        else:
            weight += sent(client, asset)[0]
    assert weight < HEAVY
    assert libraries == LIBRARIES.get(kind, set())


def test_saved_queries_are_light(client: FlaskClient) -> None:
    for name, query in load_catalogue(ROOT / "queries").items():
        asked = "&".join(f"{key}={value}" for key, value in query.header.example.items())
        assert sent(client, f"/ask/{name}?{asked}")[0] < HEAVY // 2, name
