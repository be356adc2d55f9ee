"""A result on its way, as the web worker that asked for it sees it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable

from trygghetsgraf.query.failures import Outcome, QueryFailure
from trygghetsgraf.query.results import HOLD

#: bytes that wait for a slow client before the evaluator has to
_MOST = 4 * HOLD


class Answer:
    """What is known of a result, its beginning, and the rest as it comes.

    Whoever has the other end calls :meth:`feed` and :meth:`fail`.
    """

    def __init__(
        self,
        size: int,
        leave: Callable[[Outcome], None],
        hurry: Callable[[bool], None] = lambda wanted: None,
    ) -> None:
        """``size`` is how many bytes it may have.

        ``leave`` is called if nobody takes the rest, ``hurry`` with whether more is wanted now.
        """
        self._left = size
        self._leave = leave
        self._hurry = hurry
        self._pieces: list[bytes] = []
        #: bytes in pieces
        self._waiting = 0
        self._paused = False
        self._failure: QueryFailure | None = None
        self._news: asyncio.Future[None] | None = None
        #: ``select``, ``ask`` or ``graph``
        self.form = ""
        #: name of the format, from the table of that form
        self.format = ""
        #: number of the snapshot that was asked
        self.snapshot = 0
        #: whether all of it has come
        self.complete = False
        #: whether nobody asks for it any more, or nothing more comes
        self.over = False

    # What the other end says

    def feed(self, data: bytes, *, last: bool) -> None:
        """Take a piece; the first begins with the line that says what it is."""
        if self.over:
            return
        if not self.form:
            end = data.index(b"\n")
            self.form, self.format, snapshot = data[:end].decode().split(" ")
            self.snapshot = int(snapshot)
            data = data[end + 1 :]
        self._pieces.append(data)
        self._waiting += len(data)
        self._left -= len(data)
        if self._left < 0:
            self.close(Outcome.SIZE)
            self.fail(QueryFailure(Outcome.SIZE, "It reached the limit."))
            return
        if last:
            self.complete = self.over = True
        elif self._waiting > _MOST and not self._paused:
            self._paused = True
            self._hurry(False)
        self._tell()

    def fail(self, failure: QueryFailure) -> None:
        """There is no more, and so no result."""
        if self._failure is None and not self.complete:
            self._failure = failure
            self.over = True
            self._tell()

    def _tell(self) -> None:
        if self._news is not None and not self._news.done():
            self._news.set_result(None)

    # What the one who asked wants

    @property
    def beginning(self) -> bytes:
        """The first bytes of the result; all of them if it is complete."""
        return b"".join(self._pieces)

    async def begin(self) -> None:
        """Wait until the result is whole or large; raises QueryFailure if there is none."""
        while not self.over and self._waiting < HOLD:
            await self._change()
        if self._failure is not None:
            raise self._failure

    async def chunks(self) -> AsyncIterator[bytes]:
        """The whole result in pieces; raises QueryFailure if it breaks off."""
        while True:
            pieces, self._pieces, self._waiting = self._pieces, [], 0
            for piece in pieces:
                yield piece
            if self._failure is not None:
                raise self._failure
            if self._pieces:
                continue
            if self.complete:
                return
            if self._paused:
                self._paused = False
                self._hurry(True)
            await self._change()

    def close(self, why: Outcome = Outcome.LEFT) -> None:
        """Want no more of it; an evaluation still under way is cancelled."""
        if not self.over:
            self.over = True
            self._leave(why)

    async def _change(self) -> None:
        """Wait until something has come."""
        self._news = asyncio.get_running_loop().create_future()
        try:
            await self._news
        finally:
            self._news = None
