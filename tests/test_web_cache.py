"""Answers that are known already."""

from __future__ import annotations

import gzip
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.served import EX, ask, get, publish, served

from trygghetsgraf.query.formats import GRAPHS, TABLES
from trygghetsgraf.web.cache import Cache, is_known, tag_of
from trygghetsgraf.web.negotiation import Chosen
from trygghetsgraf.web.protocol import Asked

SELECT = "SELECT * { ?s ?p ?o }"
JSON, CSV = (Chosen(format_, format_.media_types[0]) for format_ in (TABLES[0], TABLES[2]))
TURTLE = Chosen(GRAPHS[0], "text/turtle")


def asked(
    query: str = SELECT,
    default: tuple[str, ...] = (),
    named: tuple[str, ...] = (),
    table: Chosen | None = JSON,
    graph: Chosen | None = TURTLE,
) -> Asked:
    return Asked(query, default, named, table, graph, None)


def test_what_makes_two_answers_the_same() -> None:
    tags = [
        tag_of(1, asked()),
        tag_of(2, asked()),
        tag_of(1, asked(SELECT + " ")),
        tag_of(1, asked(table=CSV)),
        tag_of(1, asked(graph=None)),
        tag_of(1, asked(default=("http://a/",))),
        tag_of(1, asked(named=("http://a/",))),
        tag_of(1, asked(default=("http://a/", "http://b/"))),
        tag_of(1, asked(default=("http://a/",), named=("http://b/",))),
        tag_of(1, asked(default=("http://a/named",), named=("http://b/",))),
    ]
    assert len(set(tags)) == len(tags)
    assert tag_of(1, asked()) == tags[0]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", False),
        ('"abc"', True),
        ('W/"abc"', True),
        ('"abc-gzip"', True),
        ('"x", "abc"', True),
        ('"abcd"', False),
        ("*", False),
    ],
)
def test_whether_the_client_has_it(header: str, expected: bool) -> None:
    assert is_known("abc", header) is expected


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 12))))
def test_a_cache_never_holds_more_than_it_may(puts: list[tuple[int, int]]) -> None:
    cache: Cache[int] = Cache(20, 10)
    for key, size in puts:
        cache.put(key, size, size)
        assert cache.get(key) == size or size > 10
        assert sum(kept for key in range(6) if (kept := cache.get(key)) is not None) <= 20


def test_what_was_not_used_goes_first() -> None:
    cache: Cache[str] = Cache(2, 1)
    cache.put("a", "a", 1)
    cache.put("b", "b", 1)
    assert cache.get("a") == "a"
    cache.put("c", "c", 1)
    assert [cache.get(key) for key in "abc"] == ["a", None, "c"]


def test_over_a_socket(tmp_path: Path) -> None:
    publish(tmp_path)
    path = f"/sparql?query={quote(SELECT)}"
    with served(tmp_path) as running:
        first, second = get(running.url, SELECT), get(running.url, SELECT)
        assert first.body == second.body
        assert first.headers["vary"] == second.headers["vary"] == "Accept, Accept-Encoding"
        tag = first.headers["etag"]
        assert second.headers["etag"] == tag
        assert first.headers["cache-control"] == "public, no-cache"

        for method in ("GET", "HEAD"):
            reply = ask(running.url, method, path, {"If-None-Match": tag})
            assert (reply.status, reply.body, reply.headers["etag"]) == (304, b"", tag)
            assert "content-length" not in reply.headers
        assert get(running.url, SELECT, "text/csv").headers["etag"] != tag
        csv = {"If-None-Match": tag, "Accept": "text/csv"}
        assert ask(running.url, "GET", path, csv).status == 200
        direct = {"Content-Type": "application/sparql-query", "If-None-Match": tag}
        assert ask(running.url, "POST", "/sparql", direct, SELECT.encode()).status == 200

        publish(tmp_path, f"<{EX}x> <{EX}y> <{EX}z> .")
        reply = ask(running.url, "GET", path, {"If-None-Match": tag})
        assert reply.status == 200
        assert reply.headers["etag"] != tag
        assert len(reply.json()["results"]["bindings"]) == 1


def test_what_changes_is_not_kept(tmp_path: Path) -> None:
    publish(tmp_path)
    with served(tmp_path) as running:
        for function in ("NOW()", "RAND()", "UUID()", "STRUUID()"):
            query = f"SELECT ({function} AS ?x) {{}}"
            replies = [get(running.url, query) for _ in range(3)]
            assert len({reply.body for reply in replies}) == 3
            assert all("etag" not in reply.headers for reply in replies)
            assert replies[0].headers["cache-control"] == "no-store"


def test_errors_are_not_kept(tmp_path: Path) -> None:
    with served(tmp_path) as running:
        assert get(running.url, "ASK {}").status == 503
        publish(tmp_path)
        assert get(running.url, "ASK {}").status == 200
        assert "etag" not in get(running.url, "nonsense").headers


def test_compressed_answers(tmp_path: Path) -> None:
    publish(tmp_path, "".join(f'<{EX}{i}> <{EX}p> "{i}" .\n' for i in range(20_000)))
    with served(tmp_path) as running:
        for query in (SELECT + " LIMIT 100", SELECT):
            plain = get(running.url, query)
            path = f"/sparql?query={quote(query)}"
            for _ in range(2):
                small = ask(running.url, "GET", path, {"Accept-Encoding": "br, gzip"})
                assert small.headers["content-encoding"] == "gzip"
                assert gzip.decompress(small.body) == plain.body
                assert small.headers["etag"] == plain.headers["etag"][:-1] + '-gzip"'
            known = {"Accept-Encoding": "gzip", "If-None-Match": small.headers["etag"]}
            assert ask(running.url, "GET", path, known).status == 304
            refused = ask(running.url, "GET", path, {"Accept-Encoding": "gzip;q=0, *"})
            assert "content-encoding" not in refused.headers
