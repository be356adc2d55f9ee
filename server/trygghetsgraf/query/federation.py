"""SERVICE: queries that ask other servers are found before anything is evaluated.

The engine would ask any server that a query names, without a time limit. Its parser takes
keywords without looking at what follows (``SERVICE:x`` is SERVICE and ``:x``), so that no
tokenizer of ours can be trusted to find every one. Instead the engine itself is asked
whether the query would still be one if the word SERVICE did not exist. As a second wall,
evaluators have no network.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from trygghetsgraf.query.failures import Outcome, QueryFailure
from trygghetsgraf.query.syntax import can_go_on, terminals

# The engine compares keywords in ASCII, so that this finds at least all that it does.
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
