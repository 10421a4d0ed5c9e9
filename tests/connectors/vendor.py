"""A vendor on loopback: answers inquiries as JSON, and misbehaves when told to."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any
from uuid import UUID

from underwriting.connectors.contract import Inquiry, Kind, Purpose, Request, Subject
from underwriting.connectors.stub import Stub


class LoopbackVendor:
    """Speaks the house's own form; `shape` turns an answer into a vendor's own."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.how = "answers"
        self.answer: Any = None
        self.let_go = Event()
        self._known: dict[str, bytes] = {}
        self.url = ""

    @property
    def inquiries(self) -> int:
        return len(self._known)

    def behave(self, how: str) -> None:
        self.how = how

    def answered(self, key: str, body: dict[str, Any]) -> bytes:
        """The first answer to a key is the answer to it."""
        if key not in self._known:
            self._known[key] = self._made(key, body)
        return self._known[key]

    def _made(self, key: str, body: dict[str, Any]) -> bytes:
        if self.answer is not None:
            return json.dumps(self.answer).encode()
        request = Request(
            kind=Kind(body["kind"]),
            inquiry=Inquiry(body["inquiry"]),
            purpose=Purpose(body["purpose"]),
            consent=None,
            idempotency_key=UUID(key),
            attempt=1,
            asked_on=body["asked_on"],
            subject=Subject.of(body["subject"]),
        )
        return Stub().ask(request).canonical()


class _Handler(BaseHTTPRequestHandler):
    vendor: LoopbackVendor

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        key = self.headers["Idempotency-Key"]
        self.vendor.keys.append(key)
        self.vendor.bodies.append(body)
        self.vendor.headers.append(dict(self.headers))
        if self.vendor.how == "times_out":
            self.vendor.let_go.wait(10)
        elif self.vendor.how in ("trickles", "drips"):
            self._trickle(whole_head=self.vendor.how == "trickles")
        elif self.vendor.how == "breaks off":
            self._answer(200, b"{", claimed=1_000)
        else:
            self._answer(*self._said(key, body))

    def _said(self, key: str, body: dict[str, Any]) -> tuple[int, bytes]:
        leak = json.dumps(body).encode()
        return {
            "answers": lambda: (200, self.vendor.answered(key, body)),
            "unavailable": lambda: (503, leak),
            "malformed": lambda: (200, b'{"score": "' + leak),
            "refuses": lambda: (403, leak),
            "redirects": lambda: (302, b""),
            "huge": lambda: (200, b"[" + b"1," * 1_000_000),
        }[self.vendor.how]()

    def _answer(self, status: int, body: bytes, claimed: int = 0) -> None:
        self.send_response(status)
        if status == 302:
            self.send_header("Location", "http://169.254.169.254/")
        self.send_header("Content-Length", str(claimed or len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _trickle(self, *, whole_head: bool) -> None:
        self.wfile.write(b"HTTP/1.0 200 OK\r\n" + (b"\r\n" if whole_head else b"X-Slow: "))
        while not self.vendor.let_go.wait(0.05):
            self.wfile.write(b" ")
            self.wfile.flush()

    def log_message(self, *args: Any) -> None:
        """Nothing: a request is about a person."""


@contextmanager
def serving() -> Iterator[LoopbackVendor]:
    vendor = LoopbackVendor()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"vendor": vendor}))
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    vendor.url = f"http://127.0.0.1:{server.server_port}/inquiries"
    try:
        yield vendor
    finally:
        vendor.let_go.set()
        server.shutdown()
        server.server_close()
