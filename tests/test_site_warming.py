"""What the pages need of a whole snapshot is looked up before somebody asks."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from tests.served import publish

from trygghetsgraf.linked.current import Current
from trygghetsgraf.site import warming
from trygghetsgraf.store.snapshots import Snapshots


def test_every_new_snapshot_is_warmed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    warmed: list[int] = []
    monkeypatch.setattr(warming, "_PAUSE", 0.01)
    monkeypatch.setattr(warming, "warm", lambda opened, rest: warmed.append(opened.number))
    stopped = warming.keep_warm(Current(Snapshots(tmp_path)))
    for number in (1, 2):
        publish(tmp_path)
        until = time.monotonic() + 30
        while number not in warmed:
            assert time.monotonic() < until
            time.sleep(0.01)
    stopped.set()
    assert warmed == [1, 2]


def test_warming_finds_what_the_pages_look_for(published: Path) -> None:
    opened = Current(Snapshots(published)).get()
    warming.warm(opened)
    assert {"site-measures", "site-names", "site-party-ways", "site-start"} <= set(
        opened.lately_known()
    )
