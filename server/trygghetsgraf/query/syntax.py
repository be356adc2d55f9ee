"""The words of a query: enough of SPARQL's grammar to find what stands where.

The engine's parser decides what a query means. This module only splits the text into
terminals (SPARQL 1.1 Query, section 19.8), so that comments, strings and IRIs are never
taken for keywords.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from trygghetsgraf.query.failures import Outcome, QueryFailure

#: the engine's rules for names, near enough: letters, digits, and what Unicode calls such
_NAME = r"[\w\-\u00B7\u0300-\u036F\u203F\u2040\U00010000-\U000EFFFF]"

_TERMINALS = re.compile(
    "|".join(
        (
            r"(?P<space>[\s]+|\#[^\n\r]*)",
            r"(?P<iri><[^<>\"{}|^`\x00-\x20]*>)",  # IRIREF [139]
            # STRING_LITERAL_LONG1 [158], LONG2 [159], LITERAL1 [156], LITERAL2 [157]
            r"(?P<string>'''(?:'{0,2}(?:[^'\\]|\\.))*'''"
            r'|"""(?:"{0,2}(?:[^"\\]|\\.))*"""'
            r"|'(?:[^'\\\n\r]|\\.)*'"
            r'|"(?:[^"\\\n\r]|\\.)*")',
            r"(?P<blank>_:[\w.\-\u00B7]+)",  # BLANK_NODE_LABEL [142]
            r"(?P<variable>[?$]\w+)",  # VAR1 [143], VAR2 [144]
            r"(?P<language>@[A-Za-z][\w\-]*)",  # LANGTAG [145]
            # PNAME_NS [140], PNAME_LN [141]; a dot stands inside a name, not at its end
            rf"(?P<prefixed>(?:[^\W\d_]{_NAME}*(?:\.+{_NAME}+)*)?:"
            rf"(?:(?:{_NAME}|:|%[0-9A-Fa-f]{{2}}|\\.)"
            rf"(?:\.*(?:{_NAME}|:|%[0-9A-Fa-f]{{2}}|\\.))*)?)",
            r"(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)",
            r"(?P<word>[A-Za-z]\w*)",  # keywords and the names of functions
            r"(?P<other>.)",
        )
    ),
    re.DOTALL,
)

_FORMS = frozenset({"SELECT", "CONSTRUCT", "DESCRIBE", "ASK"})

#: functions whose value differs from one evaluation to the next (sections 17.4.2.12 to
#: 17.4.5.1), and SERVICE, whose answer comes from elsewhere
_CHANGING = frozenset({"NOW", "RAND", "UUID", "STRUUID", "SERVICE"})
_MAYBE_CHANGING = re.compile("now|rand|uuid|service", re.IGNORECASE)
#: characters that are read in some milliseconds, which others may have to wait for
_LONG = 1 << 14


@dataclass(frozen=True)
class Terminal:
    """One terminal of the grammar, with where it stands: ``text[start:end]``."""

    kind: str
    text: str
    start: int
    end: int

    def is_word(self, *words: str) -> bool:
        """Whether this is one of the keywords, in upper or lower case."""
        return self.kind == "word" and self.text.upper() in words


def terminals(text: str) -> Iterator[Terminal]:
    """The terminals of a query, without white space and comments."""
    for match in _TERMINALS.finditer(text):
        if match.lastgroup != "space":
            yield Terminal(match.lastgroup or "", match.group(), *match.span())


_CODEPOINT = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_LITERALLY = ("string", "iri", "space")


def without_codepoint_escapes(text: str) -> str:
    r"""The text with ``\u0070`` as ``p``, where that may be part of a name or a keyword.

    Section 19.2 has it done before anything else; the engine does it in strings and IRIs only,
    which stay as they are.
    """
    if _CODEPOINT.search(text) is None:
        return text
    pieces: list[str] = []
    done = 0
    for match in _TERMINALS.finditer(text):
        if match.lastgroup in _LITERALLY:
            pieces += [_CODEPOINT.sub(_character, text[done : match.start()]), match[0]]
            done = match.end()
    return "".join([*pieces, _CODEPOINT.sub(_character, text[done:])])


def _character(escape: re.Match[str]) -> str:
    """The character that is meant, or the escape itself if no name may hold that."""
    number = int(escape[1] or escape[2], 16)
    character = chr(number) if number <= sys.maxunicode else ""
    return character if re.fullmatch(_NAME, character) else escape[0]


def form_of(text: str) -> str:
    """``select``, ``ask`` or ``graph`` (CONSTRUCT and DESCRIBE); ``select`` if none of them."""
    for terminal in terminals(text):
        if terminal.is_word(*_FORMS):
            word = terminal.text.lower()
            return word if word in ("select", "ask") else "graph"
    return "select"


def prologue(text: str) -> str:
    """The BASE and PREFIX declarations: everything before the word that gives the form."""
    for terminal in terminals(text):
        if terminal.is_word(*_FORMS):
            return text[: terminal.start]
    return text


def from_clauses(text: str) -> tuple[list[str], list[str]]:
    """The IRIs of FROM and of FROM NAMED, as they are written: ``<…>`` or prefixed names."""
    default: list[str] = []
    named: list[str] = []
    head = list(_head(text))
    for place, terminal in enumerate(head):
        if not terminal.is_word("FROM"):
            continue
        rest = head[place + 1 : place + 3]
        target = default
        if rest and rest[0].is_word("NAMED"):
            target, rest = named, rest[1:]
        if rest and rest[0].kind in ("iri", "prefixed"):
            target.append(rest[0].text)
    return default, named


def _head(text: str) -> Iterator[Terminal]:
    """What stands before the WHERE clause: form, projection and dataset clauses."""
    depth = 0
    template = False
    for terminal in terminals(text):
        if terminal.is_word("CONSTRUCT"):
            template = True
        elif terminal.text == "{":
            if depth == 0 and not template:
                return
            depth += 1
        elif terminal.text == "}":
            depth -= 1
            template = False
        elif terminal.is_word("WHERE") and depth == 0:
            return
        if depth == 0:
            yield terminal


def is_changing(text: str) -> bool:
    """Whether the answer may differ on the same data: NOW, RAND, UUID, STRUUID, SERVICE."""
    if _MAYBE_CHANGING.search(text) is None:
        return False
    return any(terminal.is_word(*_CHANGING) for terminal in terminals(text))


def may_change(text: str) -> bool:
    """The same, but quick: a long text with one of those words anywhere counts as one."""
    if len(text) > _LONG:
        return _MAYBE_CHANGING.search(text) is not None
    return is_changing(text)


#: what makes an answer depend on how often a solution occurs, and not only on whether it does
_COUNTING = frozenset({"COUNT", "SUM", "AVG", "GROUP_CONCAT", "LIMIT", "OFFSET"})


def counts_repetitions(text: str) -> bool:
    """Whether the answer may depend on how often a solution occurs; if in doubt, yes."""
    words = [terminal.text.upper() for terminal in terminals(text) if terminal.kind == "word"]
    form = next((place for place, word in enumerate(words) if word in _FORMS), None)
    if form is None or not _COUNTING.isdisjoint(words):
        return True
    distinct = words[form + 1 : form + 2] in (["DISTINCT"], ["REDUCED"])
    return words[form] == "SELECT" and not distinct


#: brackets inside brackets; the engine's parser overflows its stack at some 900
DEPTH = 200
_OPENING, _CLOSING = frozenset("{(["), frozenset("})]")


def refuse_deep(text: str) -> None:
    """Raise QueryFailure if brackets of a query or update are nested deeper than :data:`DEPTH`.

    Few texts are read for this: most have too few brackets.
    """
    if sum(map(text.count, _OPENING)) <= DEPTH:
        return
    depth = 0
    for terminal in terminals(text):
        if terminal.text in _OPENING:
            depth += 1
        elif terminal.text in _CLOSING:
            depth -= 1
        if depth > DEPTH:
            found = _at(text, terminal.start, f"Brackets are nested more than {DEPTH} deep.")
            raise QueryFailure(Outcome.SYNTAX, found.what, line=found.line, column=found.column)


_REPORT = re.compile(r"error at (\d+):(\d+): expected (?:one of )?(.*)", re.DOTALL)
#: words of the engine about meaning, amid its list of terminals: "The SELECT contains …"
_SENTENCE = re.compile(r"(?:^|, )([A-Z][A-Za-z]* [A-Za-z ]+)(?=,|$)")
#: longer than any keyword: see :func:`locate`
_PADDING = " " * 40
#: what no query can hold, so that a text with it is parsed and never evaluated
_STOP = "\n\x00"


@dataclass(frozen=True)
class Fault:
    """Where a query cannot be read on, 1-based, and what is wrong there."""

    line: int
    column: int
    what: str


def locate(text: str, said: str, report: Callable[[str], str]) -> Fault:
    """Find the first terminal that cannot stand where it stands.

    ``said`` is what the engine says of the text; ``report`` gives what it says of another
    one that is no query. The engine names
    the farthest place that anything it tried would have ended at, which may lie after the
    fault. But it reads white space only after a terminal that it accepted: so the start of
    a query, padded, can go on as a query if the engine gets to the end of the padding. The
    longest such start is found by halving.
    """
    found = list(terminals(text))
    good, bad = 0, len(found) + 1
    while bad - good > 1:
        middle = (good + bad) // 2
        if can_go_on(text[: found[middle - 1].end], report):
            good = middle
        else:
            bad = middle
    faulty = found[good] if good < len(found) else None
    start = faulty.start if faulty else len(text.rstrip())
    return _at(text, start, _what(text, faulty, said))


def _at(text: str, start: int, what: str) -> Fault:
    line = text.count("\n", 0, start) + 1
    return Fault(line, start - text.rfind("\n", 0, start), what)


def can_go_on(start: str, report: Callable[[str], str]) -> bool:
    """Whether a query may begin like this; it is read, never evaluated."""
    match = _REPORT.match(report(start + _PADDING + _STOP))
    return match is not None and int(match[1]) > start.count("\n") + 1


def _what(text: str, faulty: Terminal | None, said: str) -> str:
    """The words for a fault: an undeclared prefix, what the engine says, or what stands there."""
    if faulty is not None and faulty.kind == "prefixed":
        prefix = faulty.text.split(":", 1)[0] + ":"
        if not re.search(rf"PREFIX\s+{re.escape(prefix)}", prologue(text), re.IGNORECASE):
            return f"the prefix {prefix} is not declared"
    sentence = _SENTENCE.search(said.split("expected", 1)[-1].removeprefix(" one of").strip())
    if sentence is not None and sentence[1] != "Prefix not found":
        return sentence[1]
    return f"{faulty.text[:40]!r} cannot stand here" if faulty else "the query ends too early"
