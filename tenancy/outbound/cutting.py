"""An end to every conversation: a trickle, a stall or a flood holds no worker."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPResponse
from threading import Timer

CHUNK = 16_384


def read_most(response: HTTPResponse, most: int) -> tuple[bytes, bool]:
    """The body up to `most` bytes, and whether there was more; nothing further is read."""
    body = b""
    while chunk := response.read1(min(CHUNK, most + 1 - len(body))):
        body += chunk
        if len(body) > most:
            return body[:most], True
    return body, False


@contextmanager
def cut_after(connection: HTTPConnection, seconds: float) -> Iterator[list[socket.socket]]:
    """A socket's own timeout begins anew with every byte: a trickle would hold a worker.

    The socket is to be added once it is connected: a connection lets go of its own as soon as the
    other side's head says that it will be closed.
    """
    sockets: list[socket.socket] = []
    timer = Timer(max(seconds, 0), _cut, [connection, sockets])
    timer.daemon = True
    timer.start()
    try:
        yield sockets
    finally:
        timer.cancel()


def _cut(connection: HTTPConnection, sockets: list[socket.socket]) -> None:
    for each in (*sockets, connection.sock):
        with suppress(OSError, AttributeError):
            each.shutdown(socket.SHUT_RDWR)
