"""What the pages look up in a whole snapshot, looked up before somebody asks for a page."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

import pyoxigraph as ox

from trygghetsgraf.errors import StoreError
from trygghetsgraf.linked.counts import counts_of
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
#: seconds between two parts of the work, in which requests have the interpreter for themselves
_REST = 0.02
#: seconds that a server which starts waits at most: some 6 at five million quads, 0.2 at our own
_BEGINNING = 15.0
#: https://man7.org/linux/man-pages/man2/setpriority.2.html
_NICE = 5


def warm(opened: Opened, rest: Callable[[], object] = lambda: None) -> None:
    """Look up what the pages over a snapshot need of all of it; ``rest`` after each part.

    What is quick comes first, so that its readers wait for nothing else.
    """
    warm_first(opened)
    rest()
    visit = Visit(opened, Links("", "sv"))
    for document in latest(visit):
        for language in ("sv", "en"):
            claims_in(Visit(opened, Links("", language)), ox.NamedNode(document))
            rest()
    makers: tuple[Callable[[Visit], object], ...] = (
        _timeline,
        _network,
        terms,
        kinds,
        places,
        _search,
        parties,
    )
    for make in makers:
        make(visit)
        rest()


def warm_first(opened: Opened) -> None:
    """Look up what the start page shows and what the catalogue and VoID count."""
    counts_of(opened)
    for language in ("sv", "en"):
        visit = Visit(opened, Links("", language))
        start(visit)
        dataset(visit, None)


def _timeline(visit: Visit) -> object:
    return timeline(visit, 1)


def _network(visit: Visit) -> object:
    return around(visit, "")


def _search(visit: Visit) -> object:
    return search(visit, "a")


def keep_warm(current: Current) -> threading.Event:
    """Warm every snapshot as it is published, in a thread of its own, until the event is set.

    Comes back when the current one is warm, or after a while in any case.
    """

    def watch() -> None:
        # of this thread alone: who asks for a page comes first
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
        number = None
        while not stopped.is_set():
            try:
                opened = current.get()
            except StoreError:
                opened = None
            if opened is not None and (opened.number != number or opened.is_behind()):
                number = opened.number
                warm(opened, lambda: stopped.wait(_REST))
            begun.set()
            # nothing of a snapshot may be held while waiting: it could not be deleted
            del opened
            stopped.wait(_PAUSE)

    stopped, begun = threading.Event(), threading.Event()
    compile_templates()
    threading.Thread(target=watch, name="warming", daemon=True).start()
    begun.wait(_BEGINNING)
    return stopped
