"""Who a client is when proxies stand between."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from trygghetsgraf.errors import SettingsError

#: what one customer of a provider usually has (RFC 6177)
_SITE = 64


class Proxies:
    """The proxies whose word is taken for where a request comes from."""

    def __init__(self, networks: Sequence[str]) -> None:
        """Raises SettingsError for what is no address and no network."""
        self._trusted: list[IPv4Network | IPv6Network] = []
        for network in networks:
            try:
                self._trusted.append(ip_network(network))
            except ValueError as error:
                raise SettingsError(
                    "Reading the trusted proxies",
                    f"{network!r} is no address and no network.",
                    "Write them like 10.0.0.5 or 10.0.0.0/8.",
                ) from error

    def client(self, peer: str, forwarded_for: str) -> str:
        """The client of a request: its address, or its network for IPv6.

        ``forwarded_for`` is X-Forwarded-For, to which every proxy adds whom it heard from.
        The last one not trusted is the client: everything before it anybody may have made up.
        """
        heard = [part.strip() for part in forwarded_for.split(",") if part.strip()]
        address = peer
        while heard and self._trusts(address):
            address = heard.pop()
        return _known_by(address) or peer

    def _trusts(self, address: str) -> bool:
        try:
            parsed = ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self._trusted)


@lru_cache(maxsize=4096)
def _known_by(address: str) -> str:
    """The address, or the network for IPv6; empty if it is neither."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    if isinstance(parsed, IPv6Address):
        if parsed.ipv4_mapped is not None:
            return str(parsed.ipv4_mapped)
        return str(ip_network((parsed, _SITE), strict=False))
    return str(parsed)
