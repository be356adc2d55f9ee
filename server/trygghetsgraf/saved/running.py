"""A saved query is run: values given as text become terms, a page of rows comes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import pyoxigraph as ox

from trygghetsgraf.saved.binding import ParameterError, Value, bind, literal
from trygghetsgraf.saved.catalogue import Catalogue, Form, SavedQuery
from trygghetsgraf.saved.evaluation import Evaluator, Row, Term
from trygghetsgraf.saved.header import Bilingual, Type
from trygghetsgraf.saved.naming import (
    Names,
    names_of_class,
    names_of_scheme,
    names_of_things,
)

#: how many lists of names are kept, each of one state of the graph
_KEPT = 64


@dataclass(frozen=True)
class Page:
    """Which rows are wanted; ``limit`` None means all."""

    limit: int | None = None
    offset: int = 0


@dataclass(frozen=True)
class Call:
    """A saved query with the terms for its parameters."""

    query: SavedQuery
    #: parameter → term, for those that have a value
    values: Mapping[str, Value]
    page: Page = Page()

    @cached_property
    def text_alone(self) -> str:
        """The query with the terms in place, without its header."""
        tokens = {self.query.token(name): value for name, value in self.values.items()}
        return bind(self.query.sparql, tokens)

    @property
    def sparql(self) -> str:
        """What is evaluated: the bound query, with one row more than the page has."""
        text = self.text_alone
        if self.query.form is Form.CONSTRUCT:
            return text
        limit = "" if self.page.limit is None else f"\nLIMIT {self.page.limit + 1}"
        return text + limit + (f"\nOFFSET {self.page.offset}" if self.page.offset else "")


@dataclass(frozen=True)
class Result:
    """What a call gave."""

    call: Call
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    #: of a CONSTRUCT
    triples: tuple[ox.Triple, ...] = ()
    #: whether there are rows after these
    more: bool = False
    #: the state of the graph that was asked, empty if it is not known
    state: str = ""


class Runner:
    """Runs the queries of a catalogue with an evaluator."""

    def __init__(self, catalogue: Catalogue, evaluator: Evaluator) -> None:
        self.catalogue = catalogue
        self.evaluator = evaluator
        self._names: Callable[[str, str, str], Names] = lru_cache(_KEPT)(self._find_names)

    def prepare(self, name: str, given: Mapping[str, str], page: Page = Page()) -> Call:
        """The call of a query with values as text.

        Raises NotFoundError for the query and ParameterError for a value.
        """
        query = self.catalogue.named(name)
        for parameter in given:
            if parameter not in query.header.parameters:
                known = ", ".join(query.header.parameters)
                raise ParameterError(
                    parameter,
                    None,
                    Bilingual(
                        en=f"{name} has no such parameter.", sv=f"{name} har ingen sådan parameter."
                    ),
                    Bilingual(en=f"It has {known or 'none'}.", sv=f"Den har {known or 'inga'}."),
                )
        texts = {**query.header.default, **given}
        values = {}
        for parameter in query.header.parameters:
            if parameter in texts:
                values[parameter] = self._value(query, parameter, texts[parameter])
            elif query.header.is_required(parameter):
                raise ParameterError(
                    parameter,
                    None,
                    Bilingual(en="it is missing.", sv="den saknas."),
                    Bilingual(en="Give it a value.", sv="Ange ett värde."),
                )
        return Call(query, values, page)

    def run(self, call: Call) -> Result:
        """The result of a call; raises QueryFailure."""
        state = self.evaluator.state()
        if call.query.form is Form.CONSTRUCT:
            return Result(call, triples=tuple(self.evaluator.construct(call.sparql)), state=state)
        table = self.evaluator.select(call.sparql)
        limit = call.page.limit
        more = limit is not None and len(table.rows) > limit
        rows = _in_order(call.query, table.variables, table.rows[:limit])
        return Result(call, table.variables, rows, more=more, state=state)

    def names(self, query: SavedQuery, parameter: str) -> Names:
        """The things that a parameter of type ``iri`` may mean."""
        about = query.header.parameters[parameter]
        for kind, name in (
            ("class", about.among),
            ("scheme", about.scheme),
            ("query", about.query),
        ):
            if name:
                state = self.evaluator.state()
                return self._names(kind, name, state) if state else self._find_names(kind, name, "")
        raise TypeError(f"{parameter} is no IRI")

    def _find_names(self, kind: str, name: str, state: str) -> Names:
        # the state is there for the cache: another one has other names
        if kind == "class":
            return names_of_class(self.evaluator, name)
        if kind == "scheme":
            return names_of_scheme(self.evaluator, name)
        listed = self.run(self.prepare(name, {})).rows
        return names_of_things(
            self.evaluator, [row[0].value for row in listed if isinstance(row[0], ox.NamedNode)]
        )

    def _value(self, query: SavedQuery, parameter: str, text: str) -> Value:
        about = query.header.parameters[parameter]
        if about.type is Type.IRI:
            return self.names(query, parameter).resolve(parameter, text)
        value = literal(parameter, about, text)
        allowed = query.header.allowed.get(parameter)
        if allowed and text not in allowed:
            raise ParameterError(
                parameter,
                text,
                Bilingual(en="it is not among the allowed ones.", sv="värdet är inte tillåtet."),
                Bilingual(
                    en=f"Give {', '.join(allowed)}.", sv=f"Ange något av {', '.join(allowed)}."
                ),
                allowed,
            )
        return value


def _in_order(query: SavedQuery, columns: Sequence[str], rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """The rows, with the names in a cell of several in alphabetical order.

    GROUP_CONCAT joins them in whatever order the engine met them (SPARQL 1.1 Query, 18.5.1.7).
    """
    described = query.header.columns
    separators = [described[name].separator if name in described else None for name in columns]
    if not any(separators):
        return rows
    return tuple(
        tuple(_sorted(term, by) if by else term for term, by in zip(row, separators, strict=True))
        for row in rows
    )


def _sorted(term: Term | None, separator: str) -> Term | None:
    if not isinstance(term, ox.Literal) or separator not in term.value:
        return term
    names = separator.join(sorted(term.value.split(separator)))
    return ox.Literal(names, language=term.language) if term.language else ox.Literal(names)
