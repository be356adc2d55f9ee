"""Text versions: their words, the places of a quote, and how two versions differ.

Telephone numbers, personal identity numbers and e-mail addresses are masked at equal length
as soon as a text is read: offsets stay those of the stored file, and nothing downstream sees
the number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property

from rapidfuzz import fuzz

#: a passage's context on either side, in characters (oa:prefix and oa:suffix,
#: https://www.w3.org/TR/annotation-model/#text-quote-selector)
CONTEXT = 32
MASK = "█"

#: eight to ten digits from 0, however they are grouped; rather one number too many than one
#: too few, so that only what a document is bound to hold is let through
_PHONE = re.compile(
    r"""
    (?<!\d)(?<!(?:19|20)\d\d[/-])                       # no date, no file number 2024/0123
    (?!0\d{1,3}(?:[\s/–-]\d\d)?[\s/–-](?:19|20)\d\d(?!\d))    # none with the year last either
    (?!(?<=\d\s)0\d\d(?:\s\d{3})+(?!\d))               # not the end of 15 020 000 000
    (?:(?:\+|00)46[\s-]?(?:\(0\)\s?)?|\(?0(?=[1-9]))
    \d(?:\)?(?:\s?[/–-]\s?|\s)?\d){6,8}(?!\d)
    """,
    re.VERBOSE,
)
#: personnummer and samordningsnummer; the month tells them from the numbers of organisations
#: (lag 1974:174 om identitetsbeteckning för juridiska personer)
_PERSONAL = re.compile(
    r"(?<!\d)(?:19|20)?\d\d(?:0[1-9]|1[0-2])(?:[06][1-9]|[1278]\d|[39][01])[-+–\s]?\d{4}(?!\d)"
)
_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
#: the end of a sentence, before white space and what may begin another
_STOP = re.compile(r"([.?!][\"”’]?)\s+(?=[A-ZÅÄÖ\"”0-9])")
_TYPOGRAPHY = str.maketrans({"”": '"', "’": "'", "•": "-", "–": "-"})


@dataclass(frozen=True)
class Span:
    """A slice of a text: ``text[start:end] == exact``, in code points, with its context."""

    start: int
    end: int
    exact: str
    prefix: str
    suffix: str


@dataclass(frozen=True)
class Word:
    """A run of characters without white space, with its offsets."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Text:
    """A masked text; offsets are those of the stored file."""

    text: str

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """The words of the text in order."""
        return tuple(Word(m.group(), m.start(), m.end()) for m in re.finditer(r"\S+", self.text))

    def span(self, start: int, end: int) -> Span:
        """The slice between two offsets with its context."""
        text = self.text
        before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
        return Span(start, end, text[start:end], before, after)

    def line(self, offset: int) -> int:
        """The 1-based line that an offset lies on."""
        return self.text.count("\n", 0, offset) + 1

    def find(self, quote: str) -> list[tuple[int, int]]:
        """Offsets of every place where the quote stands, white space aside."""
        pattern = r"\s+".join(re.escape(word) for word in quote.split())
        return [match.span() for match in re.finditer(pattern, self.text)] if pattern else []

    def nearest(self, quote: str) -> tuple[int, str]:
        """Line and words of the place that resembles the quote most."""
        match = fuzz.partial_ratio_alignment(quote, self.text)
        start, end = (match.dest_start, match.dest_end) if match else (0, 0)
        return self.line(start), " ".join(self.text[start:end].split())


@dataclass(frozen=True)
class TextDifference:
    """A place where two texts are worded differently; an empty span where words are missing."""

    first: Span
    other: Span

    @property
    def is_typography(self) -> bool:
        """Whether only the glyphs of quotation marks, dashes or bullets differ."""
        first, other = (" ".join(s.exact.split()) for s in (self.first, self.other))
        return first.translate(_TYPOGRAPHY) == other.translate(_TYPOGRAPHY)


