"""Who is next, and who has had enough: plain data structures, without clock or processes."""

from __future__ import annotations

from collections import OrderedDict, deque
from typing import Generic, TypeVar

Item = TypeVar("Item")


class FairQueue(Generic[Item]):
    """Items of several clients; each client in turn gives one, its oldest."""

    def __init__(self) -> None:
        self._by_client: OrderedDict[str, deque[Item]] = OrderedDict()
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def push(self, client: str, item: Item) -> None:
        """Add an item behind the client's others."""
        self._by_client.setdefault(client, deque()).append(item)
        self._length += 1

    def pop(self) -> Item:
        """Take the oldest item of the client whose turn it is; that client is then last."""
        client, items = self._by_client.popitem(last=False)
        item = items.popleft()
        if items:
            self._by_client[client] = items
        self._length -= 1
        return item

    def remove(self, client: str, item: Item) -> None:
        """Take an item out of turn; raises KeyError or ValueError if it is not there."""
        items = self._by_client[client]
        items.remove(item)
        if not items:
            del self._by_client[client]
        self._length -= 1


class Budgets:
    """Seconds that each client may use: some saved up, and some coming in all the time."""

    def __init__(self, size: float, rate: float) -> None:
        self._size = size
        self._rate = rate
        #: client → what it had left, and when; one who is not here has all of it
        self._left: dict[str, tuple[float, float]] = {}

    def wait(self, client: str, now: float) -> float:
        """Seconds until the client may start something again; 0 if it may now."""
        return max(0.0, -self._balance(client, now) / self._rate)

    def charge(self, client: str, seconds: float, now: float) -> None:
        """Take what a client used; it may end up owing."""
        self._left[client] = (self._balance(client, now) - seconds, now)
        if len(self._left) > 10_000:
            self._left = {
                who: left
                for who, left in self._left.items()
                if self._balance(who, now) < self._size
            }

    def _balance(self, client: str, now: float) -> float:
        if client not in self._left:
            return self._size
        left, when = self._left[client]
        return min(self._size, left + (now - when) * self._rate)
