"""Who may change the store."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import ip_address

from trygghetsgraf.web.messages import Request
from trygghetsgraf.web.problems import Problem
from trygghetsgraf.writes.tokens import EVERYTHING, Tokens


@dataclass(frozen=True)
class Writer:
    """Somebody who may change something."""

    #: the token's name, for the log of writes
    name: str
    #: graphs that may be changed, see ``writes.tokens``
    scopes: tuple[str, ...]


@dataclass(frozen=True)
class Gate:
    """What a request must show before it may change something."""

    tokens: Tokens
    #: whether programs on the same machine need no token
    loopback: bool = False

    @property
    def exists(self) -> bool:
        """Whether there is anybody who may."""
        return self.loopback or self.tokens.any_works()

    def opens(self, request: Request) -> bool:
        """Whether the request may change something."""
        return self._writer(request) is not None

    def check(self, request: Request) -> Writer:
        """Who sends the request; raises Problem for somebody who may not (RFC 6750, section 3)."""
        writer = self._writer(request)
        if writer is not None:
            return writer
        if not self.tokens.any_works():
            raise Problem(403, "This server takes no changes.", "read-only")
        given = bool(request.header("authorization"))
        error = ', error="invalid_token"' if given else ""
        raise Problem(
            401,
            "The token does not work: it is unknown, revoked or has expired."
            if given
            else "Send a token: Authorization: Bearer …",
            headers={"WWW-Authenticate": f'Bearer realm="trygghetsgrafen"{error}'},
        )

    def _writer(self, request: Request) -> Writer | None:
        scheme, _, secret = request.header("authorization").partition(" ")
        if scheme.lower() == "bearer" and secret.strip():
            token = self.tokens.find(secret.strip())
            if token is not None:
                return Writer(token.name, token.graphs)
        if self.loopback and _is_local(request):
            return Writer("loopback", (EVERYTHING,))
        return None


def _is_local(request: Request) -> bool:
    """Whether a program on this machine asks; not a page in a browser that runs here."""
    if "origin" in request.headers:
        return False
    try:
        return ip_address(request.client).is_loopback
    except ValueError:
        return request.client == ""  # a Unix socket
