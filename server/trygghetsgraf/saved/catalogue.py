"""The saved queries of a folder: each a file that is valid SPARQL and says what it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path

from pyoxigraph import Literal, NamedNode, QueryBoolean, QueryTriples, Store

from trygghetsgraf.errors import InputError, InputErrors, NotFoundError
from trygghetsgraf.namespaces import is_key
from trygghetsgraf.query.syntax import locate, terminals
from trygghetsgraf.saved.binding import Value, bind, literal, tokens
from trygghetsgraf.saved.header import Header, Parameter, Type, read_header
from trygghetsgraf.yamlfile import YamlFile

_EMPTY_BASE = "http://base.invalid/"


class Form(StrEnum):
    """What a query gives."""

    SELECT = "select"
    CONSTRUCT = "construct"


@dataclass(frozen=True)
class SavedQuery:
    """A saved query, checked."""

    #: name of its file, without the ending
    name: str
    path: Path
    header: Header
    #: the whole file
    text: str
    form: Form

    def token(self, parameter: str) -> str:
        """The variable that stands for a parameter, without the question mark."""
        return self.header.parameters[parameter].token(parameter)

    @property
    def sparql(self) -> str:
        """The query without its header."""
        return "\n".join(
            line for line in self.text.splitlines() if not line.startswith("#+")
        ).strip()


class Catalogue(Mapping[str, SavedQuery]):
    """The saved queries by name, in alphabetical order."""

    def __init__(self, queries: Sequence[SavedQuery]) -> None:
        self._by_name = {query.name: query for query in sorted(queries, key=lambda q: q.name)}

    def __getitem__(self, name: str) -> SavedQuery:
        return self._by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_name)

    def __len__(self) -> int:
        return len(self._by_name)

    def named(self, name: str) -> SavedQuery:
        """The query of that name; raises NotFoundError with the names that come near."""
        if name in self._by_name:
            return self._by_name[name]
        near = get_close_matches(name, self._by_name)
        hint = f" Nearest: {', '.join(near)}." if near else ""
        raise NotFoundError(
            f"Looking up the saved query {name!r}",
            f"there is none of that name.{hint}",
            "See the list of saved queries.",
        )

    def tags(self) -> dict[str, int]:
        """Tag → number of queries, in alphabetical order."""
        every = sorted(tag for query in self.values() for tag in query.header.tags)
        return {tag: every.count(tag) for tag in every}

    def find(self, words: str = "", tag: str = "") -> list[SavedQuery]:
        """The queries with that tag whose name, title, description or tags hold every word."""
        wanted = words.casefold().split()
        return [
            query
            for query in self.values()
            if (not tag or tag in query.header.tags)
            and all(word in _searchable(query) for word in wanted)
        ]


def _searchable(query: SavedQuery) -> str:
    header = query.header
    texts = (
        query.name,
        header.title.sv,
        header.title.en,
        header.description.sv,
        header.description.en,
        *header.tags,
    )
    return "\n".join(texts).casefold()


def load_catalogue(folder: Path) -> Catalogue:
    """The saved queries of a folder.

    Raises InputErrors with file and line for everything that is wrong in any of them.
    """
    queries, errors = [], list[InputError]()
    for path in sorted(folder.glob("*.rq")):
        try:
            queries.append(load_query(path))
        except InputErrors as error:
            errors += error.errors
        except InputError as error:
            errors.append(error)
    if errors:
        raise InputErrors(errors)
    catalogue = Catalogue(queries)
    if unknown := list(_unknown_listings(catalogue)):
        raise InputErrors(unknown)
    return catalogue


def _unknown_listings(catalogue: Catalogue) -> Iterator[InputError]:
    """An error for every parameter whose values are listed by a query that does not exist."""
    for query in catalogue.values():
        for name, parameter in query.header.parameters.items():
            if parameter.query and parameter.query not in catalogue:
                yield InputError(
                    f"Reading the parameter {name}",
                    f"there is no saved query {parameter.query}.",
                    "Name one in the same folder.",
                    path=query.path,
                )


def load_query(path: Path) -> SavedQuery:
    """One saved query; raises InputError or InputErrors with file and line."""
    if not is_key(path.stem):
        raise InputError(
            "Reading a saved query",
            f"the name {path.stem!r} is no key.",
            "Use lower-case ASCII letters, digits and hyphens.",
            path=path,
        )
    text = path.read_text(encoding="utf-8")
    header, yaml = read_header(text, path)
    if errors := list(_misused_tokens(text, header, yaml)):
        raise InputErrors(errors)
    form, columns = _parsed(text, header, path)
    if errors := list(_misdescribed_columns(columns, header, yaml)):
        raise InputErrors(errors)
    if form is Form.SELECT and not any(t.is_word("ORDER") for t in terminals(text)):
        raise InputError(
            "Reading a saved query",
            "its rows have no order, so pages of them would not fit together.",
            "End it with ORDER BY over all that tells rows apart.",
            path=path,
        )
    joins = any(t.is_word("GROUP_CONCAT") for t in terminals(text))
    if joins != any(column.separator for column in header.columns.values()):
        raise yaml.error(
            ("columns",),
            "Reading the columns of a saved query",
            "names are joined with GROUP_CONCAT in no order that SPARQL promises."
            if joins
            else "there is a separator, and nothing is joined with GROUP_CONCAT.",
            "Give the columns that hold several names, and only those, their separator.",
        )
    return SavedQuery(path.stem, path, header, text, form)


def _misused_tokens(text: str, header: Header, yaml: YamlFile) -> Iterator[InputError]:
    """An error for every token without a parameter, and every parameter without a token."""
    tried = "Reading the parameters of a saved query"
    known = {parameter.token(name): name for name, parameter in header.parameters.items()}
    used = set()
    for token in tokens(text):
        used.add(token.text[1:])
        if token.text[0] != "?" or token.text[1:] not in known:
            yield InputError(
                tried,
                f"{token.text} stands for no parameter.",
                f"The header has {', '.join(f'?{t}' for t in known) or 'none'}.",
                path=yaml.path,
                line=text.count("\n", 0, token.start) + 1,
            )
    for variable, name in known.items():
        if variable not in used:
            yield yaml.error(
                ("parameters", name), tried, f"{name} is unused.", f"Use it as ?{variable}."
            )


def _parsed(text: str, header: Header, path: Path) -> tuple[Form, list[str]]:
    """The form and the result's variables, as the engine reads them with values in place."""
    values = {p.token(n): _sample(p, n, header) for n, p in header.parameters.items()}
    try:
        for bound in (text, bind(text, values)):
            result = Store().query(bound, base_iri=_EMPTY_BASE)
    except SyntaxError as error:
        fault = locate(bound, str(error), _report)
        raise InputError(
            "Reading a saved query",
            f"{fault.what}.",
            "Correct it; the query must be valid with and without values for its parameters.",
            path=path,
            line=fault.line,
        ) from error
    if isinstance(result, QueryTriples):
        return Form.CONSTRUCT, []
    if isinstance(result, QueryBoolean):
        raise InputError(
            "Reading a saved query", "it is an ASK.", "Write a SELECT or CONSTRUCT.", path=path
        )
    return Form.SELECT, [variable.value for variable in result.variables]


def _report(text: str) -> str:
    """What the engine says of a text that is no query."""
    try:
        Store().query(text, base_iri=_EMPTY_BASE)
    except SyntaxError as error:
        return str(error)
    return ""


def _sample(parameter: Parameter, name: str, header: Header) -> Value:
    """Some value of the right kind, to see whether the query can be read with it."""
    if parameter.type is Type.IRI:
        return NamedNode(_EMPTY_BASE)
    given = header.example.get(name) or header.default.get(name)
    if given is not None:
        return literal(name, parameter, given)
    return Literal("")


def _misdescribed_columns(
    columns: Sequence[str], header: Header, yaml: YamlFile
) -> Iterator[InputError]:
    tried = "Reading the columns of a saved query"
    for name in columns:
        if name not in header.columns:
            yield yaml.error(
                ("columns",), tried, f"{name} is not described.", "Describe it in both languages."
            )
    for name in header.columns:
        if name not in columns:
            yield yaml.error(
                ("columns", name), tried, f"the query gives no {name}.", "Remove it or give it."
            )
    if list(header.columns) != list(columns) and set(header.columns) == set(columns):
        yield yaml.error(
            ("columns",), tried, "they are not in the order of the query.", "Put them in order."
        )
