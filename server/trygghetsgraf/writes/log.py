"""The log of writes: who changed which graphs, when and by how much.

``<state>/writes.jsonl`` has a line for each. A write is recorded twice, so that no kill can
part it from its record: first in the snapshot that it makes, which is published with the
record in it or not at all, then as a line of the log. A line that is missing is made up for
from the snapshots by whoever writes next; the writer's lock keeps the two in order.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from trygghetsgraf.errors import NotFoundError, StoreError
from trygghetsgraf.store.snapshots import Snapshots

#: under which a snapshot keeps the record of the write that made it
META = "write"


class Count(BaseModel):
    """How many triples a graph gained and lost; None where it is too large to tell."""

    model_config = ConfigDict(frozen=True)

    added: int | None
    removed: int | None


class Record(BaseModel):
    """One write."""

    model_config = ConfigDict(frozen=True)

    id: str = Field(default_factory=lambda: secrets.token_hex(6))
    #: UTC
    when: datetime = Field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))
    #: name of the token, or how else the writer was known
    who: str
    #: ``update``, ``put``, ``post``, ``delete`` or ``undo``
    kind: str
    #: IRI → count; ``""`` is the default graph; None where all graphs may have changed
    graphs: Mapping[str, Count] | None
    #: the write that this one took back
    undoes: str | None = None
    #: number of the snapshot that it made; 0 before it is published
    snapshot: int = 0


class Log:
    """The writes of a state folder."""

    def __init__(self, snapshots: Snapshots) -> None:
        self.snapshots = snapshots
        self._path = snapshots.state / "writes.jsonl"

    def records(self) -> list[Record]:
        """Every write, oldest first, those too that are not in the file yet."""
        logged = self._logged()
        return logged + self._missing(logged)

    def append(self, record: Record) -> None:
        """Add a line, to last; call it with the writer's lock held."""
        self._write([record])

    def complete(self) -> None:
        """Add the lines that a killed writer left out; call it with the writer's lock held."""
        missing = self._missing(self._logged(last=True))
        if missing:
            self._write(missing)

    def last(self) -> Record:
        """The last write that has not been taken back; raises NotFoundError."""
        records = self.records()
        undone = {record.undoes for record in records}
        for record in reversed(records):
            if record.undoes is None and record.id not in undone:
                return record
        raise NotFoundError(
            "Looking for a write to take back", "there is none.", "There is nothing to do."
        )

    def _logged(self, *, last: bool = False) -> list[Record]:
        """The records in the file, or the last one alone."""
        try:
            # What follows the last line's end is nothing, or a line that a kill cut short.
            lines = self._path.read_bytes().split(b"\n")[:-1]
        except FileNotFoundError:
            return []
        try:
            return [Record.model_validate_json(line) for line in (lines[-1:] if last else lines)]
        except ValidationError as error:
            raise StoreError(
                f"Reading the log of writes in {self._path}",
                "one of its lines is damaged.",
                "Move the file away: a new one begins with what the snapshots know.",
            ) from error

    def _missing(self, logged: Sequence[Record]) -> list[Record]:
        """Writes of which only the snapshot knows."""
        last = logged[-1].snapshot if logged else 0
        found = []
        for number in self.snapshots.numbers():
            if number <= last:
                continue
            try:
                with self.snapshots.get(number) as snapshot:
                    text = snapshot.meta.get(META)
            except (NotFoundError, StoreError):
                continue  # pruned this moment, or damaged: it cannot tell
            if text is not None:
                record = Record.model_validate_json(text)
                found.append(record.model_copy(update={"snapshot": number}))
        return found

    def _write(self, records: Sequence[Record]) -> None:
        told = (record.model_dump(mode="json") for record in records)
        lines = [json.dumps(record, ensure_ascii=False) for record in told]
        handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "r+b") as file:
            whole = file.read().rpartition(b"\n")
            file.seek(len(whole[0]) + len(whole[1]))
            file.truncate()
            file.write("".join(f"{line}\n" for line in lines).encode())
            file.flush()
            os.fsync(file.fileno())
