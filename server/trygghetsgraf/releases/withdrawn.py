"""What has left the graph on purpose: data/withdrawn.yaml.

What is simply not stated any more needs no entry: its identifiers answer 410 by themselves.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from trygghetsgraf.namespaces import ID, is_key
from trygghetsgraf.releases.release import digest_of
from trygghetsgraf.yamlfile import YamlFile

_DIGEST = re.compile(r"[0-9a-f]{20}")


def _kind_and_key(text: str) -> str:
    kind, _, key = text.partition("/")
    if not (is_key(kind) and is_key(key)):
        raise ValueError("write kind/key, such as actor/huddinge")
    return text


def _digest(text: str) -> str:
    if _DIGEST.fullmatch(text):
        return text
    return digest_of(str(ID[_kind_and_key(text)]))


class Withdrawn(BaseModel):
    """The content of withdrawn.yaml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: old ``kind/key`` → new one: the old identifier leads to the new
    replaced: dict[
        Annotated[str, AfterValidator(_kind_and_key)], Annotated[str, AfterValidator(_kind_and_key)]
    ] = {}
    #: digests of what is to be forgotten (``kind/key`` may be written too): the dumps of
    #: earlier releases that hold it are deleted
    erased: tuple[Annotated[str, AfterValidator(_digest)], ...] = ()


def read_withdrawn(project: Path) -> Withdrawn:
    """The withdrawals of a project; none if it has no such file. Raises InputErrors."""
    path = project / "data" / "withdrawn.yaml"
    return YamlFile.read(path).validate(Withdrawn) if path.exists() else Withdrawn()
