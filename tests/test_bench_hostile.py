"""The part of the benchmark with hostile queries, at a size for tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.served import EX, publish

from trygghetsgraf.bench.hostile import BROKEN_OFF, assault


@pytest.mark.slow
def test_every_hostile_query_ends_and_ordinary_ones_go_on(tmp_path: Path) -> None:
    publish(tmp_path, "".join(f'<{EX}{i}> <{EX}p> "value {i}" .\n' for i in range(5_000)))
    ordinary = [f"SELECT * {{ <{EX}{i}> ?p ?o }}" for i in range(100)]
    seen = assault(tmp_path, ordinary, deadline=2.0, quiet=1.0)
    assert len(seen.ends) == 20
    assert {status for status, _ in seen.ends} <= {503, 504, 507, BROKEN_OFF}
    assert 504 in {status for status, _ in seen.ends}
    assert min(seen.quiet_many, seen.busy_many) > 10
    assert seen.ratio == seen.busy / seen.quiet
