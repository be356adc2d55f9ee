"""Linked data, discovery and releases, added to the pages."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from trygghetsgraf.linked.catalogue import Operator
from trygghetsgraf.linked.current import Current
from trygghetsgraf.releases.release import Releases
from trygghetsgraf.store.snapshots import Snapshots
from trygghetsgraf.web.discovery import discovery
from trygghetsgraf.web.releases import releases_of
from trygghetsgraf.web.things import things


def with_linked_data(
    app: Flask,
    state: Path,
    base: str,
    operator: Operator = Operator(),  # noqa: B008 - it is frozen
    current: Current | None = None,
) -> Flask:
    """The application with its further routes; ``base`` is the public URL, without a slash.

    ``current``: the snapshot of ``state`` if it is open already, with what is known of it.
    """
    current = current or Current(Snapshots(state))
    releases = Releases(state)
    app.register_blueprint(things(current, releases, base))
    app.register_blueprint(discovery(current, releases, base, operator))
    app.register_blueprint(releases_of(releases, base))
    return app
