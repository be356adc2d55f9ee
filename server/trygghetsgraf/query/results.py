"""How a result travels from an evaluator to the web worker that asked: in frames.

The first byte of a frame tells its kind: a piece of the result, its last piece, or an object
of JSON with what the evaluator has to say beside it. The result begins with a line of three
words: form, format, and the number of the snapshot. What has no last piece is not whole.
"""

from __future__ import annotations

import json
from typing import IO, cast

from trygghetsgraf.query.channel import BlockingChannel
from trygghetsgraf.query.failures import QueryFailure

#: kinds of frames
PIECE, LAST, TOLD = b"p", b"l", b"{"
#: bytes of a piece that is not the last one; so much is held back, for an error to be one
HOLD = 1 << 16


class ResultFile:
    """What an evaluator writes the result of one job to."""

    def __init__(self, channel: BlockingChannel) -> None:
        self._channel = channel
        self._kept = bytearray()

    def begin(self, form: str, format_: str, snapshot: int) -> None:
        """Say what comes."""
        self._kept += head_of(form, format_, snapshot)

    def write(self, data: bytes) -> int:
        """Write a piece of the result, waiting while the worker is busy."""
        self._kept += data
        if len(self._kept) >= HOLD:
            self._channel.send(PIECE, self._kept)
            self._kept.clear()
        return len(data)

    def flush(self) -> None:
        """Nothing: pieces go when they are large enough."""

    def finish(self) -> None:
        """Say that this is all of it."""
        self._channel.send(LAST, self._kept)
        self._kept.clear()

    def fail(self, failure: QueryFailure) -> None:
        """Say that there is no result, or no whole one."""
        self._kept.clear()
        tell(self._channel, failure.as_dict())


def head_of(form: str, format_: str, snapshot: int) -> bytes:
    """The line that a result begins with."""
    return f"{form} {format_} {snapshot}\n".encode()


def as_file(file: ResultFile) -> IO[bytes]:
    """The same, for functions whose stubs want a whole file where they only write."""
    return cast("IO[bytes]", file)


def tell(channel: BlockingChannel, told: dict[str, object]) -> None:
    """Send what is to be said beside a result."""
    channel.send(json.dumps(told).encode())