class Alignment:
    """The words of one text matched with those of another version of it."""

    def __init__(self, first: Text, other: Text) -> None:
        self.first = first
        self.other = other
        matcher = SequenceMatcher(
            None, [w.text for w in first.words], [w.text for w in other.words], autojunk=False
        )
        self._opcodes = matcher.get_opcodes()

    def differences(self) -> Iterator[TextDifference]:
        """Every difference in wording, in the order of the text."""
        for tag, i1, i2, j1, j2 in self._opcodes:
            if tag == "equal":
                continue
            if i2 - i1 == j2 - j1:
                for i, j in zip(range(i1, i2), range(j1, j2), strict=True):
                    yield TextDifference(_slice(self.first, i, i + 1), _slice(self.other, j, j + 1))
            else:
                yield TextDifference(_slice(self.first, i1, i2), _slice(self.other, j1, j2))

    def carry(self, start: int, end: int) -> tuple[int, int] | None:
        """Offsets in the other text of what lies between two offsets of the first.

        Words that differ are carried whole; at equal words the offsets are exact. None where
        no word of the other text stands for any of these.
        """
        words = self.first.words
        indexes = [i for i, word in enumerate(words) if word.start < end and word.end > start]
        if not indexes:
            return None
        first, last = self._counterpart(indexes[0])[0], self._counterpart(indexes[-1])[1]
        if first > last:
            return None
        head, tail = words[indexes[0]], words[indexes[-1]]
        a, b = self.other.words[first], self.other.words[last]
        return (
            a.start + (start - head.start if a.text == head.text else 0),
            b.end - (tail.end - end if b.text == tail.text else 0),
        )

    def _counterpart(self, index: int) -> tuple[int, int]:
        """First and last word of the other text that stand for a word of the first.

        The last is before the first where the word is missing in the other text.
        """
        for _, i1, i2, j1, j2 in self._opcodes:
            if i1 <= index < i2:
                if i2 - i1 == j2 - j1:
                    return j1 + index - i1, j1 + index - i1
                return j1, j2 - 1
        raise IndexError(index)


def mask(text: str) -> str:
    """The text with personal numbers and addresses masked: same length, same white space."""
    for pattern in (_PERSONAL, _PHONE, _EMAIL):
        text = pattern.sub(lambda match: re.sub(r"\S", MASK, match.group()), text)
    return text


def sentences(text: str) -> list[tuple[int, int]]:
    """Offsets of the sentences, headings and list items of a text, without outer white space.

    A blank line or a bullet at the start of a line ends a sentence, unless the text goes on
    with a small letter (a page break); so does a full stop, question mark or exclamation
    mark before white space and a capital, digit or quote.
    """
    blocks: list[tuple[int, int]] = []
    for block in re.finditer(r"(?:(?!\n\s*\n|\n\s*[-•]\s).)+", text, re.DOTALL):
        start, end = _trim(text, *block.span())
        if start >= end:
            continue
        if blocks and text[start].islower() and text[blocks[-1][1] - 1] not in ".?!":
            start = blocks.pop()[0]
        blocks.append((start, end))
    found: list[tuple[int, int]] = []
    for begin, end in blocks:
        for stop in re.finditer(_STOP, text[begin:end]):
            if not re.search(r"(?:^|\n)\s*\d+\.$", text[begin : begin + stop.end(1)]):
                found.append(_trim(text, _next(found, begin), begin + stop.end(1)))
        found.append(_trim(text, _next(found, begin), end))
    return found


def _next(found: list[tuple[int, int]], begin: int) -> int:
    """Where the next sentence of a block begins: after the last one found in it."""
    return max(begin, found[-1][1]) if found else begin


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    """The offsets without the white space at either end."""
    piece = text[start:end]
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())


def _slice(text: Text, i: int, j: int) -> Span:
    """The span of words i to j; empty, before word i, when there are none."""
    if i == j:
        offset = text.words[i].start if i < len(text.words) else len(text.text)
        return text.span(offset, offset)
    return text.span(text.words[i].start, text.words[j - 1].end)
