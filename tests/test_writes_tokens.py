"""Tokens: made once, kept as digests, gone when revoked."""

from __future__ import annotations

import json
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trygghetsgraf.errors import InputError, NotFoundError, StoreError
from trygghetsgraf.writes.tokens import Tokens, covers

GRAPH = "https://example.org/graph/a"


@pytest.fixture
def tokens(tmp_path: Path) -> Tokens:
    return Tokens(tmp_path)


def test_a_secret_finds_its_token(tokens: Tokens) -> None:
    secret, other = tokens.create("anna", [GRAPH]), tokens.create("bo", ["*"])
    found = tokens.find(secret)
    assert found is not None
    assert (found.name, found.graphs) == ("anna", (GRAPH,))
    assert tokens.find(other) == tokens.all()[1]
    for wrong in ("", "x", secret[:-1], secret + "x", "ö" * 40, "\udcff"):
        assert tokens.find(wrong) is None


def test_the_file_is_for_its_owner_and_holds_no_secret(tokens: Tokens, tmp_path: Path) -> None:
    secret = tokens.create("anna", [GRAPH])
    path = tmp_path / "tokens.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert secret not in path.read_text()
    assert len(secret) > 40
    assert {file.name for file in tmp_path.iterdir()} == {"tokens.json", "tokens.lock"}


def test_what_is_revoked_does_not_work_for_anybody_who_looks(
    tokens: Tokens, tmp_path: Path
) -> None:
    secret = tokens.create("anna", [GRAPH])
    elsewhere = Tokens(tmp_path)
    assert elsewhere.find(secret) is not None
    tokens.revoke("anna")
    assert elsewhere.find(secret) is None
    assert not elsewhere.any_works()
    with pytest.raises(NotFoundError, match="none of that name"):
        tokens.revoke("anna")
    with pytest.raises(InputError, match="is or was one"):
        tokens.create("anna", [GRAPH])


def test_a_token_expires(tokens: Tokens) -> None:
    now = datetime.now(UTC)
    late = tokens.create("late", ["*"], now - timedelta(seconds=1))
    soon = tokens.create("soon", ["*"], now + timedelta(hours=1))
    assert (tokens.find(late), tokens.find(soon) is None) == (None, False)
    assert tokens.any_works()


@pytest.mark.parametrize("name", ["", "Anna", "a b", "../x", "å"])
def test_names(tokens: Tokens, name: str) -> None:
    with pytest.raises(InputError, match="no name"):
        tokens.create(name, ["*"])


@pytest.mark.parametrize("graphs", [[], ["graph/a"], ["https://example.org/a b"], ["a*b"]])
def test_scopes_are_graphs(tokens: Tokens, graphs: list[str]) -> None:
    with pytest.raises(InputError):
        tokens.create("anna", graphs)
    assert tokens.all() == ()


def test_a_damaged_file_is_not_taken_for_an_empty_one(tokens: Tokens, tmp_path: Path) -> None:
    (tmp_path / "tokens.json").write_text(json.dumps([{"name": "x"}]))
    with pytest.raises(StoreError, match="damaged"):
        tokens.all()


@pytest.mark.parametrize(
    ("scopes", "graph", "expected"),
    [
        (["*"], GRAPH, True),
        (["*"], "", True),
        ([GRAPH], GRAPH, True),
        ([GRAPH], GRAPH + "b", False),
        (["https://example.org/graph/*"], GRAPH, True),
        (["https://example.org/graph/*"], "https://example.org/graph", False),
        (["https://example.org/graph/*"], "", False),
        (["default"], "", True),
        (["default"], "default", True),
        ([], GRAPH, False),
    ],
)
def test_scopes(scopes: list[str], graph: str, expected: bool) -> None:
    assert covers(scopes, graph) == expected


@given(st.text(), st.text())
def test_a_graph_is_covered_by_itself_alone(one: str, other: str) -> None:
    if one and not one.endswith("*"):
        assert covers([one], one)
        assert covers([one], other) == (one == other or (one == "default" and not other))
