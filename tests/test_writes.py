"""Writes from outside: a real server over the published graph, real clients, the command line.

The server has a public URL under a path, behind nginx where that is asked for.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import pytest
from rdflib import RDF, SH, Graph, Literal, URIRef
from rdflib.plugins.stores.sparqlstore import SPARQLUpdateStore
from SPARQLWrapper import POST, SPARQLWrapper
from tests.peer_servers import free_port, nginx_proxy
from tests.served import Reply, ask, bearer, get, served
from tests.written import document, insertion

from trygghetsgraf.build import build
from trygghetsgraf.namespaces import BASE, GRAPH, ID, ONTOLOGY_GRAPH, SHAPE, entailed_graph
from trygghetsgraf.settings import load_settings

ROOT = Path(__file__).resolve().parents[1]
EX = "https://example.org/graph/"
UPDATE = {"Content-Type": "application/sparql-update"}
TURTLE = {"Content-Type": "text/turtle"}
PREFIX = "/sma/graf"
MEND = {
    "sv": "Ge saken ett namn på svenska och ett på engelska",
    "en": "Give the thing one Swedish and one English name",
}


@dataclass(frozen=True)
class Server:
    """A server that takes writes below https://example.org/graph/ and /graph/agency/."""

    url: str
    #: what people see
    public: str
    state: Path
    token: dict[str, str]

    def update(self, text: bytes, **headers: str) -> Reply:
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return ask(self.url, "POST", "/sparql", {**UPDATE, **self.token, **more}, text)

    def send(self, method: str, path: str, body: bytes = b"", **headers: str) -> Reply:
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return ask(self.url, method, path, {**TURTLE, **self.token, **more}, body)

    def holds(self, pattern: str) -> bool:
        """Whether every one of some new connections sees the pattern: any worker may answer."""
        replies = [get(self.url, f"ASK {{ {pattern} }}").json()["boolean"] for _ in range(4)]
        assert len(set(replies)) == 1
        return bool(replies[0])


def named(graph: str) -> str:
    return f"/graphs?graph={quote(graph, safe='')}"


def copied(published: Path, folder: Path) -> Path:
    """A state folder of one's own with the published graph."""
    shutil.copytree(published, folder, symlinks=True)
    return folder


@pytest.fixture(scope="module")
def server(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    state = copied(published, tmp_path_factory.mktemp("writes") / "state")
    token = bearer(state, f"{EX}*", f"{GRAPH}agency/*", f"{ONTOLOGY_GRAPH}")
    public = f"http://127.0.0.1:{free_port()}{PREFIX}"
    with served(state, changed={"public_base": public}) as running:
        yield Server(running.url, public, state, token)


def cli(state: Path, *args: str) -> subprocess.CompletedProcess[str]:
    """The command itself."""
    command = [sys.executable, "-m", "trygghetsgraf", "--state", str(state), *args]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)


# Who may


def test_tokens_come_and_go_while_the_server_runs(published: Path, tmp_path: Path) -> None:
    state = copied(published, tmp_path / "state")
    text = f"INSERT DATA {{ GRAPH <{EX}a> {{ <x:s> <x:p> 1 }} }}".encode()
    with served(state) as running:
        server = Server(running.url, running.url, state, {"Authorization": "Bearer guessed"})
        refused = server.update(text)
        assert (refused.status, refused.json()["type"].rpartition("/")[2]) == (403, "read-only")
        made = cli(state, "token", "create", "anna", "--graph", f"{EX}*")
        secret = made.stdout.strip()
        assert made.returncode == 0
        assert server.update(text).status == 401
        token = {"Authorization": f"Bearer {secret}"}
        assert server.update(text, **token).status == 204
        assert cli(state, "token", "revoke", "anna").returncode == 0
        again = server.update(text, **token)
        assert (again.status, again.json()["type"].rpartition("/")[2]) == (403, "read-only")
        bo = cli(state, "token", "create", "bo", "--graph", "*", "--expires", "2001-01-01")
        assert bo.returncode == 0
        assert server.update(text, Authorization=f"Bearer {bo.stdout.strip()}").status == 403
    listed = json.loads(cli(state, "token", "list", "--format", "json").stdout)
    assert [(token["name"], token["graphs"]) for token in listed] == [
        ("anna", [f"{EX}*"]),
        ("bo", ["*"]),
    ]
    kept = b"".join(path.read_bytes() for path in state.glob("*") if path.is_file())
    assert secret.encode() not in kept
    assert "digest" not in cli(state, "token", "list").stdout
    assert cli(state, "token", "create", "anna", "--graph", "*").returncode == 2


