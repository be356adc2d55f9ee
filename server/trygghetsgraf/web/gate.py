"""Who may change the store."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from ipaddress import ip_address

from trygghetsgraf.web.messages import Request
from trygghetsgraf.web.problems import Problem


@dataclass(frozen=True)
class Gate:
    """What a request must show before it may change something."""

    #: the token, empty if there is none
    token: str = ""
    #: whether programs on the same machine need no token
    loopback: bool = False

    @property
    def exists(self) -> bool:
        """Whether there is anybody who may."""
        return bool(self.token) or self.loopback

    def opens(self, request: Request) -> bool:
        """Whether the request may change the store."""
        return self._is_ours(request) or (self.loopback and _is_local(request))

    def check(self, request: Request) -> None:
        """Raise Problem unless the request may change the store (RFC 6750, section 3)."""
        if self.opens(request):
            return
        if not self.token:
            raise Problem(403, "This server takes no changes.", "read-only")
        given = bool(request.header("authorization"))
        error = ', error="invalid_token"' if given else ""
        raise Problem(
            401,
            "The token is not the right one." if given else "Send a token: Authorization: Bearer …",
            headers={"WWW-Authenticate": f'Bearer realm="trygghetsgrafen"{error}'},
        )

    def _is_ours(self, request: Request) -> bool:
        scheme, _, token = request.header("authorization").partition(" ")
        if scheme.lower() != "bearer" or not self.token:
            return False
        return hmac.compare_digest(token.strip().encode("latin-1"), self.token.encode())


def _is_local(request: Request) -> bool:
    """Whether a program on this machine asks; not a page in a browser that runs here."""
    if "origin" in request.headers:
        return False
    try:
        return ip_address(request.client).is_loopback
    except ValueError:
        return request.client == ""  # a Unix socket
