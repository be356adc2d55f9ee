"""Arguments of a request to the API: words that must be there, numbers within bounds."""

from __future__ import annotations

from flask import request

from trygghetsgraf.saved.binding import ParameterError, check_readable
from trygghetsgraf.saved.header import Bilingual


def words(name: str) -> str:
    """The argument called ``name``; raise ParameterError if it is missing or unreadable."""
    text = request.args.get(name, "")
    if not text.strip():
        raise ParameterError(
            name,
            None,
            Bilingual(en="it is missing.", sv="den saknas."),
            Bilingual(en="Give it a value.", sv="Ange ett värde."),
        )
    check_readable(name, text)
    return text


def number(name: str, default: int, least: int, most: int) -> int:
    """The whole number called ``name``; raise ParameterError for anything out of bounds."""
    text = request.args.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
        raise ParameterError(
            name,
            text,
            Bilingual(en="it is no such number.", sv="det är inget sådant tal."),
            Bilingual(
                en=f"Give a whole number from {least} to {most}.",
                sv=f"Ange ett heltal från {least} till {most}.",
            ),
        )
    return int(text)
