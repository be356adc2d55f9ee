"""The texts of the pages, in Swedish and English: words.yaml."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from pydantic import RootModel

from trygghetsgraf.saved.header import Bilingual
from trygghetsgraf.yamlfile import YamlFile

_FILE = Path(__file__).with_name("words.yaml")


class _Texts(RootModel[dict[str, Bilingual]]):
    """The content of words.yaml: every text by its key."""


@cache
def words(language: str) -> dict[str, str]:
    """Every text in a language, ``sv`` or ``en``, by its key."""
    texts = YamlFile.read(_FILE).validate(_Texts).root
    return {key: text.in_language(language) for key, text in texts.items()}