def test_other_peoples_graphs(server: Server) -> None:
    text = b"INSERT DATA { GRAPH <https://example.com/theirs> { <x:s> <x:p> 1 } }"
    reply = server.update(text)
    assert (reply.status, reply.json()["type"]) == (403, f"{BASE}problem/query-scope")
    assert "<https://example.com/theirs>" in reply.json()["detail"]
    assert server.send("PUT", named("https://example.com/theirs")).status == 403


@pytest.mark.parametrize(
    "update",
    [
        f"INSERT DATA {{ GRAPH <{ONTOLOGY_GRAPH}> {{ <x:s> <x:p> 1 }} }}",
        f"WITH <{ONTOLOGY_GRAPH}> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}",
        "DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o . ?s a ?class } }",
        f"COPY <{EX}a> TO <{ONTOLOGY_GRAPH}>",
        f"MOVE <{ONTOLOGY_GRAPH}> TO <{EX}a>",
        f"INSERT DATA {{ GRAPH <{entailed_graph(EX)}> {{ <x:s> <x:p> 1 }} }}",
    ],
)
def test_graphs_of_the_build_are_refused_to_every_token(server: Server, update: str) -> None:
    reply = server.update(update.encode())
    assert (reply.status, reply.json()["type"]) == (403, f"{BASE}problem/query-protected")
    assert str(GRAPH) in reply.json()["detail"]


@pytest.mark.parametrize(
    "update", ["INSERT DATA { <x:s> <x:p> 1 }", "DROP ALL", "CLEAR DEFAULT", "CLEAR NAMED"]
)
def test_so_is_the_default_graph(server: Server, update: str) -> None:
    assert server.update(update.encode()).status == 403


# What is checked


def test_a_report_names_what_to_mend_in_the_clients_language(server: Server) -> None:
    for language, words in MEND.items():
        sent = server.send(
            "PUT", named(f"{EX}bad"), document("bad", named=False), Accept_Language=language
        )
        assert (sent.status, sent.headers["content-language"]) == (422, language)
        assert sent.type == "application/problem+json"
        (result,) = sent.json()["results"]
        assert result["focusNode"] == str(ID["measure/kameror-bad"])
        assert result["sourceShape"] == f"{SHAPE}Named-label"
        assert result["resultMessage"].startswith(words)
    assert not server.holds(f"GRAPH <{EX}bad> {{}}")


@pytest.mark.parametrize(
    ("accept", "format_"),
    [
        ("text/turtle", "turtle"),
        ("application/ld+json", "json-ld"),
        ("application/n-triples", "nt"),
        ("application/rdf+xml", "xml"),
    ],
)
def test_a_report_in_rdf(server: Server, accept: str, format_: str) -> None:
    sent = server.update(
        insertion(f"{EX}bad", "bad", named=False), Accept=accept, Accept_Language="en-GB, sv;q=0.5"
    )
    assert (sent.status, sent.type.partition(";")[0]) == (422, accept)
    report = Graph().parse(data=sent.body, format=format_)
    (result,) = report.subjects(RDF.type, SH.ValidationResult)
    assert report.value(result, SH.focusNode) == URIRef(ID["measure/kameror-bad"])
    assert report.value(result, SH.sourceShape) == URIRef(SHAPE["Named-label"])
    (message,) = report.objects(result, SH.resultMessage)
    assert isinstance(message, Literal)
    assert (message.language, str(message)[:20]) == ("en", MEND["en"][:20])


@pytest.mark.parametrize("accept", ["text/plain", "text/html"])
def test_a_report_for_people(server: Server, accept: str) -> None:
    body = document("bad", named=False)
    sent = server.send("PUT", named(f"{EX}bad"), body, Accept=accept, Accept_Language="sv")
    assert (sent.status, sent.type) == (422, f"{accept}; charset=utf-8")
    text = sent.body.decode()
    assert MEND["sv"] in text
    assert str(ID["measure/kameror-bad"]) in text
    assert "Named-label" in text


