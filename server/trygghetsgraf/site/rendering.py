"""Templates: the content of a page becomes HTML.

Own environment, apart from the web framework's: everything is escaped, an unknown name is an
error, and a page can be rendered without a server.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from urllib.parse import quote

import pyoxigraph as ox
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from trygghetsgraf.namespaces import BASE, ID, TG
from trygghetsgraf.site.claims import Claim
from trygghetsgraf.site.dates import in_words
from trygghetsgraf.site.links import anchor
from trygghetsgraf.site.visit import Visit
from trygghetsgraf.site.words import words

FOLDER = Path(__file__).parent
#: path of the static files under the server's own path
STATIC = "/assets"


def render(template: str, visit: Visit, **values: object) -> str:
    """A page of a template, for a visit."""
    page = {
        "visit": visit,
        "links": visit.links,
        "lang": visit.language,
        "t": words(visit.language),
        "name": visit.names.of,
        "date": lambda edtf: in_words(edtf, visit.language),
        "number": lambda value: _number(value, visit.language),
        "asset": lambda name: f"{visit.links.root}{STATIC}/{name}?v={_digest(name)}",
        "report": lambda claim: report(visit, claim),
    }
    return _environment().get_template(template).render(page | values)


def report(visit: Visit, claim: Claim) -> str:
    """A prepared message to the operator about an error in a claim; empty without address."""
    if not visit.operator:
        return ""
    t = words(visit.language)
    url = visit.links.base + "/id/claim/" + claim.key
    subject = t["report_subject"].format(key=claim.key)
    body = t["report_body"].format(url=url, quote=claim.quote)
    return f"mailto:{quote(visit.operator, safe='@')}?subject={quote(subject)}&body={quote(body)}"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "anchor": anchor,
        "ID": str(ID),
        "TG": str(TG),
        "BASE": BASE,
    }
    environment.tests |= {
        "literal": lambda node: isinstance(node, ox.Literal),
        "ours": lambda iri: iri.startswith(BASE),
    }
    environment.filters |= {"key": lambda iri: iri.rpartition("/")[2]}
    return environment


@cache
def _digest(name: str) -> str:
    """A few digits of the file's hash, so that a changed file has another address."""
    return hashlib.sha256((FOLDER / "static" / name).read_bytes()).hexdigest()[:10]


def _number(value: int | float, language: str) -> str:
    """A number with its thousands apart; a fraction as a percentage with one decimal."""
    if isinstance(value, float):
        text = f"{value * 100:.1f} %"
        return text.replace(".", ",") if language == "sv" else text.replace(" %", "%")
    return f"{value:,}".replace(",", "\N{NO-BREAK SPACE}" if language == "sv" else ",")
