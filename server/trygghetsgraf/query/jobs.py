"""What travels between the processes: a query with all that decides its answer, and limits."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

from pydantic import SecretStr


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
    #: bytes of one result, and rows of a table or triples of a graph
    result: int = 1 << 30
    rows: int = 5_000_000
    #: seconds in the slow lane that a client may have saved up, and gets back per second
    budget: float = 120.0
    budget_rate: float = 0.5


@dataclass(frozen=True)
class Remote:
    """A store behind a SPARQL service of somebody's."""

    query_url: str
    #: where updates go, if elsewhere
    update_url: str = ""
    #: a user's password, or a token if there is no user
    user: str = ""
    secret: SecretStr = field(default_factory=lambda: SecretStr(""))
    digest: bool = False
    #: the graph that holds the merge, for a service without a default graph of its own
    default_graph: str = ""


@dataclass(frozen=True)
class Setup:
    """What the broker is started with."""

    #: folder of the snapshots
    state: Path
    limits: Limits = Limits()
    #: whether the default graph is the merge of the named ones; not so in a user's own store
    merged: bool = True
    #: what written graphs must conform to: ``claims``, ``shapes`` or ``off``, see settings
    gate: str = "claims"
    #: IRIs that SERVICE may name, and whether they may lead into private networks
    services: tuple[str, ...] = ()
    private_services: bool = False
    #: web workers, which share the quick lane
    workers: int = 2
    #: None for the snapshots in the state folder
    remote: Remote | None = None

    def to_text(self) -> str:
        """The setup, secret and all, as :meth:`from_text` reads it."""
        fields = {**asdict(self), "state": str(self.state)}
        if self.remote is not None:
            fields["remote"]["secret"] = self.remote.secret.get_secret_value()
        return json.dumps(fields)

    @classmethod
    def from_text(cls, text: str) -> Setup:
        """The setup that another process wrote."""
        fields = json.loads(text)
        fields["state"] = Path(fields["state"])
        fields["limits"] = Limits(**fields["limits"])
        fields["services"] = tuple(fields["services"])
        if fields["remote"] is not None:
            secret = SecretStr(fields["remote"].pop("secret"))
            fields["remote"] = Remote(**fields["remote"], secret=secret)
        return cls(**fields)


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
    default_graphs: Sequence[str] = ()
    named_graphs: Sequence[str] = ()
    #: seconds; the broker's own deadline holds where it is shorter
    deadline: float | None = None
    #: not a query: everything in the store
    whole: bool = False

    def to_frame(self) -> bytes:
        """The job as bytes."""
        # not asdict(), which copies everything inside
        return json.dumps(vars(self)).encode()

    @classmethod
    def from_frame(cls, frame: bytes) -> Job:
        """The job that :meth:`to_frame` wrote."""
        return cls(**json.loads(frame))


@dataclass(frozen=True)
class Part:
    """Data in a request: in base64, and the name of its format in ``formats``."""

    data: str
    format: str


@dataclass(frozen=True)
class Change:
    """A change of the store: an update, or what the graph store is told to do."""

    #: ``update``, ``put``, ``post`` or ``delete``
    kind: str
    client: str
    #: what relative IRIs are relative to
    base: str
    update: str = ""
    #: using-graph-uri and using-named-graph-uri
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    #: IRI of the graph, empty for the default graph, None for all of the store
    graph: str | None = None
    parts: tuple[Part, ...] = ()
    deadline: float | None = None
    #: name of the token, and the graphs that it allows: see ``writes.tokens``
    who: str = ""
    scopes: tuple[str, ...] = ()
    #: number of a snapshot since which the graph must not have changed
    unchanged_since: int | None = None
    #: whether the graph must be there, or must not; None if that does not matter
    must_exist: bool | None = None

    def to_frame(self, number: int, seal: str) -> bytes:
        """The change as bytes, with its number and the seal that ends a complete answer."""
        return json.dumps({"job": number, "seal": seal, "change": asdict(self)}).encode()


@dataclass(frozen=True)
class NumberedChange:
    """A change as the broker and the process that carries it out see it."""

    number: int
    seal: str
    change: Change

    @classmethod
    def from_frame(cls, frame: bytes) -> NumberedChange:
        """The change that :meth:`Change.to_frame` wrote."""
        told = json.loads(frame)
        fields = told["change"]
        for name in ("default_graphs", "named_graphs", "scopes"):
            fields[name] = tuple(fields[name])
        fields["parts"] = tuple(Part(**part) for part in fields["parts"])
        return cls(told["job"], told["seal"], Change(**fields))
