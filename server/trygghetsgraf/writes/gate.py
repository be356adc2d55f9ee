"""The gate between a draft and its publication: checked, inferred, recorded, or dropped."""

from __future__ import annotations

import pyoxigraph as ox

from trygghetsgraf.errors import NotFoundError, StoreError
from trygghetsgraf.namespaces import entailed_graph
from trygghetsgraf.store.graphs import drop_graph
from trygghetsgraf.store.snapshots import Snapshots
from trygghetsgraf.store.writer import Draft, Writer
from trygghetsgraf.writes.log import META, Log, Record
from trygghetsgraf.writes.rules import Rules, load_rules
from trygghetsgraf.writes.trial import Violations, check, infer
from trygghetsgraf.writes.watch import Watch

__all__ = ["Gate", "Violations", "publish", "undo"]


class Gate:
    """What every write to a store passes.

    ``merged`` is False for a store of the user's own: there every graph is the user's, the
    default graph is no merge, and nothing is checked. Else ``rules`` says what written graphs
    must conform to: ``claims`` (the shapes, and each fact has a claim), ``shapes``, ``off``.
    """

    def __init__(self, rules: str, *, merged: bool) -> None:
        self.merged = merged
        self._checked = merged and rules != "off"
        self._claims = rules == "claims"
        self._rules: tuple[str, Rules] | None = None

    def pass_through(self, draft: Draft, watch: Watch, snapshots: Snapshots) -> None:
        """Check what was changed in a draft and add what follows.

        Raises Violations, and StoreError for a store without rules: then drop the draft.
        """
        if not self.merged:
            return
        store = draft.store
        changes = [change for change in watch.changes() if change.before != change.after]
        draft.touched = touched = watch.settle(changes)
        if not self._checked:
            for change in changes:
                stale = ox.NamedNode(str(entailed_graph(change.graph.value)))
                drop_graph(store, stale, touched=touched)
            return
        rules = self._current_rules(store, snapshots)
        report = check(store, changes, rules, claims=self._claims)
        if not report.conforms:
            raise Violations(report)
        infer(store, changes, rules, touched)

    def _current_rules(self, store: ox.Store, snapshots: Snapshots) -> Rules:
        """The rules of the build that the store comes from; read again after another build."""
        build = _meta(snapshots).get("build", "")
        if self._rules is None or self._rules[0] != build:
            self._rules = (build, load_rules(store))
        return self._rules[1]


def publish(
    draft: Draft, log: Log, watch: Watch, *, who: str, kind: str, undoes: str | None = None
) -> Record:
    """Publish a draft with the record of the write that made it; the record.

    Call it with the draft still open, so that the writer's lock is held. Raises StoreError.
    """
    record = Record(who=who, kind=kind, graphs=watch.counts(), undoes=undoes)
    meta = {**_meta(log.snapshots), META: record.model_dump_json(exclude={"snapshot"})}
    with draft.publish(meta) as snapshot:
        made = record.model_copy(update={"snapshot": snapshot.number})
    log.append(made)
    return made


def undo(writer: Writer, gate: Gate, who: str) -> Record:
    """Take back the last write that has not been taken back; the record of doing so.

    Its graphs get what they held in the snapshot before it, and pass the gate like any write:
    what came since may not conform with that. Raises NotFoundError when there is no such
    write or that snapshot is gone, Violations, StoreError; then nothing has changed.
    """
    snapshots, log = writer.snapshots, Log(writer.snapshots)
    last = log.last()
    try:
        base = snapshots.get(last.snapshot - 1)
    except NotFoundError as error:
        raise NotFoundError(
            f"Taking back write {last.id}",
            "the snapshot before it has been pruned.",
            "Write its graphs again as they were, or restore a dump.",
        ) from error
    with base, writer.draft(base=base if last.graphs is None else None) as draft:
        log.complete()
        if last.graphs is None and snapshots.current_number() != last.snapshot:
            raise StoreError(
                f"Taking back write {last.id}",
                "it may have changed any graph, and there are later changes.",
                "Write its graphs again as they were, or restore a snapshot.",
            )
        watch = Watch(draft.store)
        if last.graphs is None:
            watch.everything()
        else:
            _restore(draft.store, base.open(), watch, list(last.graphs))
        gate.pass_through(draft, watch, snapshots)
        return publish(draft, log, watch, who=who, kind="undo", undoes=last.id)


def _restore(store: ox.Store, before: ox.Store, watch: Watch, graphs: list[str]) -> None:
    """Give graphs what they held in another store; ``""`` is the default graph."""
    for name in graphs:
        now = watch.graph(name) or frozenset()
        graph = ox.NamedNode(name) if name else ox.DefaultGraph()
        then = {quad.triple for quad in before.quads_for_pattern(None, None, None, graph)}
        for triple in now - then:
            store.remove(ox.Quad(triple.subject, triple.predicate, triple.object, graph))
        if isinstance(graph, ox.NamedNode):
            if before.contains_named_graph(graph):
                store.add_graph(graph)
            else:
                store.remove_graph(graph)
        store.extend(
            [ox.Quad(t.subject, t.predicate, t.object, graph) for t in then - now],
        )


def _meta(snapshots: Snapshots) -> dict[str, str]:
    """What the next snapshot keeps of what the current one says: the build it comes from."""
    if snapshots.current_number() is None:
        return {}
    with snapshots.current() as snapshot:
        return {name: said for name, said in snapshot.meta.items() if name == "build"}
