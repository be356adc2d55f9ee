"""What the pages look up in a whole snapshot, looked up before somebody asks for a page."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pyoxigraph as ox

from trygghetsgraf.errors import StoreError
from trygghetsgraf.linked.current import Current, Opened
from trygghetsgraf.site.links import Links
from trygghetsgraf.site.network import around
from trygghetsgraf.site.parties import parties
from trygghetsgraf.site.places import places
from trygghetsgraf.site.reading import claims_in, latest
from trygghetsgraf.site.rendering import compile_templates
from trygghetsgraf.site.search import search
from trygghetsgraf.site.start import start
from trygghetsgraf.site.structured import dataset
from trygghetsgraf.site.terms import kinds, terms
from trygghetsgraf.site.timeline import timeline
from trygghetsgraf.site.visit import Visit

#: seconds between two looks at whether there is another snapshot
_PAUSE = 2.0


def warm(opened: Opened) -> None:
    """Look up what the pages over a snapshot need of all of it."""
    visit = Visit(opened, Links("", "sv"))
    makers: tuple[Callable[[Visit], object], ...] = (start, terms, kinds, parties, places)
    for make in makers:
        make(visit)
    search(visit, "a")
    for document in latest(visit):
        for language in ("sv", "en"):
            claims_in(Visit(opened, Links("", language)), ox.NamedNode(document))
    timeline(visit, 1)
    around(visit, "")
    dataset(visit, None)


def keep_warm(current: Current) -> threading.Event:
    """Warm every snapshot as it is published, in a thread of its own, until the event is set."""

    def watch() -> None:
        compile_templates()
        number = None
        while not stopped.is_set():
            try:
                opened = current.get()
            except StoreError:
                opened = None
            if opened is not None and (opened.number != number or opened.is_behind()):
                number = opened.number
                warm(opened)
            # nothing of a snapshot may be held while waiting: it could not be deleted
            del opened
            stopped.wait(_PAUSE)

    stopped = threading.Event()
    threading.Thread(target=watch, name="warming", daemon=True).start()
    return stopped
