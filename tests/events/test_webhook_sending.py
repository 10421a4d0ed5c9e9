"""One attempt against every receiver we could think of, and the pure parts around it."""

import socket
import ssl
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from ipaddress import ip_network
from threading import Event, Thread
from time import monotonic
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given, settings
from hypothesis import strategies as st
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from events.webhooks import types
from events.webhooks.receivers import Refused, Rules, url_check, url_parts, vetted_address
from events.webhooks.schedule import (
    LONGEST_ASKED,
    MOST_ATTEMPTS,
    PROBE_LONGEST,
    WAITS,
    asked_to_wait,
    probe_after,
    wait_after,
)
from events.webhooks.sending import MOST_BODY, Failure, Limits, Outgoing, send
from events.webhooks.signatures import new_secret, signed_headers
from tenancy.outbound import addresses
from tests.events.receivers import receiving

TRIALS = Rules(ports={443}, networks=(ip_network("127.0.0.0/8"),))
PUBLIC = Rules(ports={443, 8443})
SHORT = Limits(connect=0.3, read=0.3, total=0.4)
NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)


def outgoing(url: str) -> Outgoing:
    return Outgoing(url, {"Content-Type": "application/json"}, b"{}")


def resolved_to(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[list[str]]:
    """A resolver that gives these answers, one after another, the last for ever."""
    left = list(answers)

    asked = addresses.socket.getaddrinfo

    def resolve(host: str, port: int, *how: Any, **named: Any) -> list[Any]:
        if host[0].isdigit():  # an address, as it is connected to: nothing to resolve
            return asked(host, port, *how, **named)
        found = left.pop(0) if len(left) > 1 else left[0]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in found]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", resolve)
    return left


@pytest.fixture
def raw() -> Iterator[Any]:
    """A server that speaks bytes: `raw(pieces)` sends them and says where it listens."""
    listeners: list[socket.socket] = []

    def serve(pieces: Any) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def answer() -> None:
            try:
                connection, _ = listener.accept()
                with connection:
                    connection.recv(65_536)
                    for piece in pieces:
                        connection.sendall(piece)
            except OSError:
                pass  # hung up on, as it should be

        Thread(target=answer, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}/"

    yield serve
    for listener in listeners:
        listener.close()


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "0.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
        "100.64.0.1", "100.100.100.200", "192.0.0.170", "192.0.2.1", "198.18.0.1", "224.0.0.1",
        "240.0.0.1", "255.255.255.255", "192.88.99.1",
        "::1", "::", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1", "2002:7f00:1::1", "2001:0:53aa:64c::1", "fc00::1", "fd00:ec2::254",
        "fe80::1%eth0", "fec0::1", "ff02::1", "2001:db8::1", "100::1",
    ],
)  # fmt: skip
def test_no_address_of_a_private_kind_is_public(address: str) -> None:
    assert not addresses.public(address)


