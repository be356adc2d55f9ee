"""What the tags of saved queries, and the values that their parameters allow, are called."""

from __future__ import annotations

from collections.abc import Mapping

#: tag → Swedish, English
TAGS: Mapping[str, tuple[str, str]] = {
    "actors": ("Aktörer", "Actors"),
    "agreements": ("Överenskommelser", "Agreements"),
    "claims": ("Påståenden", "Claims"),
    "classification": ("Klassning", "Classification"),
    "comparison": ("Jämförelser", "Comparisons"),
    "conflicts": ("Motstridiga uppgifter", "Conflicting facts"),
    "documents": ("Dokument", "Documents"),
    "interpellation": ("Interpellationen i Huddinge", "The interpellation in Huddinge"),
    "judgements": ("Bedömningar", "Judgements"),
    "measures": ("Åtgärder", "Measures"),
    "money": ("Pengar", "Money"),
    "numbers": ("Antal", "Numbers"),
    "places": ("Platser", "Places"),
    "plans": ("Planer", "Plans"),
    "problems": ("Problem", "Problems"),
    "questions": ("Frågor", "Questions"),
    "responsibility": ("Ansvar", "Responsibility"),
    "sluta-skjut": ("Sluta skjut", "Sluta skjut"),
    "status": ("Status", "Status"),
    "target-groups": ("Målgrupper", "Target groups"),
    "time": ("Tid", "Time"),
    "training": ("Utbildning", "Training"),
    "upkeep": ("Vård av grafen", "Upkeep of the graph"),
    "written-request": ("Skrivelsen i Hägersten-Älvsjö", "The written request in Hägersten-Älvsjö"),
}

#: value that a parameter allows → Swedish, English
VALUES: Mapping[str, tuple[str, str]] = {
    "responsible": ("ansvarig", "responsible"),
    "leading": ("leder", "leading"),
    "participating": ("medverkar", "participating"),
    "commissioning": ("ger uppdraget", "commissioning"),
    "commissioned": ("har fått uppdraget", "commissioned"),
    "investigating": ("utreder", "investigating"),
    "training": ("utbildar", "training"),
    "trained": ("utbildas", "trained"),
    "party": ("parti", "party"),
    "authority": ("myndighet", "authority"),
    "place": ("plats", "place"),
    "company": ("bolag", "company"),
    "municipality": ("kommun", "municipality"),
    "kind": ("slag av åtgärd", "kind of measure"),
    "inflection": ("böjning", "inflection"),
    "missing": ("saknas i den ena", "missing in one"),
    "name": ("namn", "name"),
    "spacing": ("mellanrum", "spacing"),
    "spelling": ("stavning", "spelling"),
    "typography": ("typografi", "typography"),
}


def tag_name(tag: str, language: str) -> str:
    """The name of a tag in a language, ``sv`` or ``en``; the tag itself if it has none."""
    return _name(TAGS, tag, language)


def value_name(value: str, language: str) -> str:
    """The name of an allowed value in a language; the value itself if it has none."""
    return _name(VALUES, value, language)


def _name(names: Mapping[str, tuple[str, str]], key: str, language: str) -> str:
    swedish, english = names.get(key, (key, key))
    return swedish if language == "sv" else english
