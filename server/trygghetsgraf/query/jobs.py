"""What travels between the processes: a query with all that decides its answer, and limits."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Limits:
    """What a query may use and who has to wait. Times are seconds."""

    #: longest that an evaluation may take
    deadline: float = 30.0
    #: a query that uses more of the processor moves to the slow lane and gives way to others
    quick: float = 0.05
    #: longest that a query may wait for its turn
    patience: float = 10.0
    #: evaluations at a time in the quick lane and in the slow one
    quick_lane: int = 4
    slow_lane: int = 2
    #: queries that may wait for the quick lane, and begun ones that may wait for the slow one
    waiting: int = 256
    paused: int = 32
    #: bytes of memory that one evaluator may use beyond what it starts with
    memory: int = 1 << 30
    #: bytes of one result
    result: int = 1 << 30
    #: seconds in the slow lane that a client may have saved up, and gets back per second
    budget: float = 120.0
    budget_rate: float = 0.5


@dataclass(frozen=True)
class Job:
    """One query to evaluate."""

    query: str
    #: who waits together in the queue and shares a budget
    client: str
    #: what relative IRIs are relative to
    base: str
    #: names of formats in ``formats``; None if the client takes no format of that group
    table: str | None
    graph: str | None
    #: default-graph-uri and named-graph-uri; both empty means: as the query says
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    #: seconds; the broker's own deadline holds where it is shorter
    deadline: float | None = None

    def to_frame(self, number: int, seal: str) -> bytes:
        """The job as bytes, with its number and the seal that ends a complete result."""
        return json.dumps({"job": number, "seal": seal, **asdict(self)}).encode()


@dataclass(frozen=True)
class Numbered:
    """A job as the broker and the evaluators see it."""

    number: int
    seal: str
    job: Job

    @classmethod
    def from_frame(cls, frame: bytes) -> Numbered:
        """The job that :meth:`Job.to_frame` wrote."""
        fields = json.loads(frame)
        number, seal = fields.pop("job"), fields.pop("seal")
        for name in ("default_graphs", "named_graphs"):
            fields[name] = tuple(fields[name])
        return cls(number, seal, Job(**fields))
