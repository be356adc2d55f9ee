"""Frames between processes over Unix sockets, with open files as passengers.

A frame is its length in four bytes and then its bytes. Files sent with a frame arrive with
its first byte at the latest (unix(7), SCM_RIGHTS), in the order of the frames.
"""

from __future__ import annotations

import array
import asyncio
import os
import socket
import struct
from collections import deque
from collections.abc import Callable

_LENGTH = struct.Struct("!I")
_MANY = 16
_CHUNK = 1 << 16
_ANCILLARY = socket.CMSG_SPACE(_MANY * array.array("i").itemsize)


def pack(payload: bytes) -> bytes:
    """The frame of a payload."""
    return _LENGTH.pack(len(payload)) + payload


def _receive(sock: socket.socket, files: deque[int]) -> bytes:
    """What there is to read, ``b""`` at the end; files that came along are appended."""
    data, ancillary, _, _ = sock.recvmsg(_CHUNK, _ANCILLARY, socket.MSG_CMSG_CLOEXEC)
    for level, kind, content in ancillary:
        if level == socket.SOL_SOCKET and kind == socket.SCM_RIGHTS:
            numbers = array.array("i")
            numbers.frombytes(content[: len(content) - len(content) % numbers.itemsize])
            files.extend(numbers)
    return data


def _rights(file: int | None) -> list[tuple[int, int, array.array[int]]]:
    if file is None:
        return []
    return [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [file]))]


class BlockingChannel:
    """A channel for a process that does one thing at a time."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._buffer = bytearray()
        self._files: deque[int] = deque()

    def receive(self) -> bytes | None:
        """The next payload; None when the other side closed."""
        size = _LENGTH.size
        while True:
            if len(self._buffer) >= size:
                end = size + _LENGTH.unpack_from(self._buffer)[0]
                if len(self._buffer) >= end:
                    payload = bytes(self._buffer[size:end])
                    del self._buffer[:end]
                    return payload
            data = _receive(self._sock, self._files)
            if not data:
                return None
            self._buffer += data

    def take_file(self) -> int:
        """The oldest file that came along and was not taken yet."""
        return self._files.popleft()

    def send(self, *parts: bytes | bytearray) -> None:
        """Send the parts as one payload, waiting while the other side is busy."""
        frame = b"".join((_LENGTH.pack(sum(map(len, parts))), *parts))
        self._sock.sendall(frame)


class Channel:
    """A channel inside an event loop; calls back with what arrives and when it ends."""

    def __init__(
        self,
        sock: socket.socket,
        on_frame: Callable[[bytes], None],
        on_close: Callable[[], None],
    ) -> None:
        sock.setblocking(False)
        self._sock = sock
        self._on_frame = on_frame
        self._on_close = on_close
        self._incoming = bytearray()
        self._outgoing: deque[tuple[bytes, int | None]] = deque()
        #: whether the loop tells when more can be written
        self._waits = False
        #: files that arrived and nobody took yet, oldest first
        self.files: deque[int] = deque()
        self.closed = False
        self._loop = asyncio.get_running_loop()
        self._loop.add_reader(sock, self._readable)

    def send(self, payload: bytes, file: int | None = None) -> None:
        """Send a payload as soon as the other side takes it; closes the file once sent."""
        if self.closed:
            if file is not None:
                os.close(file)
            return
        self._outgoing.append((pack(payload), file))
        if len(self._outgoing) == 1:
            self._write()

    def release(self) -> int:
        """Stop, and give the socket's file to whoever goes on with it; nobody is called back."""
        self.closed = True
        self._loop.remove_reader(self._sock)
        return self._sock.detach()

    def pause(self) -> None:
        """Take nothing in, so that the other side has to wait."""
        if not self.closed:
            self._loop.remove_reader(self._sock)

    def resume(self) -> None:
        """Take in again what comes."""
        if not self.closed:
            self._loop.add_reader(self._sock, self._readable)

    def close(self) -> None:
        """Close the channel and every file still under way; calls back once."""
        if self.closed:
            return
        self.closed = True
        self._loop.remove_reader(self._sock)
        self._loop.remove_writer(self._sock)
        self._sock.close()
        for file in (*self.files, *(file for _, file in self._outgoing if file is not None)):
            os.close(file)
        self.files.clear()
        self._outgoing.clear()
        self._on_close()

    def _write(self) -> None:
        try:
            while self._outgoing:
                data, file = self._outgoing[0]
                sent = self._sock.sendmsg([data], _rights(file))
                if file is not None:
                    os.close(file)
                if sent < len(data):
                    self._outgoing[0] = (data[sent:], None)
                    break
                self._outgoing.popleft()
        except BlockingIOError:
            pass
        except OSError:
            self.close()
            return
        if self._outgoing and not self._waits:
            self._loop.add_writer(self._sock, self._write)
        elif self._waits and not self._outgoing:
            self._loop.remove_writer(self._sock)
        self._waits = bool(self._outgoing)

    def _readable(self) -> None:
        try:
            data = _receive(self._sock, self.files)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.close()
            return
        size = _LENGTH.size
        if not self._incoming and data[:size] == _LENGTH.pack(len(data) - size):
            self._on_frame(data[size:])  # one frame and no more, as most come
            return
        self._incoming += data
        while not self.closed and len(self._incoming) >= size:
            end = size + _LENGTH.unpack_from(self._incoming)[0]
            if len(self._incoming) < end:
                break
            payload = bytes(self._incoming[size:end])
            del self._incoming[:end]
            self._on_frame(payload)
