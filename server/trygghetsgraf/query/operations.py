"""The operations of an update, one by one, and the graphs that each may change.

An operation is cut out of the request as a text of its own, and that text is what is carried
out: so what was looked at is what is done. Words and braces are found by the tokenizer of
:mod:`syntax`, which can take ``?a<?b`` for an IRI. Only a WHERE clause has expressions, and
there the engine has the last word: what was taken for the clause must be one when it reads it.

SPARQL 1.1 Update, section 3; grammar: SPARQL 1.1 Query, rules [29] to [52].
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pyoxigraph as ox

from trygghetsgraf.query.failures import Outcome, QueryFailure
from trygghetsgraf.query.syntax import Terminal, is_changing, terminals

_NAMES = ("iri", "prefixed")


@dataclass(frozen=True)
class Operation:
    """One operation and what it may change, graph names as they are written."""

    #: an update by itself, with the declarations that hold for it
    text: str
    prologue: str
    graphs: tuple[str, ...] = ()
    #: whether the default graph is among them, and whether every graph is
    default: bool = False
    everything: bool = False
    #: variables whose values name graphs
    variables: tuple[str, ...] = ()
    #: the group of the WHERE clause, and what it is asked of
    where: str = ""
    over: str | None = None
    using: tuple[str, ...] = ()
    using_named: tuple[str, ...] = ()


@dataclass(frozen=True)
class Targets:
    """The graphs that an operation may change; ``""`` is the default graph."""

    graphs: frozenset[str] = field(default_factory=frozenset)
    everything: bool = False


def split(update: str) -> list[Operation]:
    """The operations of an update.

    Raises QueryFailure for a text whose operations cannot be told apart. Whether each is
    well-formed shows when it is carried out.
    """
    found = list(terminals(update))
    operations = []
    place, declared = 0, ""
    while place < len(found):
        after = _declarations(found, place)
        if after > place:
            declared += update[found[place].start : found[after - 1].end] + "\n"
        if after >= len(found):
            break
        end = _end(found, after)
        words = found[after:end]
        if words:
            text = update[words[0].start : words[-1].end]
            operations.append(_read(words, update, Operation(declared + text, declared)))
        place = end + 1
    return operations


def targets(operation: Operation, store: ox.Store, base: str) -> Targets:
    """The graphs that an operation may change, in a store as it is before.

    Raises QueryFailure, SyntaxError.
    """
    if operation.everything:
        return Targets(everything=True)
    graphs = set(_resolved(operation, operation.graphs, base))
    if operation.default:
        graphs.add("")
    if operation.where:
        # parsed by the engine as one group: see the module's docstring
        ox.Store().query(f"{operation.prologue}ASK {operation.where}", base_iri=base)
    if operation.variables:
        graphs |= _named_by_variables(operation, store, base)
    return Targets(frozenset(graphs))


def _named_by_variables(operation: Operation, store: ox.Store, base: str) -> set[str]:
    if is_changing(operation.text):
        raise QueryFailure(
            Outcome.UPDATE,
            "It makes up names of graphs with NOW, RAND, UUID or STRUUID, so that nobody can"
            " tell which it changes.",
        )
    default: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] | None = None
    named: list[ox.NamedNode | ox.BlankNode] | None = None
    if operation.using or operation.using_named:
        default = [ox.NamedNode(g) for g in _resolved(operation, operation.using, base)]
        named = [ox.NamedNode(g) for g in _resolved(operation, operation.using_named, base)]
    elif operation.over is not None:
        default = [ox.NamedNode(g) for g in _resolved(operation, (operation.over,), base)]
    found: set[str] = set()
    for variable in operation.variables:
        rows = store.query(
            f"{operation.prologue}SELECT DISTINCT {variable} WHERE {operation.where}",
            base_iri=base,
            default_graph=default,
            named_graphs=named,
        )
        if not isinstance(rows, ox.QuerySolutions):
            raise TypeError("a SELECT query gave no solutions")
        found |= {row[0].value for row in rows if isinstance(row[0], ox.NamedNode)}
    return found


def _resolved(operation: Operation, written: Sequence[str], base: str) -> list[str]:
    """IRIs and prefixed names as the engine reads them."""
    if not written:
        return []
    values = f"{operation.prologue}SELECT ?g {{ VALUES ?g {{ {' '.join(written)} }} }}"
    rows = ox.Store().query(values, base_iri=base)
    if not isinstance(rows, ox.QuerySolutions):
        raise TypeError("a SELECT query gave no solutions")
    return [row["g"].value for row in rows]


# Reading


def _declarations(found: Sequence[Terminal], place: int) -> int:
    """Where the declarations that begin at a place end."""
    sizes = {"BASE": 2, "VERSION": 2, "PREFIX": 3}
    while place < len(found) and (size := sizes.get(found[place].text.upper())):
        place += size
    return place


def _end(found: Sequence[Terminal], place: int) -> int:
    """Where the semicolon is that ends an operation, or the end of all."""
    depth = 0
    for number in range(place, len(found)):
        text = found[number].text
        depth += (text == "{") - (text == "}")
        if text == ";" and depth == 0:
            return number
    return len(found)


def _read(words: Sequence[Terminal], update: str, bare: Operation) -> Operation:
    first = words[0]
    if first.is_word("CLEAR", "DROP", "CREATE"):
        return _whole_graphs(_past_silent(words), bare)
    if first.is_word("ADD", "COPY", "MOVE"):
        return _between_graphs(_past_silent(words), bare, both=first.is_word("MOVE"))
    if first.is_word("INSERT", "DELETE") and len(words) > 1 and words[1].is_word("DATA"):
        return _with_blocks(words[2:], bare)
    if first.is_word("INSERT", "DELETE", "WITH"):
        return _modify(words, update, bare)
    raise _unclear(first)


def _past_silent(words: Sequence[Terminal]) -> Sequence[Terminal]:
    return words[2:] if len(words) > 1 and words[1].is_word("SILENT") else words[1:]


def _whole_graphs(words: Sequence[Terminal], bare: Operation) -> Operation:
    """What follows CLEAR, DROP and CREATE."""
    if len(words) == 1 and words[0].is_word("DEFAULT"):
        return replace(bare, default=True)
    if len(words) == 1 and words[0].is_word("NAMED", "ALL"):
        return replace(bare, everything=True)
    if len(words) == 2 and words[0].is_word("GRAPH") and words[1].kind in _NAMES:
        return replace(bare, graphs=(words[1].text,))
    raise _unclear(words[0] if words else None)


def _between_graphs(words: Sequence[Terminal], bare: Operation, *, both: bool) -> Operation:
    """What follows ADD, COPY and MOVE: one graph TO another."""
    names = [word for word in words if not word.is_word("GRAPH")]
    if len(names) != 3 or not names[1].is_word("TO"):
        raise _unclear(words[0] if words else None)
    changed = [names[0], names[2]] if both else [names[2]]
    if not all(name.kind in _NAMES or name.is_word("DEFAULT") for name in changed):
        raise _unclear(names[0])
    return replace(
        bare,
        graphs=tuple(name.text for name in changed if name.kind in _NAMES),
        default=any(name.is_word("DEFAULT") for name in changed),
    )


def _with_blocks(words: Sequence[Terminal], bare: Operation, over: str | None = None) -> Operation:
    """Add the graphs of a group of quads; what stands in none of them goes where WITH says."""
    graphs, variables = list(bare.graphs), list(bare.variables)
    outside = False
    depth = 0
    for number, word in enumerate(words):
        if depth == 1 and word.is_word("GRAPH"):
            name = words[number + 1] if number + 1 < len(words) else None
            if name is None or name.kind not in (*_NAMES, "variable"):
                raise _unclear(name)
            (variables if name.kind == "variable" else graphs).append(name.text)
        elif depth == 1 and word.text not in "{}." and not _names_graph(words, number):
            outside = True
        depth += (word.text == "{") - (word.text == "}")
    if outside and over is not None:
        graphs.append(over)
    return replace(
        bare,
        graphs=tuple(graphs),
        variables=tuple(dict.fromkeys(variables)),
        default=bare.default or (outside and over is None),
    )


def _names_graph(words: Sequence[Terminal], number: int) -> bool:
    return number > 0 and words[number - 1].is_word("GRAPH")


def _modify(words: Sequence[Terminal], update: str, bare: Operation) -> Operation:
    """[WITH g] [DELETE {…}] [INSERT {…}] [USING [NAMED] g …] WHERE {…}, and DELETE WHERE {…}."""
    operation, place = bare, 0
    if words[0].is_word("WITH"):
        operation, place = replace(bare, over=_name(words, 1)), 2
    while place < len(words):
        word = words[place]
        if word.is_word("WHERE"):
            group = words[place + 1 :]
            if not group or group[0].text != "{":
                raise _unclear(word)
            where = update[group[0].start : group[-1].end]
            if place > 0 and words[place - 1].is_word("DELETE"):
                operation = _with_blocks(group, operation, operation.over)
            return replace(operation, where=where)
        if word.is_word("USING"):
            named = place + 1 < len(words) and words[place + 1].is_word("NAMED")
            name = _name(words, place + 1 + named)
            if named:
                operation = replace(operation, using_named=(*operation.using_named, name))
            else:
                operation = replace(operation, using=(*operation.using, name))
            place += 2 + named
        elif word.is_word("DELETE", "INSERT"):
            end = _closing(words, place + 1)
            operation = _with_blocks(words[place + 1 : end], operation, operation.over)
            place = end
        else:
            raise _unclear(word)
    raise _unclear(words[-1])


def _name(words: Sequence[Terminal], place: int) -> str:
    if place < len(words) and words[place].kind in _NAMES:
        return words[place].text
    raise _unclear(words[place - 1])


def _closing(words: Sequence[Terminal], place: int) -> int:
    """Where a group that begins at a place ends; the place itself if none begins there."""
    depth = 0
    for number in range(place, len(words)):
        text = words[number].text
        depth += (text == "{") - (text == "}")
        if depth == 0:
            return number + 1 if text == "}" else place
    raise _unclear(words[-1])


def _unclear(word: Terminal | None) -> QueryFailure:
    near = f" near {word.text[:40]!r}" if word is not None else ""
    return QueryFailure(
        Outcome.SYNTAX,
        f"It cannot be told which graphs it changes{near}.",
    )
