"""A release on disk: its files with checksums, and how it differs from the one before it."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from hashlib import sha256
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from trygghetsgraf.errors import NotFoundError

#: file of the digests of what earlier releases had
GONE = "gone.gz"
#: hexadecimal digits of a digest: 80 bits, as in hashed identifiers
_DIGITS = 20


class File(BaseModel):
    """A file of a release."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    media_type: str
    #: bytes
    size: int
    sha256: str


class Claim(BaseModel):
    """A claim that came or went."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: key: last part of its IRI
    key: str
    #: key of its document
    document: str


class About(BaseModel):
    """The content of release.json."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    #: 1, 2, 3 …
    number: int
    #: time of its build, UTC
    made: datetime
    #: of the program
    version: str
    #: SHA-256 of its quads without those about the build
    content: str
    quads: int
    files: tuple[File, ...]
    added: tuple[Claim, ...]
    withdrawn: tuple[Claim, ...]
    #: ``kind/key`` of a thing that is called otherwise now → its new ``kind/key``
    replaced: dict[str, str]
    #: whether its files were deleted because they held what was erased later
    dropped: bool = False


class Release:
    """A release, read from its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.about = About.model_validate_json((folder / "release.json").read_bytes())

    @cached_property
    def gone(self) -> frozenset[str]:
        """Digests of what earlier releases had and this one has not."""
        return read_digests(self.folder / GONE)

    def is_gone(self, iri: str) -> bool:
        """Whether an IRI was in an earlier release and is not in this one."""
        return digest_of(iri) in self.gone

    def file(self, name: str) -> File:
        """The file of that name; raises NotFoundError."""
        for file in self.about.files:
            if file.name == name:
                return file
        names = ", ".join(file.name for file in self.about.files) or "none: they were withdrawn"
        raise NotFoundError(
            f"Looking for {name} in release {self.about.number}",
            f"its files are {names}.",
            "Choose one of them.",
        )


class Releases:
    """The releases of a state folder."""

    def __init__(self, state: Path) -> None:
        self.folder = state / "releases"
        #: symbolic link to the folder of the newest
        self.link = self.folder / "latest"
        self._known: Release | None = None

    def latest_number(self) -> int:
        """Number of the newest release, 0 before the first."""
        try:
            return int(self.link.readlink().name)
        except FileNotFoundError:
            return 0

    def latest(self) -> Release | None:
        """The newest release, None before the first."""
        number = self.latest_number()
        if number and (self._known is None or self._known.about.number != number):
            self._known = Release(self.folder / str(number))
        return self._known

    def get(self, number: int) -> Release:
        """The release with that number; raises NotFoundError."""
        if not 0 < number <= self.latest_number():
            raise NotFoundError(
                f"Looking for release {number}",
                f"the newest is {self.latest_number() or 'none'}.",
                "Choose one up to that.",
            )
        return Release(self.folder / str(number))

    def all(self) -> list[Release]:
        """All releases, the newest first."""
        return [self.get(number) for number in range(self.latest_number(), 0, -1)]

    def claims(self) -> dict[str, str]:
        """The claims of the newest release: key → key of the document."""
        found: dict[str, str] = {}
        for release in reversed(self.all()):
            for claim in release.about.withdrawn:
                del found[claim.key]
            found |= {claim.key: claim.document for claim in release.about.added}
        return found


def digest_of(iri: str) -> str:
    """What stands for an IRI where the IRI itself may be a name that is to be forgotten."""
    return sha256(iri.encode()).hexdigest()[:_DIGITS]


def read_digests(path: Path) -> frozenset[str]:
    """The digests in a file; none if it is not there."""
    try:
        return frozenset(gzip.decompress(path.read_bytes()).decode().split())
    except FileNotFoundError:
        return frozenset()


def write_digests(path: Path, digests: Iterable[str]) -> None:
    """Write digests to a file, sorted."""
    path.write_bytes(gzip.compress("\n".join(sorted(digests)).encode(), 6, mtime=0))
