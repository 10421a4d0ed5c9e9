"""What gunicorn cannot read is answered as everything else is: a problem, with a name."""

import json
import logging
import socket
from collections.abc import Iterator

import pytest
from gunicorn.config import Config
from gunicorn.http import errors
from gunicorn.http.parser import RequestParser

from config.worker import PlatformWorker, refusal

UNREADABLE = [
    (b"GET /" + b"a" * 9_000 + b" HTTP/1.1\r\n\r\n", 414),
    (b"GET / HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 70_000 + b"\r\n\r\n", 431),
    (b"GET / HTTP/1.1\r\n" + b"".join(b"X%d: a\r\n" % n for n in range(200)) + b"\r\n", 431),
    (b"nonsense\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost: a\r\nX y: jane@example.com\r\n\r\n", 400),
    (b"GET / HTTP/1.1\r\nHost: a\r\n X: folded\r\n\r\n", 400),
]


class Worker(PlatformWorker):
    """Without a server around it."""

    def __init__(self) -> None:
        self.log = logging.getLogger("gunicorn.error")


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


def parsed(sent: bytes) -> Exception:
    """What gunicorn says of these bytes."""
    with pytest.raises(errors.ParseException) as refused:
        next(RequestParser(Config(), iter([sent]), ("192.0.2.1", 1)))
    return refused.value


@pytest.mark.parametrize(("sent", "status"), UNREADABLE, ids=[str(n) for n in range(6)])
def test_what_cannot_be_read_is_a_problem(
    sent: bytes, status: int, ends: tuple[socket.socket, socket.socket]
) -> None:
    ours, theirs = ends
    Worker().handle_error(None, ours, ("192.0.2.1", 1), parsed(sent))
    head, _, body = theirs.recv(65_536).partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines[1:])
    document = json.loads(body)
    assert lines[0].startswith(f"HTTP/1.1 {status} ")
    assert headers["Content-Type"] == "application/problem+json"
    assert document["request_id"] == headers["Request-Id"]
    assert (document["status"], document["code"]) == (status, "malformed_request")
    assert int(headers["Content-Length"]) == len(body)
    assert b"jane" not in head + body, "nothing of the request is said back"


def test_our_own_fault_is_said_to_be_ours() -> None:
    assert refusal(ValueError("x"))[0] == 500
    assert refusal(errors.InvalidResponseHeader("x"))[0] == 500


def test_nobody_listening_fails_nothing(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    theirs.close()
    Worker().handle_error(None, ours, ("192.0.2.1", 1), errors.InvalidHTTPVersion("9"))
