"""Everything that can go wrong, in one tree.

    TrygghetsgrafError          anything a user is told about
    ├── InputError              a file of ours or of the user's says something wrong
    │   └── InputErrors         several of them, found in one pass
    ├── NotFoundError           what was asked for does not exist
    ├── SettingsError           a setting is missing or has no meaning
    ├── NonConformance          SHACL validation found violations; exit code 1
    └── StoreError              the store cannot be read or written

Library code raises these and never prints or exits; the CLI and the web application
are the only places where one becomes words on a terminal or a problem document.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class TrygghetsgrafError(Exception):
    """Base of all errors shown to a user: what was tried, what was found, what to do."""

    #: exit code of the command line: 1 does not conform, 2 could not run
    exit_code = 2

    def __init__(self, tried: str, found: str, do: str) -> None:
        super().__init__(tried, found, do)
        self.tried = tried
        self.found = found
        self.do = do

    def __str__(self) -> str:
        return f"{self.tried}: {self.found} {self.do}".strip()


class InputError(TrygghetsgrafError):
    """Raised when a file cannot be used as it stands; carries file and line where known."""

    def __init__(
        self, tried: str, found: str, do: str, *, path: Path | None = None, line: int | None = None
    ) -> None:
        super().__init__(tried, found, do)
        self.path = path
        #: 1-based, None where the whole file is meant
        self.line = line

    def __str__(self) -> str:
        where = ""
        if self.path is not None:
            where = f"{self.path}:{self.line}: " if self.line else f"{self.path}: "
        return where + super().__str__()


class InputErrors(InputError):
    """Raised at the end of a pass that found several input errors; lists them all."""

    def __init__(self, errors: Sequence[InputError]) -> None:
        first = errors[0]
        super().__init__(first.tried, first.found, first.do, path=first.path, line=first.line)
        self.errors = tuple(errors)

    def __str__(self) -> str:
        return "\n".join(str(error) for error in self.errors)


class NotFoundError(TrygghetsgrafError):
    """Raised when an entity, query, graph or snapshot that was named does not exist."""


class SettingsError(TrygghetsgrafError):
    """Raised when the settings cannot be used: unknown name, bad value, missing folder."""


class NonConformance(TrygghetsgrafError):
    """Raised when validation found at least one sh:Violation; nothing was published."""

    exit_code = 1


class StoreError(TrygghetsgrafError):
    """Raised when the store is missing, corrupt, full, locked or of another format."""
