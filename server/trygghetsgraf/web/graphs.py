"""/graphs: the SPARQL 1.1 Graph Store HTTP Protocol.

``/graphs?graph=IRI`` and ``/graphs?default`` name a graph indirectly (section 4.2). The URL
``/graphs/anything`` is itself the name of one (4.1), and ``/graph/anything``, where the graphs
of this project are served, takes changes of the graph whose IRI is served there; reading that
leads to its page like every identifier. ``/graphs`` alone is the whole store:
POST makes a graph with a new name (5.5), and beyond the standard GET gives all of it, PUT
replaces it and DELETE empties it.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote, urljoin

from pyoxigraph import NamedNode
from werkzeug.http import parse_etags

from trygghetsgraf.namespaces import BASE, GRAPH
from trygghetsgraf.query.client import Client
from trygghetsgraf.query.formats import GRAPH_BY_WORD, GRAPHS, Format
from trygghetsgraf.query.jobs import Change, Job
from trygghetsgraf.web import protocol
from trygghetsgraf.web.cache import compressed, tag_of
from trygghetsgraf.web.endpoint import Endpoint
from trygghetsgraf.web.gate import Gate, Writer
from trygghetsgraf.web.journal import Note
from trygghetsgraf.web.messages import Request, Response
from trygghetsgraf.web.negotiation import Chosen, choose_graph
from trygghetsgraf.web.problems import Problem
from trygghetsgraf.web.uploads import parts_of

PATH = "/graphs"
#: where graphs of this project have their IRIs, below the public URL
_OWN = "/" + str(GRAPH).removeprefix(BASE)
METHODS = ("GET", "HEAD", "PUT", "POST", "DELETE", "OPTIONS")
_PARAMETERS = frozenset({"graph", "default", "format"})
_DATASETS = (GRAPH_BY_WORD["nquads"], GRAPH_BY_WORD["trig"])


@dataclass(frozen=True)
class _Target:
    """What a request is about."""

    #: absolute IRI, empty for the default graph, None for the whole store
    graph: str | None
    #: absolute URL of the request, without its query
    url: str


class GraphStore:
    """Reads by the evaluators, changes by the one process that makes them."""

    def __init__(self, endpoint: Endpoint, client: Client, gate: Gate, base: str) -> None:
        """``base`` is the public URL; if empty, the URL of each request is what it says."""
        self._endpoint = endpoint
        self._client = client
        self._gate = gate
        self._base = base

    async def respond(self, request: Request, body: bytes, note: Note) -> Response:
        """The response to a request at or below ``/graphs``; raises Problem, QueryFailure."""
        target = self._target(request)
        note.query = f"{request.method} {'' if target.graph is None else target.graph}"
        if request.method in ("GET", "HEAD"):
            return await self._read(request, target, note)
        writer = self._gate.check(request)
        return await self._change(request, target, body, note, writer)

    def _target(self, request: Request) -> _Target:
        base = self._base or f"{request.scheme}://{request.header('host')}"
        url = base + quote(request.path, safe="/:@!$&'()*+,;=~-._%")
        values = protocol.values_of(request.query_string)
        graphs = values.get("graph", [])
        if unknown := set(values) - _PARAMETERS:
            # a misspelt one must not make the whole store of a graph
            raise Problem(400, f"There is no parameter {min(unknown)!r} here.")
        if "" in graphs:
            raise Problem(400, "The parameter graph is empty. Give the IRI of a graph.")
        if "default" in values or graphs:
            if len(graphs) + ("default" in values) > 1 or request.path.rstrip("/") != PATH:
                raise Problem(400, "Name one graph: ?graph=IRI, ?default, or a URL below /graphs.")
            return _Target(_absolute(url, graphs[0]) if graphs else "", url)
        if request.path.startswith(_OWN):
            own = BASE + quote(request.path, safe="/:@!$&'()*+,;=~-._%").removeprefix("/")
            return _Target(_absolute(own, ""), url)
        return _Target(None if request.path.rstrip("/") == PATH else _absolute(url, ""), url)

    async def _read(self, request: Request, target: _Target, note: Note) -> Response:
        word = protocol.last(protocol.values_of(request.query_string), "format")
        formats = GRAPHS if target.graph is not None else _DATASETS
        chosen = choose_graph(request.header("accept"), word, formats)
        if chosen is None:
            types = ", ".join(format_.media_types[0] for format_ in formats)
            raise Problem(406, f"This can be had as {types}.")
        asked = _asked(target.graph, chosen)
        if target.graph and not await self._exists(request, target.graph):
            raise Problem(404, f"There is no graph {target.graph}.")
        return await self._endpoint.evaluate(request, asked, note)

    def _since(self, request: Request, graph: str | None) -> int | None:
        """The number of the snapshot whose entity tag If-Match has; None without the header.

        Raises Problem if it is of none that there still is.
        """
        given = parse_etags(request.header("if-match"))
        if not given or given.star_tag:
            return None
        formats = GRAPHS if graph is not None else _DATASETS
        for number in self._endpoint.snapshots():
            if any(given.contains(tag) for tag in _tags(number, graph, formats)):
                return number
        detail = "It has changed since you read it, or the ETag is not one of ours."
        raise Problem(412, detail, "query-conflict")

    async def _exists(self, request: Request, graph: str) -> bool:
        job = Job(
            f"ASK {{ GRAPH <{graph}> {{}} }}", request.client, graph, table="json", graph=None
        )
        return bool(json.loads(await self._client.whole(job))["boolean"])

    async def _change(
        self, request: Request, target: _Target, body: bytes, note: Note, writer: Writer
    ) -> Response:
        graph, new = target.graph, False
        if graph is None and request.method == "POST":
            graph, new = f"{target.url.rstrip('/')}/{secrets.token_hex(8)}", True
        parts = () if request.method == "DELETE" else parts_of(request, body)
        change = Change(
            kind=request.method.lower(),
            client=request.client,
            base=graph or target.url,
            graph=graph,
            parts=parts,
            who=writer.name,
            scopes=writer.scopes,
            unchanged_since=self._since(request, target.graph),
            must_exist=_must_exist(request),
        )
        answer = await self._client.ask(change)
        answer.close()
        note.snapshot = answer.snapshot
        became = json.loads(answer.beginning)
        if request.method == "DELETE":
            if not became["existed"]:
                raise Problem(404, f"There is no graph {graph}.")
            return Response(200)
        if not became["existed"]:
            return Response(201, {"Location": graph or ""} if new else {})
        return Response(200 if request.method == "POST" and became["grew"] else 204)


def is_for_changes(request: Request) -> bool:
    """Whether a request is to change a graph at the place where its IRI is served."""
    return request.path.startswith(_OWN) and request.method not in ("GET", "HEAD")


def _asked(graph: str | None, chosen: Chosen) -> protocol.Asked:
    """The query for a graph, or for the whole store."""
    return protocol.Asked(
        query="CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
        default_graphs=(graph,) if graph else (),
        named_graphs=(),
        table=None,
        graph=chosen,
        deadline=None,
        whole=graph is None,
    )


def _must_exist(request: Request) -> bool | None:
    """What ``*`` asks for (RFC 9110, sections 13.1.1 and 13.1.2); None without it."""
    if request.header("if-match").strip() == "*":
        return True
    return False if request.header("if-none-match").strip() == "*" else None


def _tags(snapshot: int, graph: str | None, formats: tuple[Format, ...]) -> Iterator[str]:
    """Every entity tag that a graph of a snapshot may have been sent with."""
    for format_ in formats:
        for media_type in format_.media_types:
            tag = tag_of(snapshot, _asked(graph, Chosen(format_, media_type)))
            yield from (tag, compressed(tag))


def _absolute(url: str, graph: str) -> str:
    """The IRI of a graph, a relative one resolved against the request (section 4.2)."""
    iri = urljoin(url, graph) if graph else url
    try:
        return NamedNode(iri).value
    except ValueError as error:
        raise Problem(400, f"The graph name {graph!r} is no IRI.") from error
