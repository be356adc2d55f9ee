"""What the rest of the program asks of a store, whichever kind it is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Protocol

import pyoxigraph as ox

from trygghetsgraf.store.bulk import Progress, silent
from trygghetsgraf.store.snapshots import Snapshots

#: graph → the triples that it is to hold
Contents = Mapping[ox.NamedNode, Iterable[ox.Triple]]

NO_META: Mapping[str, str] = MappingProxyType({})
NO_CONTENTS: Contents = MappingProxyType({})


@dataclass(frozen=True)
class Health:
    """Whether a store can be read now."""

    ok: bool
    #: one line for whoever runs the server
    detail: str
    #: how long the answer took
    seconds: float


class GraphStore(Protocol):
    """A store of named graphs and a default graph.

    Queries are not here: those to an embedded store are evaluated on a snapshot in processes
    of their own, those to a remote one are passed on with ``RemoteStore.query``.
    """

    @property
    def snapshots(self) -> Snapshots | None:
        """Published states that readers can stay on; None where the store has none.

        Without them a reader may see two states in two requests that belong together, and
        nothing can be taken back.
        """

    def change(
        self,
        replace: Contents = NO_CONTENTS,
        drop: Collection[ox.NamedNode] = (),
        meta: Mapping[str, str] = NO_META,
    ) -> int | None:
        """Give graphs new contents, remove others and keep the default graph the merge.

        All of it can be read when this returns. Returns the number of the snapshot, if there
        are any. Raises StoreError; what then holds is said by the kind.
        """

    def update(
        self, text: str, base_iri: str | None = None, meta: Mapping[str, str] = NO_META
    ) -> int | None:
        """Carry out a SPARQL update and make the default graph the merge again.

        The text is trusted: SERVICE and LOAD reach out. For changes of whole graphs
        :meth:`change` is quicker, as it knows what may have changed. Returns the number of
        the snapshot, if there are any. Raises StoreError, or SyntaxError with line and column.
        """

    def count_by_graph(self) -> dict[str, int]:
        """Graph IRI → number of triples; ``""`` is the default graph."""

    def dump(self, path: Path) -> None:
        """Write all quads as N-Quads to a file, ``.nq`` or ``.nq.gz``; raises StoreError."""

    def restore_dump(self, path: Path, progress: Progress = silent) -> int | None:
        """Give the store what a dump holds; how much of what it had goes is said by the kind.

        Returns the number of the snapshot, if there are any. Raises InputError or StoreError.
        """

    def health(self) -> Health:
        """Whether the store answers, within a few seconds and without raising."""

    def close(self) -> None:
        """Let go of files and connections."""
