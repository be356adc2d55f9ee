"""Dates in EDTF as people read them.

https://www.loc.gov/standards/datetime/: days, months, years, seasons (21 to 24), intervals
with open ends, and the marks ``~`` (about), ``?`` (uncertain) and ``%`` (both).
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

_MONTHS = {
    "sv": "januari februari mars april maj juni juli augusti september oktober november december",
    "en": "January February March April May June July August September October November December",
}
_SEASONS = {
    "sv": ("våren", "sommaren", "hösten", "vintern"),
    "en": ("spring", "summer", "autumn", "winter"),
}
_ABOUT = {"sv": "omkring ", "en": "about "}
_POINT = re.compile(r"(\d{4})(?:-(\d\d))?(?:-(\d\d))?([~?%]?)")


def in_words(edtf: str, language: str) -> str:
    """A date in words of the language; text that is no date comes back as it is."""
    if "/" not in edtf:
        return _point(edtf, language) or edtf
    first, _, last = edtf.partition("/")
    if first in ("", ".."):
        until = {"sv": "till och med", "en": "until"}[language]
        return f"{until} {_point(last, language) or last}"
    if last in ("", ".."):
        since = {"sv": "från", "en": "from"}[language]
        return f"{since} {_point(first, language) or first}"
    start, end = _point(first, language), _point(last, language)
    if not start or not end:
        return edtf
    year = f" {first[:4]}"
    if first[:4] == last[:4] and start.endswith(year):
        start = start.removesuffix(year)
    dash = "–" if " " not in start and not end.startswith(_ABOUT[language]) else " – "
    return f"{start}{dash}{end}"


def as_of(edtf: str, language: str) -> str:
    """The date of a document in words: one with an end only is from that time at the latest."""
    first, slash, last = edtf.partition("/")
    end = _point(last, language)
    if slash and first in ("", "..") and end:
        return f"senast {end}" if language == "sv" else f"{end} at the latest"
    return in_words(edtf, language)


def moment(time: datetime, language: str) -> str:
    """A moment in words: ``21 november 2026 kl. 17.01 UTC``."""
    there = time.astimezone(UTC)
    day = in_words(there.date().isoformat(), language)
    return f"{day} kl. {there:%H.%M} UTC" if language == "sv" else f"{day}, {there:%H:%M} UTC"


def _point(text: str, language: str) -> str:
    """One day, month, season or year; empty if it is none."""
    match = _POINT.fullmatch(text)
    if match is None:
        return ""
    year, month, day, mark = match.groups()
    about = _ABOUT[language] if mark else ""
    if month is None:
        return about + year
    number = int(month)
    if 21 <= number <= 24 and day is None:
        return f"{about}{_SEASONS[language][number - 21]} {year}"
    if not 1 <= number <= 12:
        return ""
    name = _MONTHS[language].split()[number - 1]
    return f"{about}{int(day)} {name} {year}" if day else f"{about}{name} {year}"


def bounds(edtf: str) -> tuple[float, float, bool] | None:
    """First and last year as numbers with a fraction, and whether the date is uncertain.

    A day is certain; a month, a season, a year or an interval is as wide as it is. None for
    what is no date or has no end at all.
    """
    first, slash, last = edtf.partition("/")
    start, end = _span(first), _span(last if slash else first)
    if start is None and end is None:
        return None
    uncertain = bool(re.search(r"[~?%]", edtf)) or start is None or end is None
    low = start[0] if start else end[0] if end else 0.0
    high = end[1] if end else start[1] if start else 0.0
    return low, max(low, high), uncertain


def _span(text: str) -> tuple[float, float] | None:
    match = _POINT.fullmatch(text)
    if match is None:
        return None
    year, month, day = int(match[1]), match[2], match[3]
    if month is None:
        return year, year + 1.0
    number = int(month)
    if 21 <= number <= 24:
        begin = (2, 5, 8, 11)[number - 21]
        return year + begin / 12, year + (begin + 3) / 12
    if not 1 <= number <= 12:
        return None
    if day is None:
        return year + (number - 1) / 12, year + number / 12
    at = year + (number - 1) / 12 + (int(day) - 1) / 365
    return at, at + 1 / 365
