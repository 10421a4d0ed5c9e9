#!/usr/bin/env python3
"""Verify an export of Assay's events: no Django, no database, nothing but Python 3.11 or newer.

    python verify.py export.ndjson [--public-key HEX ...] [--seen NUMBER:HASH ...] [--proof FILE]

An export is one JSON object a line: a header, the signed checkpoints, every event in order, and
a signed end. Each event's hash covers the organization, its number, time, actor, type, subject
and data, and the hash before it; the signatures fix hashes at their numbers. So an edit, an edit
with every later hash made anew, a change of order, an insertion, a cut and a piece from another
organization each leave a contradiction, and the first one is named. Without --public-key the
file is held against the keys it names itself: compare those with the ones you were given. With
--seen it must also contain what an earlier export or the log of seals showed. With --proof a
decision made of a file, which has no event of its own, must be one of those that its chunk's event
stands for. A segment begins behind an event that its header names: --seen with that number ties it
to the export before.
"""

import argparse
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

SCHEMA = "assay.events/1"
PROOF = "assay.proof/1"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
EVENT_TEXTS = (
    "id", "at", "actor_kind", "actor_id", "type", "subject_kind", "subject_id", "data",
    "previous_hash", "hash",
)  # fmt: skip
SIGNED_TEXTS = ("hash", "at", "public_key", "signature")


class Broken(Exception):
    """The first contradiction found."""


# What is hashed and signed


def netstrings(*parts: str) -> bytes:
    """Each part with its length in bytes before it, so that no two lists look alike."""
    return b"".join(b"%d:%b," % (len(part), part) for part in (text.encode() for text in parts))


def genesis_hash(organization: str) -> str:
    return hashlib.sha256(netstrings("assay.chain/1", organization)).hexdigest()


def event_hash(organization: str, event: Mapping[str, Any]) -> str:
    """The hash of an event whose fields are text, its sequence a whole number."""
    return hashlib.sha256(
        netstrings(
            "assay.event/1",
            organization,
            event["id"],
            str(event["sequence"]),
            event["at"],
            event["actor_kind"],
            event["actor_id"],
            event["type"],
            event["subject_kind"],
            event["subject_id"],
            event["data"],
            event["previous_hash"],
        )
    ).hexdigest()


def signed_message(kind: str, organization: str, sequence: int, head: str, at: str) -> bytes:
    """What a `checkpoint` or an `end` signs."""
    return netstrings(f"assay.{kind}/1", organization, str(sequence), head, at)


# A tree of decisions, after RFC 6962, section 2.1: leaves and nodes are hashed apart


def leaf_hash(decision: str, document: str) -> bytes:
    """A decision's leaf: its id and the hash of its document, `sha256:` and 64 hex digits."""
    return hashlib.sha256(b"\0" + netstrings("assay.chunk/1", decision, document)).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


def root_by(leaf: bytes, index: int, size: int, path: Iterable[bytes]) -> bytes:
    """The root of a tree of `size` leaves, from one leaf and its neighbours up to the root.

    RFC 9162, section 2.1.3.2. Broken where the path does not fit the place.
    """
    if not 0 <= index < size:
        raise Broken(f"there is no leaf {index} in a tree of {size}")
    place, last, found = index, size - 1, leaf
    for neighbour in path:
        if last == 0:
            raise Broken("the proof is longer than the tree is high")
        if place & 1 or place == last:
            found = node_hash(neighbour, found)
            while place & 1 == 0 and place:
                place, last = place >> 1, last >> 1
        else:
            found = node_hash(found, neighbour)
        place, last = place >> 1, last >> 1
    if last:
        raise Broken("the proof is shorter than the tree is high")
    return found


def proven_root(proof: Mapping[str, Any]) -> str:
    """The root that a proof leads to, as an event writes it; Broken where it leads nowhere."""
    if proof.get("schema") != PROOF:
        raise Broken(f"this is no {PROOF}")
    leaf = leaf_hash(proof["decision"], proof["document"])
    path = [unhex(each) for each in proof["path"]]
    return "sha256:" + root_by(leaf, proof["index"], proof["size"], path).hex()


def refuse_unproven(proof: Mapping[str, Any], organization: str, event: Mapping[str, Any]) -> None:
    """Whether an event that holds stands for the decision of a proof."""
    said = json.loads(event["data"])
    told = (organization, event["hash"], said.get("root"), said.get("leaves"))
    if told != (proof["organization"], proof["event"]["hash"], proven_root(proof), proof["size"]):
        raise Broken(f"event {event['sequence']} does not stand for decision {proof['decision']}")


# Ed25519 verification after RFC 8032, section 5.1.7

