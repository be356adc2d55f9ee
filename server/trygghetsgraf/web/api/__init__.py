"""The API for those who do not write SPARQL, under /api.

Modules in reading order: ``evaluation`` (by the broker), ``matching`` (what is described of
``reconcile``), ``openapi`` (the description of all),
``lookups`` (search and the like), ``reconcile`` (matching of others' data), ``routes`` (the
blueprint).
"""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from trygghetsgraf.saved.catalogue import load_catalogue
from trygghetsgraf.saved.evaluation import Evaluator
from trygghetsgraf.saved.running import Runner
from trygghetsgraf.web.api.evaluation import BrokerEvaluator
from trygghetsgraf.web.api.routes import blueprint

__all__ = ["BrokerEvaluator", "with_api"]


def with_api(app: Flask, project: Path, evaluator: Evaluator, base: str) -> Flask:
    """The application with the API over the saved queries of a project.

    ``base`` is the public URL, without a slash. Raises InputErrors if a query is wrong.
    """
    app.register_blueprint(blueprint(Runner(load_catalogue(project / "queries"), evaluator), base))
    return app
