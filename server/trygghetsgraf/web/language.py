"""The language of a page, Swedish unless the reader asks for English, and that of an error."""

from __future__ import annotations

from collections.abc import Iterable

from flask import request


def asked_language() -> str:
    """``?lang=``, else the first of Accept-Language that we have, else ``sv``."""
    # Werkzeug's best_match puts "sv" before "en" for a reader who asks for "en-GB, sv;q=0.5"
    asked = [request.args.get("lang", ""), *request.accept_languages.values()]
    return _first(asked, "sv")


def accepted_language() -> str:
    """For what programs are told: of Accept-Language, else of the address, else ``en``."""
    of_address = (request.view_args or {}).get("language", "en")
    return _first(request.accept_languages.values(), of_address)


def _first(tags: Iterable[str], default: str) -> str:
    known = (tag.partition("-")[0].lower() for tag in tags)
    return next((language for language in known if language in ("sv", "en")), default)
