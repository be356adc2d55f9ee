"""Tokens: who may write, to which graphs, until when.

``<state>/tokens.json`` can be read by its owner alone and holds no secret, only SHA-256
digests. A secret has 256 random bits, so that a slow digest would add nothing. The file is
looked at for every request that shows a token: what is revoked does not work any more.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pyoxigraph as ox
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from trygghetsgraf.errors import InputError, NotFoundError, StoreError
from trygghetsgraf.namespaces import is_key
from trygghetsgraf.store.disk import exclusive, sync_folder

#: what secrets begin with, so that scanners of code and logs can tell them
_PREFIX = "tgw_"
#: the scope of every graph, the default graph too
EVERYTHING = "*"
#: the scope of the default graph of a store of one's own
DEFAULT = "default"


class Token(BaseModel):
    """What is known of a token: everything but its secret."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    #: SHA-256 of the secret, in hexadecimal
    digest: str
    #: IRIs of graphs; with ``*`` at the end what they begin with
    graphs: tuple[str, ...]
    created: datetime
    expires: datetime | None = None
    revoked: datetime | None = None

    def works(self, now: datetime) -> bool:
        """Whether it may be used at that time."""
        return self.revoked is None and (self.expires is None or now < self.expires)


_FILE = TypeAdapter(tuple[Token, ...])


def covers(scopes: Sequence[str], graph: str) -> bool:
    """Whether scopes allow changes of a graph; ``""`` is the default graph."""
    if not graph:
        return EVERYTHING in scopes or DEFAULT in scopes
    return any(
        graph.startswith(scope.removesuffix("*")) if scope.endswith("*") else graph == scope
        for scope in scopes
    )


class Tokens:
    """The tokens of a state folder."""

    def __init__(self, state: Path) -> None:
        self._path = state / "tokens.json"
        self._lock = state / "tokens.lock"
        self._seen: tuple[int, int, int] | None = None
        self._known: tuple[Token, ...] = ()

    def all(self) -> tuple[Token, ...]:
        """Every token that was ever made, oldest first; raises StoreError."""
        try:
            found = self._path.stat()
        except FileNotFoundError:
            return ()
        seen = (found.st_ino, found.st_mtime_ns, found.st_size)
        if seen != self._seen:
            try:
                self._known = _FILE.validate_json(self._path.read_bytes())
            except (ValidationError, OSError) as error:
                raise StoreError(
                    f"Reading the tokens in {self._path}",
                    "the file is damaged or may not be read.",
                    "Restore it, or remove it and make new tokens.",
                ) from error
            self._seen = seen
        return self._known

    def find(self, secret: str) -> Token | None:
        """The token with that secret, if it works now.

        Compares with every token, in a time that tells nothing of which one is near.
        """
        digest, found = _digest(secret), None
        for token in self.all():
            if hmac.compare_digest(token.digest, digest) and token.works(datetime.now(UTC)):
                found = token
        return found

    def any_works(self) -> bool:
        """Whether anybody has a token that works."""
        now = datetime.now(UTC)
        return any(token.works(now) for token in self.all())

    def create(self, name: str, graphs: Sequence[str], expires: datetime | None = None) -> str:
        """Make a token and return its secret, which is kept nowhere.

        Raises InputError for a name that was used before and for scopes that are no graphs.
        """
        tried = f"Making the token {name!r}"
        if not is_key(name):
            do = "Use a-z, 0-9 and hyphens, such as botkyrka-2026."
            raise InputError(tried, "that is no name for one.", do)
        if not graphs:
            raise InputError(tried, "it would allow nothing.", "Name a graph with --graph.")
        for scope in graphs:
            _check_scope(tried, scope)
        secret = _PREFIX + secrets.token_urlsafe(32)
        with exclusive(self._lock, "trygghetsgraf token", 10.0):
            known = self.all()
            if any(token.name == name for token in known):
                do = "Choose another name: the log of writes tells tokens apart by it."
                raise InputError(tried, "there is or was one of that name.", do)
            now = datetime.now(UTC).replace(microsecond=0)
            made = Token(
                name=name,
                digest=_digest(secret),
                graphs=tuple(graphs),
                created=now,
                expires=expires,
            )
            self._write((*known, made))
        return secret

    def revoke(self, name: str) -> None:
        """Make a token useless at once; raises NotFoundError if none of that name works."""
        now = datetime.now(UTC).replace(microsecond=0)
        with exclusive(self._lock, "trygghetsgraf token", 10.0):
            known = self.all()
            if not any(token.name == name and token.revoked is None for token in known):
                names = ", ".join(token.name for token in known if token.revoked is None)
                raise NotFoundError(
                    f"Revoking the token {name!r}",
                    "there is none of that name.",
                    f"There are {names}." if names else "There are none.",
                )
            self._write(
                [
                    token.model_copy(update={"revoked": now}) if token.name == name else token
                    for token in known
                ]
            )

    def _write(self, tokens: Sequence[Token]) -> None:
        """Replace the file at once, to last."""
        making = self._path.with_name(f".{self._path.name}.{os.getpid()}")
        making.unlink(missing_ok=True)
        handle = os.open(making, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump([token.model_dump(mode="json") for token in tokens], file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        making.replace(self._path)
        sync_folder(self._path.parent)


def _check_scope(tried: str, scope: str) -> None:
    if scope in (EVERYTHING, DEFAULT):
        return
    try:
        ox.NamedNode(scope.removesuffix("*"))
    except ValueError as error:
        do = "Give a graph's IRI, the beginning of some with * after it, * or default."
        raise InputError(tried, f"{scope!r} is no graph.", do) from error


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()