def test_what_follows_is_there_and_goes_again(server: Server) -> None:
    graph = f"{EX}follows"
    activity = f"<{ID['measure/kameror-77']}> a <{BASE}ontology/Activity>"
    assert server.send("PUT", named(graph), document(77)).status == 201
    assert server.holds(activity)
    assert server.holds(f"GRAPH <{entailed_graph(graph)}> {{ {activity} }}")
    assert server.send("DELETE", named(graph)).status == 200
    assert not server.holds(activity)
    assert not server.holds(f"GRAPH <{entailed_graph(graph)}> {{}}")


def test_the_gate_can_be_turned_off(published: Path, tmp_path: Path) -> None:
    state = copied(published, tmp_path / "state")
    token = bearer(state)
    with served(state, changed={"write_gate": "off"}) as running:
        server = Server(running.url, running.url, state, token)
        assert server.send("PUT", named(f"{EX}bad"), document("bad", named=False)).status == 201
        assert server.holds(f"<{ID['measure/kameror-bad']}> ?p ?o")
        assert server.send("PUT", named(str(ONTOLOGY_GRAPH))).status == 403


def test_figures_and_a_build_go_on_after_a_write(server: Server) -> None:
    assert server.send("PUT", named(f"{EX}stats"), b"<x:a> a <x:b> .").status == 201
    figures = cli(server.state, "stats", "--format", "json")
    assert figures.returncode == 0
    assert json.loads(figures.stdout)


@pytest.mark.slow
def test_a_build_leaves_what_others_wrote(published: Path, tmp_path: Path) -> None:
    state = copied(published, tmp_path / "state")
    token = bearer(state)
    settings = load_settings(project=ROOT, state=state)
    graph = f"{EX}kept"
    measure = f"<{ID['measure/kameror-9']}>"
    with served(state) as running:
        server = Server(running.url, running.url, state, token)
        assert server.send("PUT", named(graph), document(9)).status == 201
        assert not build(settings).changed
        shutil.rmtree(state / "builds")
        assert build(settings).changed
        assert server.holds(f"GRAPH <{graph}> {{ {measure} ?p ?o }} {measure} ?p ?o")
        assert server.holds(f"GRAPH <{entailed_graph(graph)}> {{ {measure} ?p ?o }}")
        assert server.send("DELETE", named(graph)).status == 200
        assert not server.holds(f"{measure} ?p ?o")


# The protocols


def test_using_graph_uri(server: Server) -> None:
    one, two = f"{EX}one", f"{EX}two"
    assert server.send("PUT", named(one), b"<x:a> <x:p> <x:b> .").status == 201
    text = f"INSERT {{ GRAPH <{two}> {{ ?s <x:q> ?o }} }} WHERE {{ ?s <x:p> ?o }}".encode()
    path = f"/sparql?using-graph-uri={quote(one, safe='')}"
    assert ask(server.url, "POST", path, {**UPDATE, **server.token}, text).status == 204
    assert server.holds(f"GRAPH <{two}> {{ <x:a> <x:q> <x:b> }}")
    text = (
        f"DELETE {{ GRAPH <{two}> {{ ?s ?p ?o }} }}"
        " WHERE { GRAPH ?g { ?x <x:p> ?y } GRAPH ?g { ?s ?p ?o } }"
    ).encode()
    path = f"/sparql?using-named-graph-uri={quote(two, safe='')}"
    assert ask(server.url, "POST", path, {**UPDATE, **server.token}, text).status == 204
    assert server.holds(f"GRAPH <{two}> {{ <x:a> <x:q> <x:b> }}")


def test_the_graph_store_by_its_own_iri(server: Server) -> None:
    """Directly (section 4.1): where the IRI of a graph is served, its changes are taken."""
    path, iri = "/graph/agency/measures", f"{GRAPH}agency/measures"
    assert server.send("PUT", path, b"<x:a> <x:p> <x:b> .").status == 201
    assert server.holds(f"GRAPH <{iri}> {{ <x:a> <x:p> <x:b> }}")
    assert server.send("POST", path, b"<x:a> <x:p> <x:c> .").status == 200
    page = ask(server.url, "GET", path, {"Accept": "text/turtle"})
    assert (page.status, page.headers["location"]) == (303, f"{server.public}/page{path}")
    patch = server.send("PATCH", path)
    assert (patch.status, patch.headers["allow"]) == (405, "GET, HEAD, PUT, POST, DELETE, OPTIONS")
    assert server.send("DELETE", path).status == 200
    assert server.send("DELETE", path).status == 404
    assert server.send("PUT", "/graph/ontology").status == 403


