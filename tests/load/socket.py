"""A web socket that costs little: two hundred of them share a machine with the server they ask.

It does what a Streamlit server needs (RFC 6455 without extensions), and hands over each message
where it arrives, without a queue or a task in between.
"""

from __future__ import annotations

import asyncio
import base64
import os
import struct
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import urlsplit

BINARY, CLOSE, PING, PONG = 2, 8, 9, 10

Result = TypeVar("Result")

_OPEN: set[Socket] = set()


class Socket(asyncio.Protocol):
    """One connection; `received` is called with every binary message.

    Attributes
    ----------
    closed : asyncio.Future
        Done when the connection has ended, whoever ended it.
    bytes : int
        Received in all.
    """

    def __init__(self, received: Callable[[bytes], None], request: bytes) -> None:
        loop = asyncio.get_running_loop()
        self.opened: asyncio.Future[None] = loop.create_future()
        self.closed: asyncio.Future[None] = loop.create_future()
        self.bytes = 0
        self._received, self._request = received, request
        self._buffer, self._parts = bytearray(), bytearray()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask the server to change to web sockets."""
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        _OPEN.add(self)
        transport.write(self._request)

    def connection_lost(self, error: Exception | None) -> None:
        """Tell whoever waits."""
        _OPEN.discard(self)
        if not self.opened.done():
            self.opened.set_exception(ConnectionError("the server let nobody in"))
        if not self.closed.done():
            self.closed.set_result(None)

    def data_received(self, data: bytes) -> None:
        """Take the frames that are complete out of what has arrived."""
        self.bytes += len(data)
        self._buffer += data
        if not self.opened.done() and not self._admitted():
            return
        while self._take_frame():
            pass

    def _admitted(self) -> bool:
        head, found, rest = bytes(self._buffer).partition(b"\r\n\r\n")
        if not found:
            return False
        if b" 101 " not in head.partition(b"\r\n")[0]:
            self.opened.set_exception(ConnectionError(head.decode("latin-1")))
            self.transport.abort()
            return False
        self._buffer = bytearray(rest)
        self.opened.set_result(None)
        return True

    def _take_frame(self) -> bool:
        buffer = self._buffer
        if len(buffer) < 2:
            return False
        length, start = buffer[1] & 127, 2
        if length >= 126:
            start = 4 if length == 126 else 10
            if len(buffer) < start:
                return False
            length = int.from_bytes(buffer[2:start], "big")
        if len(buffer) < start + length:
            return False
        first, payload = buffer[0], bytes(buffer[start : start + length])
        del buffer[: start + length]
        self._handle(first & 15, bool(first & 128), payload)
        return True

    def _handle(self, kind: int, last: bool, payload: bytes) -> None:
        if kind == PING:
            self._send(PONG, payload)
        elif kind == CLOSE:
            self.transport.close()
        elif kind <= BINARY:
            self._parts += payload
            if last:
                whole, self._parts = bytes(self._parts), bytearray()
                self._received(whole)

    def send(self, payload: bytes) -> None:
        """Send a binary message."""
        self._send(BINARY, payload)

    def _send(self, kind: int, payload: bytes) -> None:
        size = len(payload)
        if size < 126:
            length = struct.pack("!B", 128 | size)
        elif size < 1 << 16:
            length = struct.pack("!BH", 128 | 126, size)
        else:
            length = struct.pack("!BQ", 128 | 127, size)
        # Clients must mask what they send; with zeros it stays as it is.
        self.transport.write(bytes([128 | kind]) + length + bytes(4) + payload)

    def close(self) -> None:
        """Say goodbye."""
        self._send(CLOSE, b"\x03\xe8")
        self.transport.close()

    def vanish(self) -> None:
        """Be gone, as a browser whose machine is switched off."""
        self.transport.abort()


async def connect(address: str, received: Callable[[bytes], None]) -> Socket:
    """Connect to the stream of a Streamlit server (ConnectionError where it refuses)."""
    place = urlsplit(address)
    key = base64.b64encode(os.urandom(16)).decode()
    lines = (
        f"GET {place.path}/_stcore/stream HTTP/1.1",
        f"Host: {place.netloc}",
        *("Upgrade: websocket", "Connection: Upgrade", "Sec-WebSocket-Version: 13"),
        # As a deployment's nginx gives one to each visitor, by which it shares them out.
        f"Cookie: vanishing={os.urandom(16).hex()}",
        *(f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Protocol: streamlit", "", ""),
    )
    request = "\r\n".join(lines).encode()
    loop = asyncio.get_running_loop()
    _, socket = await loop.create_connection(
        lambda: Socket(received, request), place.hostname, place.port
    )
    await socket.opened
    return socket


def play(scene: Coroutine[Any, Any, Result], patience: float) -> Result:
    """Run what sessions do, so many seconds at most, and close them at its end."""

    async def within() -> Result:
        try:
            return await asyncio.wait_for(scene, patience)
        finally:
            ended = [socket.closed for socket in _OPEN]
            for socket in list(_OPEN):
                socket.vanish()
            await asyncio.gather(*ended)

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(within())
    # A browser's event loop is in this thread.
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(asyncio.run, within()).result()
