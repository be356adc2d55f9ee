"""Parameters become terms: a value is an IRI or a literal before it meets the query.

A query holds a variable where a value goes. That token is replaced by the term as SPARQL
writes it, and the result is split into terminals again: it must differ in those places only,
and each of them must be one term.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from pyoxigraph import Literal, NamedNode

from trygghetsgraf.errors import InputError, TrygghetsgrafError
from trygghetsgraf.literals import parse_literal
from trygghetsgraf.query.syntax import Terminal, terminals
from trygghetsgraf.saved.header import Bilingual, Parameter, Type
from trygghetsgraf.terms import to_store

Value = NamedNode | Literal

#: characters of a value; the longest label is some 200
MAX_LENGTH = 1000

#: what no text is made of: control characters, and halves of characters (lone surrogates)
_UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class ParameterError(TrygghetsgrafError):
    """Raised when a value cannot be what its parameter asks for; names the parameter.

    As text it is in English; :meth:`in_language` has it in Swedish too.
    """

    def __init__(
        self,
        parameter: str,
        value: str | None,
        found: Bilingual,
        do: Bilingual,
        near: tuple[str, ...] = (),
    ) -> None:
        given = "" if value is None else f" {_shorten(value)!r}"
        super().__init__(f"Reading the parameter {parameter}{given}", found.en, do.en)
        self.parameter = parameter
        #: values that would do and come near
        self.near = near
        self._swedish = f"Parametern {parameter}{given}: {found.sv} {do.sv}"

    def in_language(self, language: str) -> str:
        """What was found and what to do, in Swedish for ``sv``, else in English."""
        return self._swedish if language == "sv" else str(self)


def literal(name: str, parameter: Parameter, value: str) -> Literal:
    """The literal for a value, in canonical form; raises ParameterError.

    For every type but ``iri``.
    """
    check_readable(name, value)
    if parameter.language:
        return Literal(value, language=parameter.language)
    try:
        parsed = to_store(parse_literal(parameter.type, value))
    except InputError as error:
        raise ParameterError(name, value, _NOT_THAT, _HOW[parameter.type]) from error
    if not isinstance(parsed, Literal):
        raise TypeError(f"{parameter.type} is no type of literals")
    return parsed


def check_readable(name: str, value: str) -> None:
    """Raise ParameterError for a value that no text in any document can be."""
    if len(value) > MAX_LENGTH:
        raise ParameterError(
            name,
            value,
            Bilingual(en=f"it has {len(value)} characters.", sv=f"värdet har {len(value)} tecken."),
            Bilingual(en=f"Give at most {MAX_LENGTH}.", sv=f"Ange högst {MAX_LENGTH}."),
        )
    if _UNREADABLE.search(value):
        raise ParameterError(
            name,
            value,
            Bilingual(en="it has characters that cannot be read.", sv="vissa tecken är oläsliga."),
            Bilingual(en="Leave them out.", sv="Utelämna dem."),
        )


_NOT_THAT = Bilingual(en="that cannot be its value.", sv="det kan inte vara dess värde.")
_HOW: Mapping[Type, Bilingual] = {
    Type.STRING: Bilingual(en="Give a text.", sv="Ange en text."),
    Type.INTEGER: Bilingual(en="Give a whole number, such as 12.", sv="Ange ett heltal, som 12."),
    Type.DECIMAL: Bilingual(
        en="Give a number with a point, such as 12.5.", sv="Ange ett tal med punkt, som 12.5."
    ),
    Type.BOOLEAN: Bilingual(en="Give true or false.", sv="Ange true eller false."),
    Type.DATE: Bilingual(en="Give a date, such as 2024-09-10.", sv="Ange en dag, som 2024-09-10."),
    Type.EDTF: Bilingual(
        en="Give a date or period, such as 2021, 2021-11 or 2021-11/2021-12.",
        sv="Ange ett datum eller en period, som 2021, 2021-11 eller 2021-11/2021-12.",
    ),
}


def tokens(text: str) -> Iterator[Terminal]:
    """The variables of a query that stand for parameters: those with an underscore first."""
    for terminal in terminals(text):
        if terminal.kind == "variable" and terminal.text[1] == "_":
            yield terminal


def bind(text: str, values: Mapping[str, Value]) -> str:
    """The query with every token of a value replaced by its term.

    ``values`` goes from token, without the question mark, to term.
    """
    if not values:
        return text
    pieces, at = [], 0
    for token in tokens(text):
        term = values.get(token.text[1:])
        if term is not None:
            pieces += [text[at : token.start], _written(term)]
            at = token.end
    bound = "".join((*pieces, text[at:]))
    _check_only_terms_differ(text, bound, values)
    return bound


def _written(term: Value) -> str:
    """The term as SPARQL writes it: an IRIREF [139] or an RDFLiteral [129]."""
    if isinstance(term, NamedNode):
        return f"<{term.value}>"
    return str(term)


def _check_only_terms_differ(text: str, bound: str, values: Mapping[str, Value]) -> None:
    """Raise ValueError unless each token has become the terminals of its term, and no more."""
    rest = terminals(bound)
    for terminal in terminals(text):
        term = values.get(terminal.text[1:]) if terminal.kind == "variable" else None
        expected = [terminal] if term is None else list(terminals(_written(term)))
        for one in expected:
            found = next(rest, None)
            if found is None or (found.kind, found.text) != (one.kind, one.text):
                raise ValueError(f"a value got out of its term at {terminal.text}")
    if next(rest, None) is not None:
        raise ValueError("a value got out of its term")


def _shorten(value: str) -> str:
    return value if len(value) <= 60 else value[:59] + "…"
