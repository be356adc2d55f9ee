"""The process of the web workers, which :mod:`server` starts."""

from __future__ import annotations

import json
import signal
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path

from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

from trygghetsgraf.linked.catalogue import Operator
from trygghetsgraf.linked.current import Current
from trygghetsgraf.query import isolation
from trygghetsgraf.query.client import Client
from trygghetsgraf.query.jobs import Limits
from trygghetsgraf.saved.catalogue import load_catalogue
from trygghetsgraf.saved.running import Runner
from trygghetsgraf.site.warming import keep_warm
from trygghetsgraf.store.snapshots import Snapshots
from trygghetsgraf.web.api import BrokerEvaluator, with_api
from trygghetsgraf.web.application import Application, Rules
from trygghetsgraf.web.endpoint import Endpoint
from trygghetsgraf.web.gate import Gate
from trygghetsgraf.web.graphs import GraphStore
from trygghetsgraf.web.linked import with_linked_data
from trygghetsgraf.web.messages import Receive, Scope, Send
from trygghetsgraf.web.pages import create_app
from trygghetsgraf.web.proxies import Proxies
from trygghetsgraf.web.site import Site, with_site
from trygghetsgraf.writes.tokens import Tokens

#: seconds after which a thread must let another one go on that waits for the interpreter: a page
#: looks into the store a thousand times, and may wait each time for what goes on beside it
_TURN = 0.0005


@dataclass(frozen=True)
class Plan:
    """Everything that the processes need to know, in a form that fits an argument."""

    #: folder of the snapshots
    state: str
    #: folder that holds queries/
    project: str
    #: public URL, without a slash at the end
    base: str
    #: path of the broker's socket
    address: str
    #: number of the listening socket
    http: int
    #: addresses and networks of proxies whose X-Forwarded-For is believed
    trusted_proxies: tuple[str, ...] = ()
    workers: int = 2
    #: bytes of a request's body, and of one from somebody who may change the store
    max_body: int = 1 << 20
    max_upload: int = 16 << 20
    #: folder of the tokens, and who may without one: see Gate
    tokens: str = ""
    loopback: bool = False
    #: whether URLs are to follow the requests rather than ``base``
    floating: bool = False
    #: IRIs that SERVICE may name
    services: tuple[str, ...] = ()
    #: e-mail address that pages give for reports of errors, empty for none
    operator: str = ""
    #: who answers for the graph
    operator_name: str = "Trygghetsgrafen"
    #: whether there is a line in the log for each query
    log: bool = True
    #: whether the store is behind somebody's service
    remote: bool = False
    limits: Limits = field(default_factory=Limits)

    def to_text(self) -> str:
        """The plan as :meth:`from_text` reads it."""
        return json.dumps(asdict(self))

    @classmethod
    def from_text(cls, text: str) -> Plan:
        """The plan that another process wrote."""
        fields = json.loads(text)
        fields["limits"] = Limits(**fields["limits"])
        fields["trusted_proxies"] = tuple(fields["trusted_proxies"])
        fields["services"] = tuple(fields["services"])
        return cls(**fields)


class _Web(BaseApplication):  # type: ignore[misc]
    """gunicorn with our settings.

    Its ASGI worker shows a response that breaks off, and cancels the work of a client that
    leaves.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        super().__init__()

    def load_config(self) -> None:
        """Set what differs from gunicorn's defaults."""
        for name, value in {
            "bind": f"fd://{self._plan.http}",
            "workers": self._plan.workers,
            "worker_class": "trygghetsgraf.web.shortcut.Worker",
            "asgi_lifespan": "off",
            "asgi_disconnect_grace_period": 0,
            "control_socket_disable": True,
            "loglevel": "error",
            "limit_request_line": 8190,
            "keepalive": 15,
            "graceful_timeout": int(self._plan.limits.deadline) + 5,
            "proc_name": "trygghetsgraf",
        }.items():
            self.cfg.set(name, value)

    def load(self) -> _Asgi:
        """The application, made in each worker."""
        return _Asgi(make_application(self._plan))


class _Asgi:
    """Nothing but the call: gunicorn looks at what else an application has."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self.known = application.known
        self.plain = application.plain
        self.refusal = application.refusal

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._application(scope, receive, send)


def make_application(plan: Plan) -> Application:
    """The application of one web worker."""
    client = Client(Path(plan.address), plan.limits)
    gate = Gate(Tokens(Path(plan.tokens)), loopback=plan.loopback)
    snapshots = None if plan.remote else Snapshots(Path(plan.state))
    endpoint = Endpoint(
        client,
        snapshots,
        f"{plan.base}/sparql",
        gate,
        services=plan.services,
        floating=plan.floating,
    )
    snapshots = Snapshots(Path(plan.state))
    evaluator = BrokerEvaluator(client, plan.limits, snapshots, f"{plan.base}/sparql")
    project, state = Path(plan.project), Path(plan.state)
    runner = Runner(load_catalogue(project / "queries"), evaluator)
    operator = Operator(plan.operator_name, email=plan.operator)
    current = Current(snapshots)
    app = with_linked_data(create_app(), state, plan.base, operator, current)
    app = with_api(app, project, evaluator, plan.base)
    site = Site(plan.base, project, state, runner, operator)
    sys.setswitchinterval(_TURN)
    keep_warm(current)
    return Application(
        endpoint,
        GraphStore(endpoint, client, gate, "" if plan.floating else plan.base),
        with_site(app, site, current),
        gate,
        Rules(Proxies(plan.trusted_proxies), plan.max_body, plan.max_upload, plan.log),
    )


def serve(plan: Plan) -> None:
    """Be the master of the web workers until SIGTERM."""
    isolation.die_with_parent(signal.SIGTERM)
    _Web(plan).run()
