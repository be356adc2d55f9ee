"""The releases as an Atom feed (RFC 4287)."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree

from trygghetsgraf.namespaces import BASE, feed_url, release_url
from trygghetsgraf.releases.release import About

_ATOM = "http://www.w3.org/2005/Atom"
#: entries in the feed; the list of releases has all
_MANY = 50


def atom(releases: Sequence[About], base: str) -> bytes:
    """The feed of the releases, the newest first; there must be one. ``base`` is public."""
    feed = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": "sv"})
    _add(feed, "id", f"{BASE}releases")
    _add(feed, "title", "Trygghetsgrafen: utgåvor")
    _add(feed, "updated", _time(releases[0]))
    _add(feed, "link", rel="self", href=feed_url(base), type="application/atom+xml")
    _add(feed, "link", rel="alternate", href=release_url(base), type="text/html")
    _add(_add(feed, "author"), "name", "Trygghetsgrafen")
    for about in releases[:_MANY]:
        entry = _add(feed, "entry")
        _add(entry, "id", f"{BASE}releases/{about.number}")
        _add(entry, "title", f"Utgåva {about.number}")
        _add(entry, "updated", _time(about))
        _add(entry, "link", rel="alternate", href=release_url(base, about.number))
        _add(entry, "summary", summary(about))
    text: bytes = ElementTree.tostring(feed, "utf-8", xml_declaration=True)
    return text


def summary(about: About) -> str:
    """What is new, in a sentence."""
    if about.dropped:
        return "Filerna har tagits bort, eftersom de innehöll något som har raderats."
    return f"{len(about.added)} nya påståenden, {len(about.withdrawn)} utgångna."


def _time(about: About) -> str:
    return about.made.strftime("%Y-%m-%dT%H:%M:%SZ")


def _add(
    parent: ElementTree.Element, name: str, text: str = "", **given: str
) -> ElementTree.Element:
    element = ElementTree.SubElement(parent, name, given)
    element.text = text or None
    return element
