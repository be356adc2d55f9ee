"""The words of an update: what it may not do, and the dataset that the request gives it.

As in :mod:`federation`, the engine itself is asked whether a text would still be an update if
a keyword did not exist, since no tokenizer of ours can be trusted to find every one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import pairwise

from pyoxigraph import NamedNode

from trygghetsgraf.query.failures import Outcome, QueryFailure
from trygghetsgraf.query.syntax import Terminal, can_go_on, terminals

_REACHING = (re.compile("servic(e)", re.IGNORECASE), re.compile("loa(d)", re.IGNORECASE))


_MAYBE_SETTLED = re.compile(r"load\s+silent|clear\s+graph", re.IGNORECASE)
#: an operation that does nothing
_NOTHING = " INSERT DATA {} "


def settled(update: str) -> str:
    """The update with two operations put so that they succeed, as the standard has it.

    LOAD SILENT is a success whether or not there is anything to load (SPARQL 1.1 Update,
    section 3.1.4), and here there is not: it becomes an operation that does nothing. CLEAR of
    a graph that does not exist leaves what was asked for: it becomes CLEAR SILENT. Whatever
    else has LOAD in it stays as it is, for :func:`refuse_reaching`.
    """
    if _MAYBE_SETTLED.search(update) is None:
        return update
    found = list(_outside(update))
    pieces: list[str] = []
    done = 0
    for place, terminal in enumerate(found):
        if terminal.is_word("CLEAR") and _are(found[place + 1 : place + 2], "GRAPH"):
            pieces += [update[done : terminal.end], " SILENT"]
            done = terminal.end
        elif terminal.is_word("LOAD") and _are(found[place + 1 : place + 3], "SILENT", ""):
            rest = found[place + 3 : place + 6]
            last = place + (5 if _are(rest, "INTO", "GRAPH", "") else 2)
            pieces += [update[done : terminal.start], _NOTHING]
            done = found[last].end
    return "".join([*pieces, update[done:]])


def _are(found: Sequence[Terminal], *words: str) -> bool:
    """Whether the terminals are these keywords; an empty one stands for a name."""
    return len(found) == len(words) and all(
        terminal.is_word(word) if word else terminal.kind in ("iri", "prefixed")
        for terminal, word in zip(found, words, strict=True)
    )


def refuse_reaching(update: str, report: Callable[[str], str]) -> None:
    """Raise QueryFailure if the update asks another server, by SERVICE or LOAD.

    ``report`` gives what the engine says of a text that is no update.
    """
    for word in _REACHING:
        if word.search(update) is None:
            continue
        without = word.sub(lambda match: match[0][:-1] + "x", update)
        if can_go_on(update, report) and not can_go_on(without, report):
            raise QueryFailure(
                Outcome.SERVICE, "SERVICE and LOAD are not allowed in an update here."
            )


def with_dataset(update: str, default: Sequence[str], named: Sequence[str]) -> str:
    """The update with using-graph-uri and using-named-graph-uri as USING clauses.

    They apply to every DELETE/INSERT operation (SPARQL 1.1 Protocol, section 2.2.3). Raises
    QueryFailure for a graph name that is no absolute IRI, and for an update that names a
    dataset itself, which the protocol does not allow beside them.
    """
    if not default and not named:
        return update
    clauses = "".join(f" USING {_iri(graph)}" for graph in default)
    clauses += "".join(f" USING NAMED {_iri(graph)}" for graph in named)
    found = list(_outside(update))
    for terminal in found:
        if terminal.is_word("USING", "WITH"):
            raise QueryFailure(
                Outcome.SYNTAX,
                "It has USING or WITH, and the request names graphs too: leave out one of them.",
            )
    pieces: list[str] = []
    done = 0
    for before, where in pairwise(found):
        if not where.is_word("WHERE"):
            continue
        pieces.append(update[done : where.start])
        if before.is_word("DELETE"):
            # DELETE WHERE has no place for USING: its pattern is its template too.
            pieces.append(update[where.end : _closing(update, where)])
        pieces.append(f"{clauses} WHERE")
        done = where.end
    return "".join([*pieces, update[done:]])


def _outside(update: str) -> list[Terminal]:
    """The terminals that stand outside braces, and the braces."""
    depth = 0
    outside = []
    for terminal in terminals(update):
        depth -= terminal.text == "}"
        if depth == 0:
            outside.append(terminal)
        depth += terminal.text == "{"
    return outside


def _closing(update: str, where: Terminal) -> int:
    """Where the group after a WHERE ends."""
    depth = 0
    for terminal in terminals(update):
        if terminal.start < where.end:
            continue
        depth += (terminal.text == "{") - (terminal.text == "}")
        if depth <= 0:
            return terminal.end
    return len(update)


def _iri(graph: str) -> NamedNode:
    try:
        return NamedNode(graph)
    except ValueError as error:
        raise QueryFailure(
            Outcome.SYNTAX, f"The graph name {graph!r} is no absolute IRI."
        ) from error
