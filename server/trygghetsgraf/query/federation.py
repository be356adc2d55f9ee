"""SERVICE: queries that ask other servers are found before anything is evaluated.

The engine would ask any server that a query names, without a time limit. Its parser takes
keywords without looking at what follows (``SERVICE:x`` is SERVICE and ``:x``), so that no
tokenizer of ours can be trusted to find every one. Instead the engine itself is asked
whether the query would still be one if the word SERVICE did not exist. As a second wall,
evaluators have no network, or one in which there is nothing but our gateway.

Where services are allowed, those that a query names are replaced by the gateway, and then
the rest of the query is looked at as before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType

from pyoxigraph import NamedNode, QuerySolutions, Store

from trygghetsgraf.query.failures import Outcome, QueryFailure
from trygghetsgraf.query.syntax import Terminal, can_go_on, prologue, terminals

# The engine compares keywords in ASCII, so that this finds at least all that it does.
NO_GATEWAYS: Mapping[str, str] = MappingProxyType({})

_SERVICE = re.compile("servic(e)", re.IGNORECASE)


def refuse_service(query: str, report: Callable[[str], str]) -> None:
    """Raise QueryFailure if the query asks another server.

    ``report`` gives what the engine says of a text that is no query. A query that cannot be
    read at all passes, since the engine will not evaluate it.
    """
    if _SERVICE.search(query) is None:
        return
    for terminal in terminals(query):
        if terminal.is_word("SERVICE"):
            line = query.count("\n", 0, terminal.start) + 1
            column = terminal.start - query.rfind("\n", 0, terminal.start)
            if can_go_on(query[: terminal.end], report):
                raise QueryFailure(
                    Outcome.SERVICE, "SERVICE is not allowed here.", line=line, column=column
                )
    without = _SERVICE.sub(lambda match: match[0][:-1] + "x", query)
    if can_go_on(query, report) and not can_go_on(without, report):
        raise QueryFailure(Outcome.SERVICE, "SERVICE is not allowed here.")


def to_gateway(
    query: str, base: str, gateways: Mapping[str, str], report: Callable[[str], str]
) -> str:
    """The query with each allowed service replaced by its gateway.

    ``gateways``: IRI of an allowed service → URL of the gateway for it. Raises QueryFailure
    if the query asks any other server, or one that is not named but found (``SERVICE ?v``).
    """
    if not gateways or _SERVICE.search(query) is None:
        refuse_service(query, report)
        return query
    asked: list[str] = []
    rest: list[str] = []
    done = 0
    for word, name in _named_services(query):
        url = gateways.get(_resolved(query, name.text, base))
        if url is None:
            continue
        asked += [query[done : name.start], f"<{url}>"]
        # GRAPH stands where SERVICE can, so that only services that are left are refused
        rest += [query[done : word.start], "GRAPH <x:y>"]
        done = name.end
    through, without = "".join([*asked, query[done:]]), "".join([*rest, query[done:]])
    if can_go_on(through, report) and not can_go_on(without, report):
        raise QueryFailure(Outcome.SERVICE, "SERVICE is not allowed here.")
    refuse_service(without, report)
    return through


def _named_services(query: str) -> list[tuple[Terminal, Terminal]]:
    """Each word SERVICE that a name follows, with or without SILENT, and that name."""
    found = list(terminals(query))
    pairs = []
    for place, terminal in enumerate(found):
        if not terminal.is_word("SERVICE"):
            continue
        after = found[place + 1 : place + 3]
        if after and after[0].is_word("SILENT"):
            after = after[1:]
        if after and after[0].kind in ("iri", "prefixed"):
            pairs.append((terminal, after[0]))
    return pairs


def _resolved(query: str, name: str, base: str) -> str:
    """A name in the query as the engine reads it; empty if it does not."""
    values = f"{prologue(query)} SELECT ?s {{ VALUES ?s {{ {name} }} }}"
    try:
        found = Store().query(values, base_iri=base)
    except SyntaxError:
        return ""
    if not isinstance(found, QuerySolutions):
        return ""
    return next((row["s"].value for row in found if isinstance(row["s"], NamedNode)), "")
