"""Queries that only count the default graph, answered from the figures of its snapshot.

Class counts, property counts, facets: whole-graph aggregates are what the engine is slowest
at, and what pages, editors and harvesters ask first. A query that is exactly one of these
forms is turned into one that holds the answer; any other goes to the engine as it is.

    SELECT ?class (COUNT(?s) AS ?n) { ?s a ?class } GROUP BY ?class ORDER BY DESC(?n)
    SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p          (and SELECT DISTINCT ?p)
    SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s ?p ?o }               (or ?p, ?o, *; or a constant)
    SELECT ?v (COUNT(?m) AS ?n) { ?m a tg:Measure ; tg:status ?v } GROUP BY ?v
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import permutations

from trygghetsgraf.namespaces import PREFIXES
from trygghetsgraf.query.syntax import Terminal, terminals
from trygghetsgraf.store.figures import Figures

#: what every such query holds, and how long one may be
_MAYBE = re.compile("count|distinct", re.IGNORECASE)
_LONG = 2048
_TYPE = f"<{PREFIXES['rdf']}type>"
_ABSOLUTE = re.compile(r"<[A-Za-z][A-Za-z0-9+.\-]*:")
_ORDER = r"(?:ORDER BY(?: (?:ASC|DESC) \( [?]\w+ \)| [?]\w+)+ ?)?"
_TAIL = re.compile(rf"{_ORDER}(?:LIMIT \d+ ?)?(?:OFFSET \d+ ?)?", re.IGNORECASE)
#: terms that VALUES cannot hold
_UNSAYABLE = ("_:", "<<")


class _Other(Exception):
    """Raised when a query is none of the forms."""


@dataclass
class _Query:
    """A query of the form that all of them have."""

    distinct: bool = False
    #: projected variables in order, and of those the ones that count: alias → what
    projected: list[str] = field(default_factory=list)
    counts: dict[str, str] = field(default_factory=dict)
    #: triple patterns, IRIs in full
    patterns: list[tuple[str, str, str]] = field(default_factory=list)
    group: list[str] = field(default_factory=list)
    #: ORDER BY, LIMIT, OFFSET
    tail: str = ""


#: values of the grouped variables → what each count is for them
_Rows = list[tuple[tuple[str, ...], int]]


def from_figures(query: str, figures: Callable[[], Figures | None]) -> str | None:
    """A query with the same answer as one that counts the default graph; None for any other.

    ``figures`` gives those of the snapshot; it is called for such queries only.
    """
    if len(query) > _LONG or _MAYBE.search(query) is None:
        return None
    try:
        asked = _Reader(query).read()
        known = figures()
        if known is None:
            return None
        variables, rows = _rows(asked, known)
    except _Other:
        return None
    names = [*variables, *asked.counts]
    lines = []
    for keys, number in rows:
        if any(key.startswith(_UNSAYABLE) for key in keys):
            return None
        lines.append(f"({' '.join([*keys, *(str(number) for _ in asked.counts)])})")
    values = f"VALUES ({' '.join(names)}) {{ {' '.join(lines)} }}"
    return f"SELECT {' '.join(asked.projected)} {{ {values} }} {asked.tail}"


def _rows(asked: _Query, figures: Figures) -> tuple[Sequence[str], _Rows]:
    """The variables that are grouped by, and what is counted for their values."""
    if len(asked.patterns) > 1:
        return _facet(asked, figures)
    ((subject, predicate, obj),) = asked.patterns
    variables = [term for term in (subject, predicate, obj) if term.startswith("?")]
    if not subject.startswith("?") or len(set(variables)) < len(variables):
        raise _Other
    if not asked.group:
        return (), [((), _number(asked, figures, subject, predicate, obj))]
    table: Mapping[str, int]
    if predicate == _TYPE and asked.group == [obj]:
        _require(asked, {"*", f"DISTINCT {subject}", *variables})
        table = figures.classes
    elif len(variables) == len(asked.patterns[0]) and asked.group == [predicate]:
        _require(asked, {"*", *variables})
        table = figures.properties
    else:
        raise _Other
    return asked.group, [((key,), number) for key, number in table.items()]


def _require(asked: _Query, allowed: set[str]) -> None:
    """Raise _Other unless the query counts one of these."""
    if not set(asked.counts.values()) <= allowed:
        raise _Other


def _number(asked: _Query, figures: Figures, subject: str, predicate: str, obj: str) -> int:
    """The one number that a query without groups asks for."""
    if len(asked.counts) != 1 or len(asked.projected) != 1:
        raise _Other
    (counted,) = asked.counts.values()
    plain = counted in ("*", subject, predicate, obj)
    if predicate.startswith("?") and obj.startswith("?"):
        if plain:
            return figures.triples
        distinct = {
            subject: figures.subjects,
            predicate: len(figures.properties),
            obj: figures.objects,
        }
        if counted.startswith("DISTINCT "):
            return _known(distinct, counted.removeprefix("DISTINCT "))
        raise _Other
    if predicate == _TYPE and not obj.startswith("?"):
        if plain or counted == f"DISTINCT {subject}":
            return figures.classes.get(obj, 0)
    elif obj.startswith("?") and plain:
        return figures.properties.get(predicate, 0)
    raise _Other


def _known(numbers: Mapping[str, int], name: str) -> int:
    if name not in numbers:
        raise _Other
    return numbers[name]


def _facet(asked: _Query, figures: Figures) -> tuple[Sequence[str], _Rows]:
    subject = asked.patterns[0][0]
    classes = [obj for _, predicate, obj in asked.patterns if predicate == _TYPE]
    values = {obj: predicate for _, predicate, obj in asked.patterns if predicate != _TYPE}
    whole = len(values) == len(asked.patterns) - 1 and len(classes) == 1
    same = all(pattern[0] == subject for pattern in asked.patterns)
    if not (whole and same and subject.startswith("?") and subject not in values):
        raise _Other
    if set(asked.group) != set(values) or len(asked.group) != len(values):
        raise _Other
    _require(asked, {"*", subject, f"DISTINCT {subject}", *values})
    for order in permutations(asked.group):
        counts = figures.facet(classes[0], tuple(values[name] for name in order))
        if counts is not None:
            return order, [(tuple(key.split("\t")), number) for key, number in counts.items()]
    raise _Other


class _Reader:
    """Reads a query of the common form; raises _Other at the first word that is none of it."""

    def __init__(self, text: str) -> None:
        self._left = list(terminals(text))
        self._left.reverse()
        self._prefixes: dict[str, str] = {}

    def read(self) -> _Query:
        """The query."""
        asked = _Query()
        self._prologue()
        self._word("SELECT")
        asked.distinct = self._maybe("DISTINCT")
        self._projection(asked)
        self._maybe("WHERE")
        self._patterns(asked)
        if self._maybe("GROUP"):
            self._word("BY")
            while self._peek().kind == "variable":
                asked.group.append(self._variable())
        asked.tail = " ".join(terminal.text.replace("$", "?") for terminal in self._left[::-1])
        self._check(asked)
        return asked

    @staticmethod
    def _check(asked: _Query) -> None:
        """What holds for every form: names, and that the tail is no more than it may be."""
        keys = [name for name in asked.projected if name not in asked.counts]
        if asked.distinct and not asked.counts and not asked.group:
            asked.group = list(keys)  # SELECT DISTINCT ?x: the groups themselves
        elif asked.distinct and set(keys) != set(asked.group):
            raise _Other
        used = {term for pattern in asked.patterns for term in pattern}
        known = {*asked.projected, *asked.group}
        ordered = set(re.findall(r"[?]\w+", asked.tail))
        if (
            _TAIL.fullmatch(asked.tail) is None
            or len(set(asked.projected)) < len(asked.projected)
            or not asked.projected
            or not set(keys) <= set(asked.group)
            or not set(asked.counts).isdisjoint(used)
            or not ordered <= known
        ):
            raise _Other

    def _prologue(self) -> None:
        while self._maybe("PREFIX"):
            name, iri = self._next(), self._next()
            if name.kind != "prefixed" or not name.text.endswith(":"):
                raise _Other
            self._prefixes[name.text] = self._iri(iri)

    def _projection(self, asked: _Query) -> None:
        while (terminal := self._peek()).text == "(" or terminal.kind == "variable":
            if terminal.kind == "variable":
                asked.projected.append(self._variable())
                continue
            for word in ("(", "COUNT", "("):
                self._word(word)
            distinct = "DISTINCT " if self._maybe("DISTINCT") else ""
            counted = "*" if self._maybe("*") else self._variable()
            for word in (")", "AS"):
                self._word(word)
            alias = self._variable()
            self._word(")")
            if distinct + counted == "DISTINCT *":
                raise _Other
            asked.projected.append(alias)
            asked.counts[alias] = distinct + counted

    def _patterns(self, asked: _Query) -> None:
        self._word("{")
        while not self._maybe("}"):
            subject = self._variable()
            while True:
                asked.patterns.append((subject, self._verb(), self._term()))
                if not self._maybe(";"):
                    break
            if not self._maybe("."):
                self._word("}")
                break
        if not asked.patterns:
            raise _Other

    def _verb(self) -> str:
        terminal = self._peek()
        if terminal.kind == "word" and terminal.text == "a":
            self._next()
            return _TYPE
        return self._term()

    def _term(self) -> str:
        terminal = self._peek()
        return self._variable() if terminal.kind == "variable" else self._iri(self._next())

    def _iri(self, terminal: Terminal) -> str:
        """An IRI in full; one that is relative or escaped is left to the engine."""
        text = terminal.text
        if terminal.kind == "iri" and _ABSOLUTE.match(text):
            return text
        prefix, colon, local = text.partition(":")
        if terminal.kind != "prefixed" or prefix + colon not in self._prefixes or "\\" in local:
            raise _Other
        return f"{self._prefixes[prefix + colon][:-1]}{local}>"

    def _variable(self) -> str:
        terminal = self._next()
        if terminal.kind != "variable":
            raise _Other
        return f"?{terminal.text[1:]}"

    def _word(self, word: str) -> None:
        if not self._maybe(word):
            raise _Other

    def _maybe(self, word: str) -> bool:
        """Take a word if it is the next."""
        if self._left and self._left[-1].text.upper() == word:
            self._left.pop()
            return True
        return False

    def _peek(self) -> Terminal:
        if not self._left:
            return Terminal("end", "", 0, 0)
        return self._left[-1]

    def _next(self) -> Terminal:
        if not self._left:
            raise _Other
        return self._left.pop()
