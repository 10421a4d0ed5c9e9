"""A client that costs little: `clients` connections kept open, each sending the next call.

It runs in a process of its own (`python -m tests.benchmarks.load FILE`), so that it shares no
interpreter lock with what it measures. Plain sockets: a client library would cost as much as some
of the servers.
"""

import json
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import quantiles
from tempfile import NamedTemporaryFile

HOST = "127.0.0.1"
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: str = ""

    def raw(self, port: int) -> bytes:
        body = self.body.encode()
        lines = [
            f"{self.method} {self.path} HTTP/1.1",
            f"Host: {HOST}:{port}",
            f"Content-Length: {len(body)}",
            *(f"{name}: {value}" for name, value in self.headers.items()),
        ]
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


@dataclass(frozen=True, slots=True)
class Loaded:
    """What came back: seconds of each answered call, and how long all of them took."""

    seconds: list[float]
    elapsed: float
    statuses: dict[str, int]

    @property
    def p50(self) -> float:
        """Milliseconds."""
        return 1000 * quantiles(self.seconds, n=100)[49]

    @property
    def p99(self) -> float:
        return 1000 * quantiles(self.seconds, n=100)[98]

    @property
    def a_second(self) -> float:
        return len(self.seconds) / self.elapsed


def loaded(port: int, calls: Sequence[Call], *, clients: int, expected: Sequence[int]) -> Loaded:
    """Send every call, by so many clients at once; AssertionError for any other answer."""
    with NamedTemporaryFile("w", suffix=".json") as file:
        json.dump({"port": port, "clients": clients, "calls": [asdict(c) for c in calls]}, file)
        file.flush()
        done = subprocess.run(
            [sys.executable, "-m", "tests.benchmarks.load", file.name],
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode:
        raise AssertionError(done.stderr)
    found = Loaded(**json.loads(done.stdout))
    wrong = {code: n for code, n in found.statuses.items() if int(code) not in expected}
    if wrong:
        raise AssertionError(f"unexpected answers: {wrong}")
    return found


class _Connection:
    """One connection, kept open; opened again where the server closed it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket = self._opened()

    def _opened(self) -> socket.socket:
        made = socket.create_connection((HOST, self._port), timeout=PATIENCE_SECONDS)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def status(self, raw: bytes) -> int:
        """Send a request and read its whole answer."""
        self._socket.sendall(raw)
        data = self._socket.recv(65_536)
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._more()
        head = data[:end].lower()
        left = end + 4 + _length(head) - len(data)
        while left > 0:
            left -= len(self._more())
        if b"\r\nconnection: close" in head:
            self._socket.close()
            self._socket = self._opened()
        return int(head[9:12])

    def _more(self) -> bytes:
        data = self._socket.recv(65_536)
        if not data:
            raise ConnectionError("the server closed the connection in the middle of an answer")
        return data


def _length(head: bytes) -> int:
    _, found, rest = head.partition(b"\r\ncontent-length:")
    if not found:
        raise ValueError(f"an answer without its length: {head!r}")
    return int(rest.split(b"\r\n", 1)[0])


class _Sending:
    """All clients of one run."""

    def __init__(self, port: int, raws: Sequence[bytes]) -> None:
        self.port = port
        self.seconds: list[float] = []
        self.statuses: dict[str, int] = {}
        self._next: Iterator[bytes] = iter(raws)
        self._lock = threading.Lock()

    def client(self, ready: threading.Barrier) -> None:
        connection = _Connection(self.port)
        ready.wait()
        while True:
            with self._lock:
                raw = next(self._next, None)
            if raw is None:
                return
            started = time.perf_counter()
            status = connection.status(raw)
            took = time.perf_counter() - started
            with self._lock:
                self.seconds.append(took)
                self.statuses[str(status)] = self.statuses.get(str(status), 0) + 1


def _main(file: Path) -> None:
    asked = json.loads(file.read_text())
    raws = [Call(**call).raw(asked["port"]) for call in asked["calls"]]
    sending = _Sending(asked["port"], raws)
    ready = threading.Barrier(asked["clients"] + 1)
    threads = [
        threading.Thread(target=sending.client, args=(ready,)) for _ in range(asked["clients"])
    ]
    for thread in threads:
        thread.start()
    ready.wait()
    started = time.perf_counter()
    for thread in threads:
        thread.join()
    elapsed = time.perf_counter() - started
    if len(sending.seconds) != len(raws):
        sys.exit(f"{len(raws) - len(sending.seconds)} calls were not answered")
    json.dump(asdict(Loaded(sending.seconds, elapsed, sending.statuses)), sys.stdout)


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
