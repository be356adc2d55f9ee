"""The broker's child processes: how one is started, and what its end says of its work."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from trygghetsgraf.query.channel import Channel
from trygghetsgraf.query.failures import Outcome, QueryFailure

_log = logging.getLogger(__name__)

Work = TypeVar("Work")


@dataclass(eq=False)
class Child(Generic[Work]):
    """A child process, the channel to it, and what it works on."""

    pid: int
    #: readable when the process has ended
    exit: int
    #: its standard error
    errors: int
    channel: Channel
    run: Work | None = None
    #: when it was started, by the loop's clock
    born: float = field(default_factory=lambda: asyncio.get_running_loop().time())

    def kill(self) -> None:
        """Have the system end it; it is not waited for."""
        os.kill(self.pid, signal.SIGKILL)

    def bury(self) -> tuple[int, str]:
        """Take leave of a process that has ended: its status (negative: signal), what it said."""
        status = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        said = os.pread(self.errors, 10_000, 0).decode(errors="replace")
        for file in (self.exit, self.errors):
            os.close(file)
        self.channel.close()
        return status, said


def start(
    serve: Callable[[socket.socket], None], told: Callable[[Child[Work], bytes], None]
) -> Child[Work]:
    """Fork a child that serves the socket it is given; ``told`` is called with its frames.

    The caller must not have opened a store: an open one does not survive a fork.
    """
    errors = os.memfd_create("errors")
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        os.dup2(errors, 2)
        be_child(serve, theirs)
    theirs.close()
    child: Child[Work] = Child(
        pid,
        os.pidfd_open(pid),
        errors,
        Channel(ours, lambda frame: told(child, frame), lambda: None),
    )
    return child


def be_child(serve: Callable[[socket.socket], None], sock: socket.socket) -> None:
    """In a process just forked: serve with no other open files than the socket, then end."""
    status = 1
    try:
        signal.set_wakeup_fd(-1)
        control = socket.socket(fileno=os.dup2(sock.detach(), 3))
        os.closerange(4, os.sysconf("SC_OPEN_MAX"))
        serve(control)
        status = 0
    except ConnectionError:
        status = 0  # whoever was served has gone
    except BaseException:
        traceback.print_exc()
    finally:
        # Nothing of the broker that was forked along may run on here.
        os._exit(status)


def why(status: int, said: str) -> QueryFailure:
    """The failure behind a child's own end: -6 is SIGABRT, and so on."""
    if status == -signal.SIGSEGV or "overflowed its stack" in said:
        return QueryFailure(Outcome.MEMORY, "It is nested too deeply.")
    if status == -signal.SIGABRT:
        return QueryFailure(Outcome.MEMORY, "It was stopped at the limit.")
    if status not in (0, -signal.SIGKILL):  # neither told to end nor killed by us
        _log.error("An evaluator ended with %d: %s", status, said)
    return QueryFailure(Outcome.FAILED, "The process that evaluated it ended.")
