"""An empty store of the user's own: updates and the graph store, by the W3C's protocols.

The cases are those of SPARQL 1.1 Protocol, sections 2.1 and 2.2, and of the Graph Store HTTP
Protocol, section 5.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
from tests.served import EX, Reply, ask, bearer, get, publish, served

from trygghetsgraf.namespaces import GRAPH

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
UPDATE = {"Content-Type": "application/sparql-update"}
TURTLE = {"Content-Type": "text/turtle; charset=utf-8"}
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
G = [f"{EX}g{i}" for i in range(4)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    changed = {"own_store": True, "write_from_loopback": True}
    with served(tmp_path_factory.mktemp("state"), changed=changed) as running:
        yield running.url


@pytest.fixture
def url(server: str) -> str:
    """The server with an empty store."""
    assert update(server, "DROP ALL").status == 204
    return server


def update(url: str, text: str, parameters: str = "") -> Reply:
    return ask(url, "POST", f"/sparql{parameters}", UPDATE, text.encode())


def store(
    url: str,
    method: str,
    path: str,
    data: str | None = None,
    headers: dict[str, str] | None = None,
) -> Reply:
    body = None if data is None else data.encode()
    return ask(url, method, f"/graphs{path}", (headers or TURTLE) if data is not None else {}, body)


def holds(url: str, pattern: str, more: str = "") -> bool:
    reply = get(url, f"ASK {{ {pattern} }}", more=more)
    assert reply.status == 200
    return bool(reply.json()["boolean"])


def named(graph: str) -> str:
    return f"?graph={quote(graph, safe='')}"


# Updates


def test_update_by_form(url: str) -> None:
    body = urlencode({"update": f"INSERT DATA {{ <{EX}s> <{EX}p> 'å' }}"}).encode()
    assert ask(url, "POST", "/sparql", FORM, body).status == 204
    assert holds(url, f"<{EX}s> <{EX}p> 'å'")


def test_update_directly_with_and_without_charset(url: str) -> None:
    for charset in ("", "; charset=UTF-8"):
        headers = {"Content-Type": "application/sparql-update" + charset}
        text = f"INSERT DATA {{ <{EX}s> <{EX}p> 'å{charset}' }}"
        assert ask(url, "POST", "/sparql/", headers, text.encode()).status == 204
        assert holds(url, f"<{EX}s> <{EX}p> 'å{charset}'")


def test_several_operations_are_one(url: str) -> None:
    text = f"INSERT DATA {{ <{EX}s> <{EX}p> 1 }} ; CREATE GRAPH <{G[0]}> ; CREATE GRAPH <{G[0]}>"
    assert update(url, text).status == 409
    assert not holds(url, "?s ?p ?o")


def test_relative_iris_are_relative_to_the_endpoint(url: str) -> None:
    update(url, "INSERT DATA { <s> <#p> <test> }")
    assert holds(url, f"<{url}/s> <{url}/sparql#p> <{url}/test>")
    update(url, f"BASE <{EX}> INSERT DATA {{ <s> <p> <o> }}")
    assert holds(url, f"<{EX}s> <{EX}p> <{EX}o>")


COPY = f"INSERT {{ GRAPH <{EX}out> {{ ?s <{EX}copied> ?o }} }} WHERE {{ %s }}"


@pytest.mark.parametrize(
    ("parameters", "pattern", "expected"),
    [
        ([], "?s ?p ?o", "0"),
        ([("using-graph-uri", G[1])], "?s ?p ?o", "1"),
        ([("using-graph-uri", G[1]), ("using-graph-uri", G[2])], "?s ?p ?o", "1 2"),
        ([("using-named-graph-uri", G[1])], "?s ?p ?o", ""),
        ([("using-named-graph-uri", G[1])], "GRAPH ?g { ?s ?p ?o }", "1"),
        (
            [("using-graph-uri", G[3]), ("using-named-graph-uri", G[2])],
            "GRAPH ?g { ?s ?p ?o } ?a ?b 3",
            "2",
        ),
    ],
)
@pytest.mark.parametrize("form", [False, True])
def test_the_dataset_of_an_update(
    url: str, parameters: list[tuple[str, str]], pattern: str, expected: str, form: bool
) -> None:
    data = "; ".join(
        [f"INSERT DATA {{ <{EX}s> <{EX}p> 0 }}"]
        + [f"INSERT DATA {{ GRAPH <{G[i]}> {{ <{EX}s> <{EX}p> {i} }} }}" for i in (1, 2, 3)]
    )
    text = f"{data} ; {COPY % pattern}"
    if form:
        body = urlencode([*parameters, ("update", text)]).encode()
        assert ask(url, "POST", "/sparql", FORM, body).status == 204
    else:
        assert update(url, text, "?" + urlencode(parameters)).status == 204
    reply = get(
        url, f"SELECT ?o {{ GRAPH <{EX}out> {{ ?s <{EX}copied> ?o }} }} ORDER BY ?o", "text/csv"
    )
    assert " ".join(reply.body.decode().split()[1:]) == expected


def test_the_dataset_of_delete_where(url: str) -> None:
    update(
        url,
        f"INSERT DATA {{ <{EX}s> <{EX}p> 0 . <{EX}t> <{EX}p> 1"
        f" GRAPH <{G[1]}> {{ <{EX}s> <{EX}p> 0 }} }}",
    )
    # deletes from the default graph what the other graph has (Update, section 3.1.3)
    dataset = named(G[1]).replace("graph", "using-graph-uri")
    assert update(url, "DELETE WHERE { ?s ?p ?o }", dataset).status in (200, 204)
    assert not holds(url, f"<{EX}s> ?p ?o")
    assert holds(url, f"<{EX}t> ?p ?o")
    assert holds(url, f"GRAPH <{G[1]}> {{ <{EX}s> ?p ?o }}")


@pytest.mark.parametrize(
    "text",
    [
        f"INSERT {{ <{EX}a> ?p ?o }} USING <{G[1]}> WHERE {{ ?s ?p ?o }}",
        f"INSERT {{ <{EX}a> ?p ?o }} USING NAMED <{G[1]}> WHERE {{ ?s ?p ?o }}",
        f"WITH <{G[1]}> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}",
    ],
)
def test_a_dataset_named_twice(url: str, text: str) -> None:
    parameters = named(G[2]).replace("graph", "using-named-graph-uri")
    assert update(url, text).status == 204
    assert update(url, text, parameters).status == 400


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "status"),
    [
        ("GET", "/sparql?update=CLEAR%20ALL", {}, None, 400),
        ("PUT", "/sparql?query=ASK%7B%7D", {}, None, 405),
        ("POST", "/sparql", FORM, b"update=CLEAR+ALL&update=CLEAR+ALL", 400),
        ("POST", "/sparql", FORM, b"update=CLEAR+ALL&query=ASK{}", 400),
        ("POST", "/sparql?update=CLEAR+ALL", FORM, b"", 400),
        ("POST", "/sparql", FORM, b"query=ASK{}&query=ASK{}", 400),
        ("POST", "/sparql", {"Content-Type": "text/plain"}, b"CLEAR ALL", 415),
        ("POST", "/sparql", {"Content-Type": "text/plain"}, b"update=CLEAR%20ALL", 415),
        ("POST", "/sparql", {}, b"update=CLEAR%20ALL", 415),
        (
            "POST",
            "/sparql",
            {"Content-Type": "application/sparql-update; charset=UTF-16"},
            "CLEAR ALL".encode("utf-16"),
            415,
        ),
        ("POST", "/sparql", UPDATE, "CLEAR ALL # å".encode("latin-1"), 400),
        ("POST", "/sparql", UPDATE, b"CLEAR XYZ", 400),
        ("POST", "/sparql", UPDATE, b"ASK {}", 400),
        ("POST", "/sparql", UPDATE, b"LOAD <http://example.org/>", 403),
        ("POST", "/sparql", UPDATE, b"CLEAR ALL;LOAD<http://example.org/>INTO GRAPH<x:y>", 403),
        ("POST", "/sparql", UPDATE, b"INSERT { ?s ?p ?o } WHERE { SERVICE <x:y> {?s ?p ?o} }", 403),
    ],
)
def test_refusals(
    url: str, method: str, path: str, headers: dict[str, str], body: bytes | None, status: int
) -> None:
    update(url, f"INSERT DATA {{ <{EX}s> <{EX}p> 1 }}")
    assert ask(url, method, path, headers, body).status == status
    assert holds(url, f"<{EX}s> <{EX}p> 1")


def test_a_fault_in_an_update_has_a_place(url: str) -> None:
    reply = update(url, "CLEAR ALL ;\n INSERT INTO <x:y> {}")
    assert (reply.status, reply.json()["line"], reply.json()["column"]) == (400, 2, 9)


# Datasets of queries


def test_the_dataset_of_a_query(url: str) -> None:
    for number in (1, 2):
        store(url, "PUT", named(G[number]), f"<{EX}s{number}> a <{EX}T> .")
    one, two = (f"&default-graph-uri={quote(graph, safe='')}" for graph in G[1:3])
    both = f"<{EX}s1> a ?t . <{EX}s2> a ?t"
    assert not holds(url, both)
    assert holds(url, both, one + two)
    assert not holds(url, both, one)
    apart = f"GRAPH ?g {{ <{EX}s1> a ?t }} GRAPH ?h {{ <{EX}s2> a ?t }}"
    assert holds(url, apart)
    assert holds(url, apart, (one + two).replace("default", "named"))
    assert not holds(url, apart, one.replace("default", "named"))
    query = f"ASK FROM <{G[2]}> {{ <{EX}s1> a ?t }}"
    assert get(url, query, more=one).json()["boolean"] is True


# The graph store


PERSON = f"<{EX}jane> a <{EX}Person> ; <{EX}knows> [ <{EX}name> 'John' ] ."


@pytest.mark.parametrize("path", [named(f"{EX}new"), "/person/1.ttl", "?default"])
def test_the_life_of_a_graph(url: str, path: str) -> None:
    missing = 200 if path == "?default" else 404
    assert store(url, "GET", path).status == missing
    assert store(url, "HEAD", path).status == missing
    assert store(url, "PUT", path, PERSON).status == 201
    assert triples(store(url, "GET", path)) == 3
    assert store(url, "PUT", path, f"<{EX}jane> a <{EX}Person> .").status == 204
    assert triples(store(url, "GET", path)) == 1
    assert store(url, "POST", path, f"<{EX}jane> <{EX}name> 'Jane' .").status == 200
    assert triples(store(url, "GET", path)) == 2
    assert store(url, "POST", path, "").status == 204
    head = store(url, "HEAD", path)
    assert (head.status, head.body) == (200, b"")
    assert head.type == "text/turtle; charset=utf-8"
    assert store(url, "DELETE", path).status == 200
    assert store(url, "GET", path).status == missing
    assert store(url, "DELETE", path).status == missing


def triples(reply: Reply) -> int:
    assert (reply.status, reply.type) == (200, "text/turtle; charset=utf-8")
    return len(list(ox.parse(reply.body, format=ox.RdfFormat.TURTLE)))


def test_a_graph_with_the_name_of_its_url(url: str) -> None:
    store(url, "PUT", "/person/1.ttl", "<> a <#T> .")
    iri = f"{url}/graphs/person/1.ttl"
    assert holds(url, f"GRAPH <{iri}> {{ <{iri}> a <{iri}#T> }}")
    assert store(url, "GET", named(iri)).status == 200
    assert store(url, "GET", "?graph=/graphs/person/1.ttl").status == 200


def test_an_empty_graph_exists(url: str) -> None:
    assert store(url, "PUT", named(G[1]), "").status == 201
    assert store(url, "GET", named(G[1])).status == 200
    assert store(url, "PUT", named(G[1]), "").status == 204


def test_a_new_graph_with_a_name_of_the_server(url: str) -> None:
    reply = store(url, "POST", "", "[] a <x:y> .")
    assert reply.status == 201
    place = reply.headers["location"]
    assert place.startswith(f"{url}/graphs/")
    assert triples(ask(url, "GET", place.removeprefix(url))) == 1


def test_several_files_at_once(url: str) -> None:
    files = [
        ("a.ttl", "text/turtle", f"<{EX}s> <{EX}first> 'Jane' ; a _:b ."),
        ("b.nt", "application/n-triples; charset=utf-8", f"<{EX}s> <{EX}last> _:b ."),
    ]
    body = "".join(
        f'--xyz\r\nContent-Disposition: form-data; name="{name}"; filename="{name}"\r\n'
        f"Content-Type: {type_}\r\n\r\n{data}\r\n"
        for name, type_, data in files
    )
    headers = {"Content-Type": "multipart/form-data; boundary=xyz"}
    reply = store(url, "POST", named(G[1]), body + "--xyz--\r\n", headers)
    assert reply.status == 201
    found = f"<{EX}s> <{EX}first> 'Jane' ; <{EX}last> ?one ; a ?other FILTER(?one != ?other)"
    assert holds(url, f"GRAPH <{G[1]}> {{ {found} }}")
    assert store(url, "POST", named(G[1]), "--xyz\r\n", headers).status in (200, 204, 400)
    assert triples(store(url, "GET", named(G[1]))) == 3


@pytest.mark.parametrize(
    ("type_", "data"),
    [
        ("application/rdf+xml", f"<rdf:RDF xmlns:rdf='{TYPE[:-4]}'>"
         f"<rdf:Description rdf:about='{EX}s'><rdf:type rdf:resource='{EX}T'/>"
         "</rdf:Description></rdf:RDF>"),
        ("application/n-triples", f"<{EX}s> <{TYPE}> <{EX}T> ."),
        ("application/ld+json", f'{{"@id": "{EX}s", "@type": "{EX}T"}}'),
        ("application/trig", f"<{EX}s> a <{EX}T> ."),
    ],
)  # fmt: skip
def test_types_of_data(url: str, type_: str, data: str) -> None:
    assert store(url, "PUT", named(G[1]), data, {"Content-Type": type_}).status == 201
    assert holds(url, f"GRAPH <{G[1]}> {{ <{EX}s> a <{EX}T> }}")
    assert store(url, "GET", named(G[1]) + "&format=nt").body == (
        f"<{EX}s> <{TYPE}> <{EX}T> .\n".encode()
    )


@pytest.mark.parametrize(
    ("method", "path", "type_", "data", "status"),
    [
        ("PUT", "?default", "application/rdf+xml", PERSON, 400),
        ("PUT", named(G[1]), "text/turtle", "<x> <y> .", 400),
        ("PUT", named(G[1]), "application/trig", f"<{G[2]}> {{ <x:y> a <x:y> }}", 400),
        ("PUT", named(G[1]), "image/png", "", 415),
        ("PUT", named(G[1]), "text/turtle; charset=utf-16", "", 415),
        ("PUT", "?default&graph=x:y", "text/turtle", "", 400),
        ("PUT", "/a?default", "text/turtle", "", 400),
        ("PUT", "?graph=a%20b", "text/turtle", "", 400),
        ("PATCH", named(G[1]), "application/sparql-update", "CLEAR ALL", 405),
    ],
)
def test_refusals_of_the_graph_store(
    url: str, method: str, path: str, type_: str, data: str, status: int
) -> None:
    reply = store(url, method, path, data, {"Content-Type": type_})
    assert (reply.status, reply.type) == (status, "application/problem+json")
    assert ask(url, "GET", "/graphs").body == b""


def test_no_acceptable_format_of_a_graph(url: str) -> None:
    store(url, "PUT", named(G[1]), PERSON)
    reply = ask(url, "GET", "/graphs" + named(G[1]), {"Accept": "image/png"})
    assert reply.status == 406


def test_the_whole_store(url: str) -> None:
    quads = f"<{EX}s> <{EX}p> 1 . <{G[1]}> {{ <{EX}s> <{EX}p> 2 }}"
    assert store(url, "PUT", "", quads, {"Content-Type": "application/trig"}).status == 204
    lines = sorted(ask(url, "GET", "/graphs").body.decode().splitlines())
    integer = "^^<http://www.w3.org/2001/XMLSchema#integer>"
    assert lines == [
        f'<{EX}s> <{EX}p> "1"{integer} .',
        f'<{EX}s> <{EX}p> "2"{integer} <{G[1]}> .',
    ]
    assert ask(url, "GET", "/graphs", {"Accept": "text/turtle"}).status == 406
    assert store(url, "DELETE", "").status == 200
    assert ask(url, "GET", "/graphs").body == b""


def test_an_answer_is_known_until_the_graph_changes(url: str) -> None:
    store(url, "PUT", named(G[1]), PERSON)
    first = store(url, "GET", named(G[1]))
    again = ask(url, "GET", "/graphs" + named(G[1]), {"If-None-Match": first.headers["etag"]})
    assert again.status == 304
    store(url, "POST", named(G[1]), f"<{EX}s> <{EX}p> 1 .")
    again = ask(url, "GET", "/graphs" + named(G[1]), {"If-None-Match": first.headers["etag"]})
    assert again.status == 200


# Who may


def test_a_page_in_a_browser_may_not(url: str) -> None:
    reply = ask(url, "POST", "/sparql", {**UPDATE, "Origin": "https://example.com"}, b"CLEAR ALL")
    assert reply.status == 403


def test_a_store_of_ours_is_changed_beside_what_the_build_made(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    state = tmp_path_factory.mktemp("state")
    ours = f"{GRAPH}document/x"
    publish(state, f"<{EX}s> <{EX}p> 1 .\n<{EX}s> <{EX}p> 1 <{ours}> .\n".replace(" 1", ' "1"'))
    token = bearer(state)
    with served(state, changed={"write_gate": "off"}) as running:
        url = running.url

        def insert(graph: str) -> Reply:
            text = f"INSERT DATA {{ GRAPH <{graph}> {{ <{EX}t> <{EX}p> 2 }} }}".encode()
            return ask(url, "POST", "/sparql", {**UPDATE, **token}, text)

        reply = insert(ours)
        assert (reply.status, reply.json()["type"].rpartition("/")[2]) == (403, "query-protected")
        for path in (named(ours), "?default", ""):
            assert ask(url, "DELETE", f"/graphs{path}", token).status == 403
            assert ask(url, "PUT", f"/graphs{path}", {**TURTLE, **token}, b"").status == 403
        assert holds(url, f"<{EX}s> <{EX}p> '1'")
        assert insert(G[1]).status == 204
        assert holds(url, f"<{EX}t> <{EX}p> 2 . <{EX}s> <{EX}p> '1'")
        put = ask(url, "PUT", "/graphs" + named(G[1]), {**TURTLE, **token}, b"<x:y> a <x:y> .")
        assert put.status == 204
        assert holds(url, "<x:y> a <x:y>")
        assert not holds(url, f"<{EX}t> <{EX}p> 2")
        assert ask(url, "DELETE", "/graphs" + named(G[1]), token).status == 200
        assert not holds(url, "<x:y> a <x:y>")


def test_a_token(tmp_path_factory: pytest.TempPathFactory) -> None:
    state = tmp_path_factory.mktemp("state")
    token = bearer(state)
    with served(state, changed={"own_store": True}) as running:
        url = running.url
        data = f"INSERT DATA {{ <{EX}s> <{EX}p> 1 }}".encode()
        for header in ("", "Bearer wrong", "Basic c2VjcmV0", "Bearer"):
            reply = ask(url, "POST", "/sparql", {**UPDATE, "Authorization": header}, data)
            assert reply.status == 401
            assert reply.headers["www-authenticate"].startswith("Bearer ")
        assert ask(url, "PUT", "/graphs?default", TURTLE, b"").status == 401
        assert ask(url, "DELETE", "/graphs?default").status == 401
        assert ask(url, "POST", "/sparql", {**UPDATE, **token}, data).status == 204
        assert ask(url, "PUT", "/graphs?default", {**TURTLE, **token}, b"").status == 204
