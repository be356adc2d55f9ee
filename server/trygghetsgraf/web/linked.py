"""Linked data, discovery and releases, added to the pages."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from trygghetsgraf.linked.current import Current
from trygghetsgraf.store.snapshots import Snapshots
from trygghetsgraf.web.things import things


def with_linked_data(app: Flask, state: Path, base: str) -> Flask:
    """The application with its further routes; ``base`` is the public URL, without a slash."""
    current = Current(Snapshots(state))
    app.register_blueprint(things(current, base))
    return app
