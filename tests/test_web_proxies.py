"""Who a client is."""

from __future__ import annotations

import pytest

from trygghetsgraf.errors import SettingsError
from trygghetsgraf.web.proxies import Proxies


@pytest.mark.parametrize(
    ("trusted", "peer", "forwarded", "client"),
    [
        ([], "192.0.2.1", "", "192.0.2.1"),
        ([], "192.0.2.1", "198.51.100.7", "192.0.2.1"),
        (["192.0.2.1"], "192.0.2.1", "198.51.100.7", "198.51.100.7"),
        (["192.0.2.1"], "192.0.2.1", "203.0.113.9, 198.51.100.7", "198.51.100.7"),
        (["192.0.2.0/24"], "192.0.2.1", "198.51.100.7, 192.0.2.2", "198.51.100.7"),
        (["192.0.2.1"], "192.0.2.1", "", "192.0.2.1"),
        (["192.0.2.1"], "192.0.2.1", "nobody", "192.0.2.1"),
        ([], "2001:db8:1:2:3:4:5:6", "", "2001:db8:1:2::/64"),
        ([], "::ffff:192.0.2.1", "", "192.0.2.1"),
        ([], "", "198.51.100.7", ""),
    ],
)
def test_the_client(trusted: list[str], peer: str, forwarded: str, client: str) -> None:
    assert Proxies(trusted).client(peer, forwarded) == client


def test_a_network_that_is_none() -> None:
    with pytest.raises(SettingsError, match=r"'10\.0\.0' is no address"):
        Proxies(["10.0.0"])