@pytest.mark.parametrize("address", ["93.184.216.34", "1.1.1.1", "2606:4700:4700::1111"])
def test_public_ones_are(address: str) -> None:
    assert addresses.public(address)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.example/", "https://", "https:///path", "//a.example", "a.example",
        "https://a.example/ x", "https://a.example/\tx", "https://a.example/\r\nHost: b",
        "https://a.example\n.b.example/", "https://a@b.example/", "https://:x@b.example/",
        "https://a.example/#frag", "https://a.example\\@b.example/", "https://a.example:0x1bb/",
        "https://a.example:99999/", "https://exämple.example/", "https://[::1/",
        "https://a..example/", "https://-/", "https://" + "a" * 250 + "!/",
        "https://a.example/" + "x" * 500, "https://a.example\x00/",
    ],
)  # fmt: skip
def test_what_could_become_a_header_or_another_host_is_no_url(url: str) -> None:
    with pytest.raises(Refused) as refused:
        url_parts(url)
    assert refused.value.code == "not_a_url"
    assert send(outgoing(url), TRIALS).failure == Failure.REFUSED


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://a.example/", "not_https"),
        ("https://a.example:80/", "port"),
        ("https://a.example:6379/", "port"),
        ("https://169.254.169.254/latest", "not_public"),
        ("https://[::1]/", "not_public"),
        ("https://localhost/", "not_public"),
        ("https://db.internal/", "not_public"),
    ],
)
def test_what_can_be_said_at_once_is(url: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        url_check(url, PUBLIC)
    assert refused.value.code == code


def test_a_good_url_is_let_through() -> None:
    for url in ("https://a.example/x?y=1", "https://a.example:8443/", "https://1.1.1.1/"):
        url_check(url, PUBLIC)


@pytest.mark.parametrize(
    "found",
    [["10.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["::ffff:169.254.169.254"], ["64:ff9b::a00:1"]],
)
def test_one_private_address_is_enough(monkeypatch: pytest.MonkeyPatch, found: list[str]) -> None:
    resolved_to(monkeypatch, found)
    assert send(outgoing("https://a.example/"), PUBLIC).failure == Failure.REFUSED


def test_a_name_that_changes_in_between_is_connected_to_where_it_was_looked_at(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The resolver says something public once and loopback ever after; it is asked once only."""
    left = resolved_to(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])
    went: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], _timeout: float) -> socket.socket:
        went.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(addresses.socket, "create_connection", connect)
    answer = send(outgoing("https://a.example/"), PUBLIC)
    assert (went, answer.failure) == ([("93.184.216.34", 443)], Failure.UNREACHABLE)
    assert left == [["127.0.0.1"]]
    assert send(outgoing("https://a.example/"), PUBLIC).failure == Failure.REFUSED


def test_a_named_network_takes_plain_http_and_nothing_else_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with receiving() as receiver:
        assert send(outgoing(receiver.url), TRIALS).status == 204
        assert send(outgoing(receiver.url), PUBLIC).failure == Failure.REFUSED
    resolved_to(monkeypatch, ["93.184.216.34"])
    parts = url_parts("http://a.example/")
    with pytest.raises(Refused):
        vetted_address(parts, TRIALS)


def test_a_name_without_an_address(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: Any, **__: Any) -> None:
        raise socket.gaierror

    monkeypatch.setattr(addresses.socket, "getaddrinfo", unknown)
    assert send(outgoing("https://a.example/"), PUBLIC).failure == Failure.UNRESOLVED


def test_nobody_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    assert send(outgoing(f"http://127.0.0.1:{port}/"), TRIALS).failure == Failure.UNREACHABLE


def test_a_trickle_is_cut(raw: Any) -> None:
    """A byte at a time, each in time for the socket's own timeout."""

    def drips() -> Iterator[bytes]:
        pace = Event()
        yield b"HTTP/1.1 200 OK\r\nX: "
        while not pace.wait(0.05):
            yield b"a"

    begun = monotonic()
    assert send(outgoing(raw(drips())), TRIALS, SHORT).failure == Failure.TIMEOUT
    assert monotonic() - begun < 2


def test_a_flood_is_not_read(raw: Any) -> None:
    """Ten gigabytes are announced and begun; four kilobytes are kept and the rest hung up on."""

    def flood() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n"
        while True:
            yield b"x" * 65_536

    answer = send(outgoing(raw(flood())), TRIALS)
    assert (answer.status, len(answer.body), answer.truncated) == (200, MOST_BODY, True)
    assert answer.ms < 2_000


def test_endless_headers_are_no_http(raw: Any) -> None:
    def headers() -> Iterator[bytes]:
        yield b"HTTP/1.1 200 OK\r\n"
        while True:
            yield b"X-More: 1\r\n" * 100

    assert send(outgoing(raw(headers())), TRIALS).failure == Failure.MALFORMED


@pytest.mark.parametrize(
    ("said", "failure"),
    [(b"", Failure.UNREACHABLE), (b"hello\r\n\r\n", Failure.MALFORMED)],
)
def test_what_is_no_http(raw: Any, said: bytes, failure: Failure) -> None:
    assert send(outgoing(raw([said])), TRIALS).failure == failure


def test_a_status_counts_even_where_the_body_breaks_off(raw: Any) -> None:
    url = raw([b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n"])
    answer = send(outgoing(url), TRIALS)
    assert (answer.status, answer.delivered, answer.truncated) == (200, True, True)


def test_what_is_kept_can_be_stored(raw: Any) -> None:
    """No NUL and no half of a character goes into the log, nor more headers than anybody reads."""
    many = b"".join(b"X-%d: a\r\n" % number for number in range(60))
    head = b"HTTP/1.1 500 No\r\nX-Odd: \x00\xff\r\n" + many + b"Content-Length: 4\r\n\r\n"
    url = raw([head + b"\x00\xff\xed\xa0"])
    answer = send(outgoing(url), TRIALS)
    assert "\x00" not in answer.body + "".join(text for _, text in answer.headers)
    assert answer.body.encode()
    assert len(answer.headers) == 40


def test_tls_is_held_to_the_hosts_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """The address is pinned, the certificate is the name's: right, wrong and unknown."""
    context, trusted = certificates(tmp_path, "hooks.example")
    names: list[str] = []
    context.sni_callback = lambda _socket, name, _context: names.append(name)
    with receiving() as receiver:
        receiver.server.socket = context.wrap_socket(receiver.server.socket, server_side=True)
        resolved_to(monkeypatch, ["127.0.0.1"])
        for host, believes, failure in (
            ("hooks.example", trusted, None),
            ("other.example", trusted, Failure.TLS),
            ("hooks.example", ssl.create_default_context(), Failure.TLS),
        ):
            monkeypatch.setattr(addresses, "tls_context", lambda believes=believes: believes)
            url = f"https://{host}:{receiver.port}/hook"
            assert send(outgoing(url), TRIALS).failure == failure
        assert [got.headers["host"] for got in receiver.got] == [f"hooks.example:{receiver.port}"]
    assert names[0] == "hooks.example"


def certificates(folder: Any, host: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate of its own, and a client's that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    file = folder / "host.pem"
    file.write_bytes(
        pem
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(file)
    return server, ssl.create_default_context(cadata=pem.decode())


draws = st.floats(min_value=0, max_value=1, exclude_max=True)


@given(st.lists(draws, min_size=MOST_ATTEMPTS, max_size=MOST_ATTEMPTS))
@settings(max_examples=50, deadline=None)
def test_ten_attempts_last_about_75_hours(drawn: list[float]) -> None:
    waits = [wait_after(attempts, draw) for attempts, draw in enumerate(drawn, start=1)]
    assert waits[-1] is None
    some = [wait for wait in waits if wait is not None]
    assert len(some) == MOST_ATTEMPTS - 1
    assert timedelta(hours=68) <= sum(some, timedelta()) <= timedelta(hours=83, minutes=10)
    for wait, planned in zip(some, WAITS, strict=True):
        assert planned * 0.9 <= wait <= planned * 1.1


@given(st.integers(1, 9), draws, st.integers(0, 10**6))
@settings(max_examples=50, deadline=None)
def test_who_asks_to_be_asked_later_is_never_asked_earlier(
    attempts: int, draw: float, seconds: int
) -> None:
    planned = wait_after(attempts, draw)
    asked = wait_after(attempts, draw, timedelta(seconds=seconds))
    assert planned is not None
    assert asked is not None
    assert asked == max(planned, min(timedelta(seconds=seconds), LONGEST_ASKED))


@given(st.integers(0, 10**9))
@settings(max_examples=50, deadline=None)
def test_a_failing_endpoint_is_asked_ever_more_seldom(failures: int) -> None:
    now, then = probe_after(failures), probe_after(failures + 1)
    assert (now is None) == (failures < 5)
    assert then is None or now is None or now <= then <= PROBE_LONGEST


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7), ("0", 0), (None, None), ("", None), ("-1", None), ("1.5", None), ("٣", None),
        (format_datetime(NOW + timedelta(seconds=90), usegmt=True), 90),
        (format_datetime(NOW - timedelta(seconds=90), usegmt=True), None),
        ("Fri, 99 Foo 2026", None), ("9" * 60, None), ("9" * 40, 10**7),
    ],
)  # fmt: skip
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: int | None) -> None:
    found = asked_to_wait(header, NOW)
    assert found == (None if seconds is None else timedelta(seconds=seconds))


@given(st.text(max_size=200))
@settings(max_examples=30, deadline=None)
def test_two_secrets_sign_and_a_third_does_not(payload: str) -> None:
    keys = [new_secret(), new_secret()]
    headers = signed_headers("evt_1", payload, keys, datetime.now(UTC))
    for key in keys:
        Webhook(key).verify(payload, headers, json_parse=False)
    for wrong in ({"webhook-id": "evt_2"}, {"webhook-timestamp": "1"}):
        with pytest.raises(WebhookVerificationError):
            Webhook(keys[0]).verify(payload, headers | wrong, json_parse=False)
    with pytest.raises(WebhookVerificationError):
        Webhook(new_secret()).verify(payload, headers, json_parse=False)


def test_the_signature_is_the_standards_own_example() -> None:
    """From the standard's reference libraries."""
    headers = signed_headers(
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        '{"test": 2432232314}',
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        datetime.fromtimestamp(1614265330, UTC),
    )
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_every_type_is_one_event_in_its_own_group() -> None:
    assert len(set(types.NAMES)) == len(types.NAMES)
    assert types.unknown_patterns(["*", "offer.*", *types.NAMES]) == []
    assert types.unknown_patterns(["offer", "offer*", "*.accepted", ""]) == [
        "offer", "offer*", "*.accepted", "",
    ]  # fmt: skip
    referred = types.type_of("decision.recorded", {"outcome": "refer"})
    decided = types.type_of("decision.recorded", {"outcome": "approve"})
    assert referred
    assert decided
    assert (referred.name, decided.name) == ("application.referred", "application.decided")
    assert types.type_of("list.made", {}) is None
