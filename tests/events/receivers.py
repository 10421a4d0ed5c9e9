"""Receivers of webhooks: an HTTP server on loopback that notes what it gets and answers as told."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from typing import Any

Respond = Callable[[BaseHTTPRequestHandler, int], None]


@dataclass(frozen=True, slots=True)
class Got:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def message(self) -> Any:
        return json.loads(self.body)

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]


@dataclass
class Receiver:
    """`respond(handler, number)` answers the request of this number, from 0; 204 if none is set."""

    respond: Respond | None = None
    got: list[Got] = field(default_factory=list)
    port: int = 0
    server: Any = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.lock = Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hooks"

    @property
    def types(self) -> list[str]:
        return [each.message["type"] for each in self.got]


def status(code: int, **headers: str) -> Respond:
    """A receiver that always answers so."""

    def respond(handler: BaseHTTPRequestHandler, number: int) -> None:
        handler.send_response(code)
        for name, text in headers.items():
            handler.send_header(name.replace("_", "-"), text)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return respond


@contextmanager
def receiving(respond: Respond | None = None) -> Iterator[Receiver]:
    receiver = Receiver(respond)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            headers = {name.lower(): text for name, text in self.headers.items()}
            with receiver.lock:
                number = len(receiver.got)
                receiver.got.append(Got(self.path, headers, body))
            (receiver.respond or status(204))(self, number)

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

        def handle_error(self, *_: Any) -> None:
            """Whoever sends may hang up."""

    server = Server(("127.0.0.1", 0), Handler)
    receiver.port, receiver.server = server.server_address[1], server
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
