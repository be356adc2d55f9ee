"""Which kind of store it is: the only place that knows both."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox

from trygghetsgraf.store.embedded import EmbeddedStore
from trygghetsgraf.store.interface import GraphStore
from trygghetsgraf.store.remote import RemoteStore
from trygghetsgraf.store.service import Credentials, Service
from trygghetsgraf.store.writer import Writer


@dataclass(frozen=True)
class RemoteAddress:
    """Where a remote store is, and how to get in."""

    query_url: str
    #: for updates, where it is another
    update_url: str = ""
    credentials: Credentials | None = None
    #: IRI of the graph that holds the merge, for a service without a default graph of its own
    default_graph: str = ""


def open_store(
    state: Path, who: str, remote: RemoteAddress | None = None, *, merged: bool = True
) -> GraphStore:
    """The store of a state folder, or the remote one if there is an address.

    ``who`` is told to those who wait for the writer's lock; ``merged`` is False for a store
    of the user's own. Raises SettingsError for a URL that cannot be one.
    """
    if remote is None:
        return EmbeddedStore(Writer(state, who), merged=merged)
    return open_remote(remote, merged=merged)


def open_remote(remote: RemoteAddress, *, merged: bool = True) -> RemoteStore:
    """The remote store at an address; raises SettingsError for a URL that cannot be one."""
    service = Service(
        remote.query_url, remote.update_url or remote.query_url, credentials=remote.credentials
    )
    default = ox.NamedNode(remote.default_graph) if remote.default_graph else None
    return RemoteStore(service, default_graph=default, merged=merged)