def curl(server: Server, *args: str, body: bytes = b"") -> tuple[int, str, str]:
    """Status, headers and body of a request by curl."""
    header = f"Authorization: {server.token['Authorization']}"
    done = subprocess.run(
        ["curl", "-sS", "-i", "-H", header, "-H", "Expect:", *args],
        input=body,
        capture_output=True,
        timeout=60,
        check=True,
    )
    head, _, rest = done.stdout.decode().partition("\r\n\r\n")
    return int(head.split()[1]), head.lower(), rest


@pytest.mark.parametrize("proxied", [False, True], ids=["direct", "nginx"])
def test_curl_and_the_graph_store(
    server: Server, tmp_path: Path, proxied: bool, request: pytest.FixtureRequest
) -> None:
    base = server.public if proxied else server.url
    if proxied:
        port = int(server.public.removesuffix(PREFIX).rpartition(":")[2])
        proxy = nginx_proxy(tmp_path, port, PREFIX, server.url)
        proxy.__enter__()
        request.addfinalizer(lambda: proxy.__exit__(None, None, None))
    url = f"{base}/graphs?graph={quote(f'{EX}curl', safe='')}"
    data, turtle = ("--data-binary", "@-"), ("-H", "Content-Type: text/turtle")
    assert curl(server, "-X", "PUT", *turtle, *data, url, body=b"<x:a> <x:p> 1 .")[0] == 201
    status, head, rest = curl(server, url)
    assert (status, "<x:a> <x:p> 1" in rest) == (200, True)
    tag = next(line.split(" ", 1)[1] for line in head.splitlines() if line.startswith("etag:"))
    assert curl(server, "-I", url)[0] == 200
    more = (*turtle, *data, url)
    assert curl(server, "-X", "POST", *more, body=b"<x:a> <x:p> 2 .")[0] == 200
    stale = ("-H", f"If-Match: {tag}")
    assert curl(server, "-X", "PUT", *stale, *more, body=b"<x:a> <x:p> 3 .")[0] == 412
    assert curl(server, "-X", "PUT", "-H", "If-None-Match: *", *more)[0] == 412
    status, head, rest = curl(server, url)
    tag = next(line.split(" ", 1)[1] for line in head.splitlines() if line.startswith("etag:"))
    # a change of another graph in between does no harm
    assert server.send("PUT", named(f"{EX}other"), b"<x:o> <x:p> 1 .").status in (201, 204)
    fresh = ("-H", f"If-Match: {tag}")
    assert curl(server, "-X", "PUT", *fresh, *more, body=b"<x:a> <x:p> 3 .")[0] == 204
    status, head, _ = curl(server, "-X", "PATCH", *turtle, *data, url)
    assert (status, "allow: get, head, put, post, delete, options" in head) == (405, True)
    assert curl(server, "-X", "PUT", *more, body=document("curl", named=False))[0] == 422
    direct = f"{base}/graph/agency/curl"
    assert curl(server, "-X", "PUT", *turtle, *data, direct, body=b"<x:a> a <x:b> .")[0] == 201
    assert server.holds(f"GRAPH <{GRAPH}agency/curl> {{ <x:a> a <x:b> }}")
    assert curl(server, "-X", "DELETE", direct)[0] == 200
    assert curl(server, "-X", "DELETE", "-H", "If-Match: *", url)[0] == 200
    assert curl(server, "-X", "DELETE", "-H", "If-Match: *", url)[0] == 412


def test_sparqlwrapper_writes(server: Server) -> None:
    client = SPARQLWrapper(f"{server.url}/sparql")
    client.addCustomHttpHeader("Authorization", server.token["Authorization"])
    client.setMethod(POST)
    client.setQuery(f"INSERT DATA {{ GRAPH <{EX}wrapper> {{ <x:s> <x:p> 'å' }} }}")
    assert client.query().response.status == 204
    assert server.holds(f"GRAPH <{EX}wrapper> {{ <x:s> <x:p> 'å' }}")


def test_rdflib_writes(server: Server) -> None:
    endpoint = f"{server.url}/sparql"
    store = SPARQLUpdateStore(endpoint, endpoint, headers=server.token)
    graph = Graph(store, URIRef(f"{EX}rdflib"))
    triple = (URIRef("x:s"), URIRef("x:p"), Literal("å"))
    graph.add(triple)
    assert triple in graph
    assert server.holds("<x:s> <x:p> 'å'")
    graph.remove(triple)
    assert len(graph) == 0
