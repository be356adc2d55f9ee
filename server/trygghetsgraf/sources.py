"""Sources: the files that a build reads, and keys that change when they do."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path

from trygghetsgraf.documents import Work
from trygghetsgraf.errors import InputError, SettingsError

_CODE = Path(__file__).parent
#: whose other version might give other graphs
_LIBRARIES = ("owlrl", "pyoxigraph", "pyshacl", "rdflib")


@dataclass(frozen=True)
class Sources:
    """The folders of a project that a build reads."""

    project: Path

    def check(self) -> None:
        """Raise SettingsError unless the folders are there."""
        data = ("data/vocab", "data/reference", "data/documents", "data/facts")
        for name in ("ontology", "shapes", *data):
            if not (self.project / name).is_dir():
                raise SettingsError(
                    f"Looking for the project in {self.project}",
                    f"it has no folder {name}/.",
                    "Give the checkout with --project or TRYGGHETSGRAF_PROJECT.",
                )

    @cached_property
    def shapes(self) -> tuple[Path, ...]:
        """The files of the shapes."""
        return tuple(sorted((self.project / "shapes").glob("*.ttl")))

    @cached_property
    def queries(self) -> tuple[Path, ...]:
        """The files of the saved queries."""
        return tuple(sorted((self.project / "queries").glob("*.rq")))

    @cached_property
    def data(self) -> tuple[Path, ...]:
        """The files of ontology, vocabularies, reference data and shapes."""
        project = self.project
        folders = (project / "ontology", project / "data" / "vocab", project / "data" / "reference")
        found = [p for folder in folders for p in folder.iterdir() if p.suffix != ".md"]
        return tuple(sorted([*found, *self.shapes]))

    @cached_property
    def common(self) -> tuple[Path, ...]:
        """What every document is read with: ontology, vocabularies, reference, shapes, code."""
        code = [p for p in _CODE.glob("*.py") if p.name not in ("cli.py", "settings.py")]
        return tuple(sorted([*self.data, *code]))

    @cached_property
    def common_key(self) -> str:
        """A key that changes with anything that every document is read with."""
        versions = [f"{name} {version(name)}" for name in _LIBRARIES]
        return hashlib.sha256("\n".join([key_of(self.common), *versions]).encode()).hexdigest()

    def facts(self, work: str) -> Path:
        """The fact file of a work."""
        return self.project / "data" / "facts" / f"{work}.yaml"

    def of(self, work: Work) -> tuple[Path, ...]:
        """What one document is built from, beside what is common."""
        return (work.path, *(m.path for m in work.manifestations), self.facts(work.key))

    def document_key(self, work: Work) -> str:
        """A key that changes with anything that a document's graphs depend on."""
        return hashlib.sha256((self.common_key + key_of(self.of(work))).encode()).hexdigest()


def digest(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal. Raises InputError when it cannot be read."""
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise InputError(
            "Reading a source", f"{error.strerror}.", "Write it or restore it.", path=path
        ) from error


def key_of(paths: Iterable[Path]) -> str:
    """A key for the names and contents of files."""
    lines = [f"{path.name} {digest(path)}" for path in paths]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
