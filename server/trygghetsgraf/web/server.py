"""Starting and stopping the server: the web workers and the broker, as child processes."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType, TracebackType
from typing import Self

import trygghetsgraf
from trygghetsgraf.errors import SettingsError, TrygghetsgrafError
from trygghetsgraf.query.forwarding import store_of
from trygghetsgraf.query.jobs import Limits, Remote, Setup
from trygghetsgraf.settings import Settings, child_environment
from trygghetsgraf.store.embedded import EmbeddedStore
from trygghetsgraf.store.writer import Writer
from trygghetsgraf.web.processes import Plan

#: connections that may wait to be accepted
_BACKLOG = 2048
#: seconds between looks at the child processes
_LOOK = 0.2
#: seconds that stopping may take beyond the longest query
_GRACE = 10.0


class ServerDied(TrygghetsgrafError):
    """Raised when the web server's process ends by itself."""


def serve(
    settings: Settings,
    *,
    limits: Limits | None = None,
    workers: int | None = None,
    trusted_proxies: Sequence[str] | None = None,
) -> Running:
    """Start the server; it listens when this returns, and the result has its URL.

    Limits, workers and proxies are those of the settings unless given.
    Raises SettingsError if the address cannot be had.
    """
    limits = limits_of(settings) if limits is None else limits
    # the others are for evaluators: with more workers each wakes the others more often
    workers = workers or settings.workers or max(1, len(os.sched_getaffinity(0)) // 2)
    proxies = settings.trusted_proxies if trusted_proxies is None else tuple(trusted_proxies)
    state = settings.state
    if settings.own_store and not settings.remote_query_url:
        # apart from what is built, which a writer without our rules would spoil
        state = settings.state / "own"
        EmbeddedStore(Writer(state, "the server"), merged=False).start_empty()
    listener = _listen(settings.host, settings.port)
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    url = f"http://{shown}:{port}"
    folder = Path(tempfile.mkdtemp(prefix="trygghetsgraf-"))
    inside = socket.socket(socket.AF_UNIX)
    inside.bind(str(folder / "broker"))
    inside.listen(_BACKLOG)
    plan = Plan(
        state=str(state.resolve()),
        project=str(settings.project.resolve()),
        base=settings.public_base.rstrip("/") or url,
        address=str(folder / "broker"),
        http=listener.fileno(),
        trusted_proxies=proxies,
        workers=workers,
        limits=limits,
        max_body=settings.max_body,
        max_upload=settings.max_upload,
        tokens=str(settings.state.resolve()),
        loopback=settings.own_store and settings.write_from_loopback,
        floating=not settings.public_base,
        log=settings.log_queries,
        remote=bool(settings.remote_query_url),
        services=() if settings.remote_query_url else settings.services,
        operator=settings.operator,
        operator_name=settings.operator_name,
    )
    setup = Setup(
        state.resolve(),
        limits,
        merged=not settings.own_store,
        gate=settings.write_gate,
        services=settings.services,
        private_services=settings.private_services,
        remote=_remote(settings),
        workers=workers,
    )
    return Running(url, plan, setup, listener, inside)


def limits_of(settings: Settings) -> Limits:
    """What a query may use and who has to wait, by the settings."""
    return Limits(
        deadline=settings.query_seconds,
        patience=settings.queue_seconds,
        memory=settings.query_memory,
        result=settings.result_bytes,
        rows=settings.result_rows,
        budget=settings.client_budget,
    )


def _remote(settings: Settings) -> Remote | None:
    """The remote store that the settings name; raises SettingsError if it cannot be one."""
    if not settings.remote_query_url:
        return None
    remote = Remote(
        settings.remote_query_url,
        settings.remote_update_url,
        settings.remote_user,
        settings.remote_secret,
        settings.remote_digest,
        settings.remote_default_graph,
    )
    store_of(Setup(settings.state, remote=remote)).close()
    return remote


def _listen(host: str, port: int) -> socket.socket:
    listener = None
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        family, kind, protocol, _, address = found[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except OSError as error:
        if listener is not None:
            listener.close()
        raise SettingsError(
            f"Listening on {host}, port {port}",
            f"{error.strerror or error}.",
            "Choose another --host or --port.",
        ) from error
    return listener


class Running:
    """A server under way; stops at the end of a ``with`` block."""

    def __init__(
        self, url: str, plan: Plan, setup: Setup, listener: socket.socket, inside: socket.socket
    ) -> None:
        #: where it can be reached from here
        self.url = url
        self._plan = plan
        self._setup = setup
        self._listener = listener
        self._inside = inside
        self._stopping = threading.Event()
        self._broker = self._start_broker()
        # Not as an argument, which everybody on the machine can read: it may hold a token.
        told = Path(plan.address).with_name("plan.json")
        told.write_text(plan.to_text(), encoding="utf-8")
        self._web = self._start(listener, "trygghetsgraf.web", str(told))

    def wait(self) -> None:
        """Return when SIGTERM or SIGINT comes; until then keep the broker alive.

        For the main thread. Raises ServerDied if the web server ends by itself.
        """
        previous = {
            number: signal.signal(number, self._stop_later)
            for number in (signal.SIGTERM, signal.SIGINT)
        }
        try:
            while not self._stopping.wait(_LOOK):
                if self._broker.poll() is not None:
                    self._broker = self._start_broker()
                if self._web.poll() is not None:
                    raise ServerDied(
                        "Serving",
                        f"the web server ended with status {self._web.returncode}.",
                        "See the log, then start it again.",
                    )
        finally:
            for number, handler in previous.items():
                signal.signal(number, handler)

    def stop(self) -> None:
        """Let the requests under way end, then end the processes; safe to call twice."""
        self._end(self._web, self._plan.limits.deadline + _GRACE)
        self._end(self._broker, _GRACE)
        self._listener.close()
        self._inside.close()
        shutil.rmtree(Path(self._plan.address).parent, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _stop_later(self, number: int, frame: FrameType | None) -> None:
        self._stopping.set()

    def _start_broker(self) -> subprocess.Popen[bytes]:
        told = Path(self._plan.address).with_name("setup.json")
        told.write_text(self._setup.to_text(), encoding="utf-8")
        number = str(self._inside.fileno())
        return self._start(self._inside, "trygghetsgraf.query", number, str(told))

    def _start(self, sock: socket.socket, module: str, *args: str) -> subprocess.Popen[bytes]:
        """Start a child in a session of its own, so that Ctrl-C reaches only us."""
        return subprocess.Popen(
            [sys.executable, "-m", module, *args],
            pass_fds=[sock.fileno()],
            env=child_environment(Path(trygghetsgraf.__file__).parents[1]),
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    @staticmethod
    def _end(process: subprocess.Popen[bytes], patience: float) -> None:
        if process.poll() is None:
            process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
