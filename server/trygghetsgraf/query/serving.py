"""The broker's process: out of the network, with the gateway beside it if there is one."""

from __future__ import annotations

import asyncio
import functools
import gc
import logging
import os
import signal
import socket
from collections.abc import Mapping, Sequence

from trygghetsgraf.query import children, gateway, isolation
from trygghetsgraf.query.broker import Broker
from trygghetsgraf.query.jobs import Setup

_log = logging.getLogger(__name__)


def serve(listener: socket.socket, setup: Setup) -> None:
    """Be the broker for everyone who connects, until SIGTERM."""
    isolation.die_with_parent(signal.SIGTERM)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    way_out, theirs = socket.socketpair()
    if setup.services and os.fork() == 0:
        children.be_child(functools.partial(_pass_on, setup=setup), theirs)
    theirs.close()
    # A remote store is reached over the network, by us alone: queries never name a server.
    alone = setup.remote is None and isolation.leave_network()
    gateways = {}
    if setup.services and alone:
        gateways = _open_gateway(way_out, setup.services)
    elif setup.services:
        _log.error("SERVICE stays off: this system does not let us take evaluators off the net.")
    gc.freeze()
    asyncio.run(_serve(listener, setup, gateways, way_out, alone=alone))


def _pass_on(control: socket.socket, setup: Setup) -> None:
    gateway.serve(control, setup.services, setup.limits, private=setup.private_services)


def _open_gateway(way_out: socket.socket, services: Sequence[str]) -> dict[str, str]:
    """Give the gateway, which is outside, a socket in here: service → URL to ask it at."""
    isolation.raise_loopback()
    with socket.create_server(("127.0.0.1", 0)) as door:
        socket.send_fds(way_out, [b"x"], [door.fileno()])
        port = door.getsockname()[1]
    return {service: f"http://127.0.0.1:{port}/{number}" for number, service in enumerate(services)}


async def _serve(
    listener: socket.socket,
    setup: Setup,
    gateways: Mapping[str, str],
    way_out: socket.socket,
    *,
    alone: bool,
) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    broker = Broker(setup, gateways, alone=alone)
    if gateways:
        # Without the gateway there are no services: whoever started us starts both again.
        loop.add_reader(way_out, ended.set)
    listener.setblocking(False)

    async def accept() -> None:
        while True:
            broker.accept((await loop.sock_accept(listener))[0])

    accepting = loop.create_task(accept())
    await ended.wait()
    accepting.cancel()
    broker.close()
