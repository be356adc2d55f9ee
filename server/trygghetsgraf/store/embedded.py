"""The embedded kind of store: Oxigraph on this disk."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from pathlib import Path

import pyoxigraph as ox

from trygghetsgraf.errors import StoreError
from trygghetsgraf.store.bulk import Progress, dump_nquads, load_nquads, silent
from trygghetsgraf.store.disk import faults
from trygghetsgraf.store.graphs import copy_graphs, count_by_graph, drop_graph, merge, replace_graph
from trygghetsgraf.store.interface import NO_CONTENTS, NO_META, Contents, Health
from trygghetsgraf.store.snapshots import Snapshots
from trygghetsgraf.store.writer import Draft, Writer


class EmbeddedStore:
    """A store in a state folder. A change is a new snapshot: all of it or none, for good.

    ``merged`` is False for a store of the user's own, whose default graph is the user's.
    """

    def __init__(self, writer: Writer, *, merged: bool = True) -> None:
        self._writer = writer
        self._merged = merged

    @property
    def snapshots(self) -> Snapshots:
        """The published states; :meth:`Snapshots.current` is what readers open."""
        return self._writer.snapshots

    def change(
        self,
        replace: Contents = NO_CONTENTS,
        drop: Collection[ox.NamedNode] = (),
        meta: Mapping[str, str] = NO_META,
    ) -> int:
        """Give graphs new contents, remove others and keep the default graph the merge.

        Returns the snapshot's number. Raises StoreError, and then nothing has changed.
        """
        with self._writer.draft() as draft:
            touched = draft.touched = set() if self._merged else None
            for graph in drop:
                with faults(f"Dropping {graph}"):
                    drop_graph(draft.store, graph, merged=self._merged, touched=touched)
            for graph, triples in replace.items():
                new = set(triples)
                with faults(f"Replacing {graph}"):
                    replace_graph(draft.store, graph, new, merged=self._merged, touched=touched)
            return _published(draft, meta)

    def update(
        self, text: str, base_iri: str | None = None, meta: Mapping[str, str] = NO_META
    ) -> int:
        """Carry out a trusted SPARQL update and make the default graph the merge again.

        The merge reads the whole store, some 3 s for a million quads. Returns the snapshot's
        number. Raises SyntaxError or StoreError, and then nothing has changed.
        """
        with self._writer.draft() as draft:
            with faults("Updating"):
                draft.store.update(text, base_iri=base_iri)
                if self._merged:
                    merge(draft.store)
            return _published(draft, meta)

    def rebuild(
        self,
        path: Path,
        keep: Callable[[ox.NamedNode], bool] = lambda graph: False,
        meta: Mapping[str, str] = NO_META,
        progress: Progress = silent,
    ) -> int:
        """Publish a fresh store loaded from N-Quads, which hold their own default graph.

        Graphs of the current snapshot for which ``keep`` is true are carried over, into the
        default graph too where they count. Returns the snapshot's number. Raises InputError
        or StoreError, and then nothing has changed.
        """
        with self._writer.draft(empty=True) as draft:
            load_nquads(draft.store, path, progress)
            if self.snapshots.current_number() is not None:
                with self.snapshots.current() as snapshot, faults("Keeping graphs"):
                    copy_graphs(snapshot.open(), draft.store, keep, merged=self._merged)
            return _published(draft, meta)

    def restore_dump(self, path: Path, progress: Progress = silent) -> int:
        """Publish what a dump holds and nothing else, whatever state the store is in.

        Returns the snapshot's number. Raises InputError or StoreError, and then nothing has
        changed.
        """
        with self._writer.draft(empty=True) as draft:
            load_nquads(draft.store, path, progress)
            if self._merged:
                with faults("Making the default graph"):
                    merge(draft.store)
            return _published(draft, {"restored": path.name})

    def restore_snapshot(self, number: int) -> int:
        """Publish an earlier snapshot again, under a new number, after reading all of it.

        Snapshots share the files that did not change, so damage to one of these is damage to
        all of them: then only a dump or a build helps. Returns the new number. Raises
        NotFoundError or StoreError.
        """
        with self.snapshots.get(number) as snapshot:
            snapshot.verify()
            with self._writer.draft(base=snapshot) as draft:
                draft.touched = set()
                # which write made that one is no news of this one
                meta = {name: said for name, said in snapshot.meta.items() if name != "write"}
                return _published(draft, {**meta, "restored": str(number)})

    def start_empty(self) -> None:
        """Publish an empty snapshot if nothing was published yet: a store of the user's own."""
        if self.snapshots.current_number() is None:
            with self._writer.draft(empty=True) as draft:
                _published(draft, NO_META)

    def count_by_graph(self) -> dict[str, int]:
        """Graph IRI → number of triples; ``""`` is the default graph."""
        with self.snapshots.current() as snapshot:
            return count_by_graph(snapshot.open())

    def dump(self, path: Path) -> None:
        """Write all quads of the current snapshot as N-Quads, ``.nq`` or ``.nq.gz``."""
        with self.snapshots.current() as snapshot:
            dump_nquads(snapshot.open(), path)

    def health(self) -> Health:
        """Whether the current snapshot opens, and if not, what is the matter with it."""
        start = time.monotonic()
        try:
            with self.snapshots.current() as snapshot:
                snapshot.open()
                ok, detail = True, f"snapshot {snapshot.number}"
        except StoreError as error:
            ok, detail = False, str(error)
        return Health(ok, detail, time.monotonic() - start)

    def close(self) -> None:
        """Drop the working copy; what was published is safe."""
        self._writer.close()


def _published(draft: Draft, meta: Mapping[str, str]) -> int:
    with draft.publish(meta) as snapshot:
        return snapshot.number
