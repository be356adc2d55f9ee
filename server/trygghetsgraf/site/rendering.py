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
from markupsafe import Markup, escape

from trygghetsgraf.namespaces import BASE, ID, TG
from trygghetsgraf.site.claims import Claim
from trygghetsgraf.site.dates import as_of, in_words, moment
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
        "as_of": lambda edtf: as_of(edtf, visit.language),
        "number": lambda value: _number(value, visit.language),
        "figure": lambda text: _figure(text, visit.language),
        "moment": lambda time: moment(time, visit.language),
        "milliseconds": lambda seconds: _milliseconds(seconds, visit.language),
        "asset": lambda name: f"{visit.links.root}{STATIC}/{name}?v={_digest(name)}",
        "report": lambda claim: report(visit, claim),
        "link_to": cache(lambda iri: _link(visit, iri)),
        "badge_of": cache(lambda modality: _badge(modality, visit.language)),
    }
    return _environment().get_template(template).render(page | values)


def compile_templates() -> None:
    """Compile every template, so that no reader waits for that."""
    environment = _environment()
    for name in environment.list_templates(extensions=["html"]):
        environment.get_template(name)


def report(visit: Visit, claim: Claim) -> str:
    """A prepared message to the operator about an error in a claim; empty without address."""
    if not visit.operator.email:
        return ""
    t = words(visit.language)
    url = visit.links.base + "/id/claim/" + claim.key
    subject = t["report_subject"].format(key=claim.key)
    body = t["report_body"].format(url=url, quote=claim.quote)
    address = quote(visit.operator.email, safe="@")
    return f"mailto:{address}?subject={quote(subject)}&body={quote(body)}"


def _link(visit: Visit, iri: str) -> Markup:
    """The name of a thing, as a link where it leads somewhere."""
    url, name = visit.links.thing(iri), visit.names.of(iri)
    return Markup('<a href="{}">{}</a>').format(url, name) if url else escape(name)


def _badge(modality: str, language: str) -> Markup:
    """The word for a way of saying, with what it means."""
    t = words(language)
    return Markup('<span class="way {}" title="{}">{}</span>').format(
        modality, t[f"{modality}_about"], t[modality]
    )


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
        share = f"{value * 100:.1f}"
        return share.replace(".", ",") + "\N{NO-BREAK SPACE}%" if language == "sv" else share + "%"
    # a space that does not break, and is thinner than that between words
    return f"{value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}" if language == "sv" else ",")


def _milliseconds(seconds: float, language: str) -> str:
    """A time with two digits that mean something: 0,62 · 5,2 · 32 · 1 655."""
    value = seconds * 1000
    digits = 2 if value < 1 else 1 if value < 10 else 0
    return _figure(f"{value:.{digits}f}", language)


def _figure(text: str, language: str) -> str:
    """A number as it is written in data, as it is written in the language."""
    whole, point, part = text.partition(".")
    if not whole.lstrip("+-").isdecimal() or (point and not part.isdecimal()):
        return text
    mark = "," if language == "sv" else "."
    return _number(int(whole), language) + (mark + part if part.strip("0") else "")