P = 2**255 - 19
L = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT = pow(2, (P - 1) // 4, P)
Point = tuple[int, int, int, int]


def point_add(a: Point, b: Point) -> Point:
    first = (a[1] - a[0]) * (b[1] - b[0]) % P
    second = (a[1] + a[0]) * (b[1] + b[0]) % P
    third = 2 * a[3] * b[3] * D % P
    fourth = 2 * a[2] * b[2] % P
    e, f, g, h = second - first, fourth - third, fourth + third, second + first
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def point_multiply(scalar: int, point: Point) -> Point:
    result: Point = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = point_add(result, point)
        point = point_add(point, point)
        scalar >>= 1
    return result


def point_decompress(data: bytes) -> Point | None:
    y = int.from_bytes(data, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    return (x, y, 1, x * y % P)


def point_equal(a: Point, b: Point) -> bool:
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE = point_decompress(BASE_Y.to_bytes(32, "little"))


def signature_holds(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether `signature` (64 bytes) is `public_key`'s (32 bytes) over `message`."""
    if len(public_key) != 32 or len(signature) != 64 or BASE is None:
        return False
    key, nonce = point_decompress(public_key), point_decompress(signature[:32])
    scalar = int.from_bytes(signature[32:], "little")
    if key is None or nonce is None or scalar >= L:
        return False
    digest = hashlib.sha512(signature[:32] + public_key + message).digest()
    challenge = int.from_bytes(digest, "little") % L
    return point_equal(
        point_multiply(scalar, BASE), point_add(nonce, point_multiply(challenge, key))
    )


# The file


@dataclass
class Chain:
    """What has been seen so far, and what the next line must agree with."""

    organization: str
    trusted: frozenset[str]
    sequence: int = 0
    head: str = ""
    sealed: dict[int, str] = field(default_factory=dict)
    keys: set[str] = field(default_factory=set)
    proofs: list[Mapping[str, Any]] = field(default_factory=list)
    began: int = 0

    def __post_init__(self) -> None:
        self.head = genesis_hash(self.organization)

    def begin_after(self, sequence: int, head: str) -> None:
        """A segment: it follows an event of that number and hash, which `sealed` may know."""
        before = [number for number in self.sealed if number < sequence]
        if before:
            raise Broken(f"event {before[0]} lies before this segment, behind {sequence}")
        if self.sealed.pop(sequence, head) != head:
            raise Broken(f"the segment does not follow event {sequence} as it was seen")
        self.began = self.sequence = sequence
        self.head = head

    def take_signed(self, line: Mapping[str, Any]) -> None:
        """Check a checkpoint's or the end's signature."""
        kind, key = line["kind"], line["public_key"]
        if self.trusted and key not in self.trusted:
            raise Broken(f"{kind} at {line['sequence']} is signed by another key, {key}")
        message = signed_message(
            kind, self.organization, line["sequence"], line["hash"], line["at"]
        )
        if not signature_holds(unhex(key), message, unhex(line["signature"])):
            raise Broken(f"the signature of the {kind} at {line['sequence']} does not hold")
        self.keys.add(key)

    def take_checkpoint(self, line: Mapping[str, Any]) -> None:
        self.take_signed(line)
        if self.sealed.setdefault(line["sequence"], line["hash"]) != line["hash"]:
            raise Broken(f"two checkpoints at {line['sequence']} disagree")

    def take_event(self, event: Mapping[str, Any]) -> None:
        """Check one event against its own hash, the one before it, and a checkpoint on it."""
        number = event["sequence"]
        if number != self.sequence + 1:
            raise Broken(f"event {number} stands where {self.sequence + 1} belongs")
        if event["previous_hash"] != self.head:
            raise Broken(f"event {number} does not follow the event before it")
        if event_hash(self.organization, event) != event["hash"]:
            raise Broken(f"event {number} is not what was hashed")
        if self.sealed.pop(number, event["hash"]) != event["hash"]:
            raise Broken(f"event {number} differs from the one that was sealed")
        self.sequence, self.head = number, event["hash"]
        for proof in [each for each in self.proofs if each["event"]["sequence"] == number]:
            refuse_unproven(proof, self.organization, event)
            self.proofs.remove(proof)

    def take_end(self, line: Mapping[str, Any]) -> None:
        self.take_signed(line)
        if (line["sequence"], line["hash"]) != (self.sequence, self.head):
            raise Broken(f"the chain ends at {self.sequence}, signed is {line['sequence']}")
        self.refuse_missing()
        for proof in self.proofs:
            raise Broken(f"the event of decision {proof['decision']} is not in this export")

    def refuse_missing(self) -> None:
        if self.sealed:
            raise Broken(f"sealed up to {max(self.sealed)}, but the chain ends at {self.sequence}")


def verify(
    lines: Iterable[str],
    trusted: Iterable[str] = (),
    seen: Mapping[int, str] | None = None,
    proofs: Iterable[Mapping[str, Any]] = (),
) -> Chain:
    """Read an export through; the chain when all of it holds, else Broken.

    trusted: public keys in hexadecimal. seen: hashes by number, known from somewhere else.
    proofs: of decisions that some of its events must stand for.
    """
    objects = parsed(lines)
    header = next(objects, None)
    if header is None or header.get("kind") != "header" or header.get("schema") != SCHEMA:
        raise Broken(f"line 1 is not the header of an {SCHEMA} export")
    after = header.pop("after", None)
    exactly(header, {"kind", "schema", "organization"})
    chain = Chain(
        str(header["organization"]), frozenset(trusted), sealed=dict(seen or {}), proofs=[*proofs]
    )
    if after is not None:
        chain.begin_after(*started(after))
    for line in objects:
        kind = line.get("kind")
        if kind == "event":
            chain.take_event(checked(line, EVENT_TEXTS))
        elif kind == "checkpoint" and chain.sequence == chain.began:
            chain.take_checkpoint(checked(line, SIGNED_TEXTS))
        elif kind == "end":
            chain.take_end(checked(line, SIGNED_TEXTS))
            if next(objects, None) is not None:
                raise Broken("something follows the end")
            return chain
        else:
            raise Broken(f"a line of kind {kind!r} does not belong after event {chain.sequence}")
    raise Broken(f"the signed end is missing: the file was cut at event {chain.sequence}")


def started(after: Any) -> tuple[int, str]:
    """The number and hash of the event that a segment follows."""
    match after:
        case {"sequence": int(number), "hash": str(known)} if len(after) == 2 and number > 0:
            return number, known
    raise Broken("the header does not say what the segment follows")


def parsed(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(lines, start=1):
        try:
            value = json.loads(line, object_pairs_hook=without_doubles)
        except ValueError as error:
            raise Broken(f"line {number}: {error}") from error
        if not isinstance(value, dict):
            raise Broken(f"line {number} is not an object")
        yield value


def without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name occurs twice")
    return found


def checked(line: dict[str, Any], texts: tuple[str, ...]) -> dict[str, Any]:
    exactly(line, {"kind", "sequence", *texts})
    wrong = [name for name in texts if not isinstance(line[name], str)]
    if type(line["sequence"]) is not int or line["sequence"] < 0:
        raise Broken("a sequence is not a whole number")
    if wrong or not TIME.fullmatch(line["at"]):
        raise Broken(f"at {line['sequence']}: {', '.join(wrong) or 'at'} has the wrong form")
    return line


def exactly(line: Mapping[str, Any], names: set[str]) -> None:
    """What is not hashed or signed may not ride along."""
    if set(line) != names:
        raise Broken(f"unexpected or missing: {', '.join(sorted(set(line) ^ names))}")


def unhex(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""


def proof_read(place: str) -> Mapping[str, Any]:
    with open(place, encoding="utf-8") as file:  # noqa: PTH123 - one import less
        proof = next(parsed([file.read()]))
    wanted = {"schema", "organization", "decision", "document", "index", "size", "path", "event"}
    exactly(proof, wanted)
    whole = type(proof["index"]) is int and type(proof["size"]) is int
    if not whole or not isinstance(proof["path"], list) or not isinstance(proof["event"], dict):
        raise Broken(f"{place} is no proof")
    exactly(proof["event"], {"sequence", "hash"})
    return proof


def seen_before(text: str) -> tuple[int, str]:
    number, _, known = text.partition(":")
    return int(number), known.lower()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", 1)[0])
    parser.add_argument("export", help="the exported file")
    parser.add_argument("--public-key", action="append", default=[], metavar="HEX")
    parser.add_argument(
        "--seen", action="append", default=[], type=seen_before, metavar="NUMBER:HASH",
        help="an event's hash from an earlier export or from the log of seals",
    )  # fmt: skip
    parser.add_argument(
        "--proof", action="append", default=[], metavar="FILE",
        help="the proof of a decision made of a file (manage.py prove_decision)",
    )  # fmt: skip
    options = parser.parse_args(arguments)
    try:
        with open(options.export, encoding="utf-8") as lines:  # noqa: PTH123 - one import less
            trusted = [key.lower() for key in options.public_key]
            chain = verify(lines, trusted, dict(options.seen), map(proof_read, options.proof))
    except (Broken, OSError, UnicodeDecodeError) as error:
        print(f"BROKEN: {error}")
        return 1
    count = chain.sequence - chain.began
    print(f"holds: {count} events of {chain.organization}, head {chain.head}")
    if chain.began:
        tied = "as seen" if chain.began in dict(options.seen) else "unseen: give --seen"
        print(f"a segment behind event {chain.began} ({tied})")
    known = "as given" if options.public_key else "not given: compare it with your lender's key"
    print(f"signed by {', '.join(sorted(chain.keys))} ({known})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
