"""/sparql: a query in, a result out."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import AsyncIterator, Sequence

from trygghetsgraf.query.answers import Answer
from trygghetsgraf.query.client import Client
from trygghetsgraf.query.formats import GRAPHS
from trygghetsgraf.query.jobs import Change, Job
from trygghetsgraf.query.syntax import may_change
from trygghetsgraf.store.snapshots import Snapshots
from trygghetsgraf.web import description, protocol
from trygghetsgraf.web.cache import Cache, is_known, tag_of
from trygghetsgraf.web.gate import Gate
from trygghetsgraf.web.journal import Counts, Note
from trygghetsgraf.web.messages import Request, Response
from trygghetsgraf.web.negotiation import Chosen, choose_graph
from trygghetsgraf.web.problems import Problem

#: bytes of answers that a worker keeps, and of the largest one that it does
_CACHE = 64 << 20
_CACHE_LARGEST = 1 << 20
#: bytes of a result that are kept in memory for a client that cannot be sent pieces
_IN_MEMORY = 1 << 18
_VARY = "Accept, Accept-Encoding"
#: a host and perhaps a port (RFC 3986, section 3.2.2)
_HOST = re.compile(r"[\w.-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?", re.ASCII)
_GRAPH_NAMES = "SELECT ?graph { GRAPH ?graph {} }"


class Endpoint:
    """The query operation and the service description."""

    def __init__(
        self,
        client: Client,
        snapshots: Snapshots | None,
        url: str,
        gate: Gate,
        *,
        services: Sequence[str] = (),
        floating: bool = False,
    ) -> None:
        """``snapshots`` is None for a store without any: then no answer is kept.

        ``services`` are the IRIs that SERVICE may name. ``floating``: the server has no public
        URL, and the description gives each client the URL that it asked at.
        """
        self._client = client
        self._gate = gate
        self._snapshots = snapshots
        self._known: Cache[Response] = Cache(_CACHE, _CACHE_LARGEST)
        #: absolute; relative IRIs in queries are relative to it too (RFC 3986, 5.1.3)
        self._url = url
        self._floating = floating
        self._services = services

    async def respond(self, request: Request, body: bytes, note: Note) -> Response:
        """The response to a request that may be answered here; raises Problem, QueryFailure."""
        asked = protocol.read(request, body)
        if asked is None:
            return await self._describe(request)
        if isinstance(asked, protocol.Update):
            return await self._update(request, asked, note)
        note.query = asked.query
        return await self.evaluate(request, asked, note)

    async def _update(self, request: Request, asked: protocol.Update, note: Note) -> Response:
        note.query = asked.update
        writer = self._gate.check(request)
        change = Change(
            kind="update",
            client=request.client,
            base=self._url,
            update=asked.update,
            default_graphs=asked.default_graphs,
            named_graphs=asked.named_graphs,
            deadline=asked.deadline,
            who=writer.name,
            scopes=writer.scopes,
        )
        answer = await self._client.ask(change)
        answer.close()
        note.snapshot = answer.snapshot
        return Response(204)

    async def evaluate(self, request: Request, asked: protocol.Asked, note: Note) -> Response:
        """The response to a query that was read; raises QueryFailure."""
        changing = self._snapshots is None or may_change(asked.query)
        current = self.snapshot()
        tag = tag_of(current, asked)
        if not changing:
            note.cached, note.snapshot = True, current
            condition = request.header("if-none-match")
            if condition and request.method != "POST" and is_known(tag, condition):
                return Response(304, _cacheable({}, tag))
            known = self._known.get(tag)
            if known is not None:
                return known
        note.cached = False
        answer = await self._client.ask(self._job(request, asked))
        chosen = asked.graph if answer.form == "graph" else asked.table
        if chosen is None:
            raise ValueError("an answer in a format that was not asked for")
        headers = {"Content-Type": chosen.content_type, "Vary": _VARY}
        note.snapshot = answer.snapshot
        if changing:
            headers["Cache-Control"] = "no-store"
            return await _respond(request, answer, headers)
        if answer.snapshot != current:
            tag = tag_of(answer.snapshot, asked)
        response = await _respond(request, answer, _cacheable(headers, tag))
        response.snapshot = answer.snapshot
        if isinstance(response.body, bytes) and answer.complete:
            self._known.put(tag, response, len(response.body))
        return response

    def snapshots(self) -> list[int]:
        """The numbers of the snapshots that there are, newest first."""
        return [] if self._snapshots is None else self._snapshots.numbers()[::-1]

    def snapshot(self) -> int:
        """The number of the current snapshot, 0 before the first."""
        return (self._snapshots and self._snapshots.current_number()) or 0

    def _job(self, request: Request, asked: protocol.Asked) -> Job:
        return Job(
            query=asked.query,
            client=request.client,
            base=self._url,
            table=_name(asked.table),
            graph=_name(asked.graph),
            default_graphs=asked.default_graphs,
            named_graphs=asked.named_graphs,
            deadline=asked.deadline,
            whole=asked.whole,
        )

    async def ready(self) -> dict[str, object]:
        """Ask the least that can be asked; how that went and which snapshot answered."""
        current = self.snapshot()
        answer = await self._client.ask(
            Job("ASK {}", "", self._url, table="json", graph=None, deadline=5.0)
        )
        answer.close()
        if answer.snapshot < current:
            return {"status": "damaged", "snapshot": answer.snapshot, "damaged": current}
        return {"status": "ok", "snapshot": answer.snapshot}

    async def measures(self) -> bytes:
        """The measures of the whole server; raises QueryFailure."""
        return (await self._client.measures()).encode()

    def report(self, counts: Counts) -> None:
        """Add to the measures what this worker has counted."""
        self._client.report(counts)

    def _abilities(self) -> description.Abilities:
        """What the server can do at this moment: tokens come and go."""
        embedded = self._snapshots is not None
        return description.Abilities(self._gate.exists, embedded, tuple(self._services))

    def _asked_at(self, request: Request) -> str:
        """The URL of the endpoint, with or without a slash at its end, as the client has it."""
        host = request.header("host")
        if self._floating and _HOST.fullmatch(host):
            return f"{request.scheme}://{host}{request.path}"
        return self._url + ("/" if request.path.endswith("/") else "")

    async def _describe(self, request: Request) -> Response:
        word = protocol.last(protocol.values_of(request.query_string), "format")
        chosen = choose_graph(request.header("accept"), word)
        if chosen is None:
            types = ", ".join(format_.media_types[0] for format_ in GRAPHS)
            raise Problem(406, f"The service description can be had as {types}, or as a page.")
        able, url = self._abilities(), self._asked_at(request)
        about = (self.snapshot(), url, able, chosen.media_type)
        known = self._known.get(about)
        if known is not None:
            return known
        job = Job(_GRAPH_NAMES, request.client, self._url, table="json", graph=None)
        found = json.loads(await self._client.whole(job))
        # sorted here: the engine takes twenty times as long to sort terms as to list them
        names = sorted(row["graph"]["value"] for row in found["results"]["bindings"])
        written = description.write(description.describe(url, names, able), chosen.format)
        headers = {"Content-Type": chosen.content_type, "Vary": _VARY, "Cache-Control": "no-cache"}
        response = Response(200, headers, written)
        if self._snapshots is not None:
            self._known.put(about, response, len(written))
        return response


def _name(chosen: Chosen | None) -> str | None:
    return None if chosen is None else chosen.format.name


def _cacheable(headers: dict[str, str], tag: str) -> dict[str, str]:
    """Headers of an answer that may be kept, if it is asked each time whether it still holds."""
    return {**headers, "Vary": _VARY, "ETag": f'"{tag}"', "Cache-Control": "public, no-cache"}


async def _respond(request: Request, answer: Answer, headers: dict[str, str]) -> Response:
    if answer.complete:
        answer.close()
        return Response(200, headers, answer.beginning)
    if request.method == "HEAD":
        answer.close()
        return Response(200, headers, _nothing())
    if request.http_version == "1.0":
        # Such a client could not tell a result that broke off from a whole one.
        return await _whole(answer, headers)
    return Response(200, headers, _chunks(answer))


async def _nothing() -> AsyncIterator[bytes]:
    """A body of unknown length that nobody asked for."""
    pieces: tuple[bytes, ...] = ()
    for piece in pieces:
        yield piece


async def _whole(answer: Answer, headers: dict[str, str]) -> Response:
    """The response to send once all of the result has come; meanwhile it lies in a file."""
    file = tempfile.SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 - the body closes it
    try:
        async for chunk in _chunks(answer):
            file.write(chunk)
    except BaseException:
        file.close()
        raise
    size = file.tell()
    file.seek(0)

    async def pieces() -> AsyncIterator[bytes]:
        with file:
            while piece := file.read(_IN_MEMORY):
                yield piece

    return Response(200, {**headers, "Content-Length": str(size)}, pieces())


async def _chunks(answer: Answer) -> AsyncIterator[bytes]:
    try:
        async for chunk in answer.chunks():
            yield chunk
    finally:
        answer.close()
