"""The language of a page: Swedish unless the reader asks for English."""

from __future__ import annotations

from flask import request


def asked_language() -> str:
    """``?lang=``, else the first of Accept-Language that we have, else ``sv``."""
    # Werkzeug's best_match puts "sv" before "en" for a reader who asks for "en-GB, sv;q=0.5"
    asked = [request.args.get("lang", ""), *request.accept_languages.values()]
    known = (tag.partition("-")[0].lower() for tag in asked)
    return next((language for language in known if language in ("sv", "en")), "sv")
