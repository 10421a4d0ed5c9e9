"""The stand-alone verifier against every way of tampering with an export."""

import json
import subprocess
import sys
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from events import verify as verifier
from events.actor import SYSTEM
from events.services import chain_export, event_record, seal_chain
from events.signing import public_key
from tenancy.enter import enter

Lines = list[dict[str, Any]]


def record_some(organization_id, count: int) -> None:
    with enter(organization_id):
        for number in range(count):
            event_record(
                organization_id=organization_id,
                actor=SYSTEM,
                type="thing.happened",
                subject=("thing", uuid4()),
                data={"number": number, "text": "größe"},
            )


def exported(organization_id) -> Lines:
    file = StringIO()
    chain_export(organization_id, file)
    return [json.loads(line) for line in file.getvalue().splitlines()]


@pytest.fixture
def export(hanse) -> Lines:
    """Header, checkpoints at 4 and 8, ten events, a signed end."""
    for count in (4, 4):
        record_some(hanse.id, count)
        seal_chain(hanse.id)
    record_some(hanse.id, 2)
    return exported(hanse.id)


def verdict(lines: Lines, trusted: tuple[str, ...] = ()) -> str | None:
    try:
        verifier.verify([json.dumps(line) for line in lines], trusted)
    except verifier.Broken as error:
        return str(error)
    return None


def event_at(lines: Lines, sequence: int) -> int:
    return next(
        n for n, line in enumerate(lines)
        if line["kind"] == "event" and line["sequence"] == sequence
    )  # fmt: skip


def relink(lines: Lines) -> None:
    """What a forger does: number and hash everything anew, so that the chain agrees with itself."""
    organization = lines[0]["organization"]
    head, sequence = verifier.genesis_hash(organization), 0
    for line in lines:
        if line["kind"] == "event":
            sequence += 1
            line["sequence"], line["previous_hash"] = sequence, head
            line["hash"] = head = verifier.event_hash(organization, line)


def resign_end(lines: Lines, key: Ed25519PrivateKey) -> None:
    """A forger's own key over the forged end."""
    events = [line for line in lines if line["kind"] == "event"]
    end = lines[-1]
    end["sequence"], end["hash"] = events[-1]["sequence"], events[-1]["hash"]
    end["public_key"] = key.public_key().public_bytes_raw().hex()
    message = verifier.signed_message(
        "end", lines[0]["organization"], end["sequence"], end["hash"], end["at"]
    )
    end["signature"] = key.sign(message).hex()


def test_an_untouched_export_holds(export):
    assert verdict(export) is None
    assert verdict(export, (public_key(),)) is None


def test_an_empty_chain_holds(aurora):
    assert verdict(exported(aurora.id)) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("data", "{}"),
        ("at", "2020-01-01T00:00:00.000000Z"),
        ("actor_id", "7"),
        ("actor_kind", "user"),
        ("type", "other.thing"),
        ("subject_kind", "other"),
        ("subject_id", "0195f0c1-0000-7000-8000-000000000001"),
        ("id", "0195f0c1-0000-7000-8000-000000000002"),
    ],
)
def test_an_edit_is_caught(export, field, value):
    export[event_at(export, 3)][field] = value
    assert verdict(export) == "event 3 is not what was hashed"


def test_text_moved_from_one_field_to_the_next_is_caught(export):
    event = export[event_at(export, 3)]
    event["actor_kind"], event["actor_id"] = "systemassay", ""
    assert verdict(export) == "event 3 is not what was hashed"


@pytest.mark.parametrize("sequence", [3, 10])
def test_an_edit_with_everything_relinked_is_caught_by_the_signatures(export, sequence):
    export[event_at(export, sequence)]["data"] = "{}"
    relink(export)
    assert "sealed" in verdict(export) if sequence == 3 else "signed is" in verdict(export)


def test_a_new_order_is_caught(export):
    here, there = event_at(export, 5), event_at(export, 6)
    export[here], export[there] = export[there], export[here]
    assert verdict(export) == "event 6 stands where 5 belongs"
    relink(export)
    assert "sealed" in verdict(export)


def test_an_insertion_is_caught(export):
    export.insert(event_at(export, 6), dict(export[event_at(export, 6)], id=str(uuid4())))
    assert verdict(export) == "event 6 is not what was hashed"
    relink(export)
    assert "sealed" in verdict(export)


def test_a_removal_is_caught(export):
    del export[event_at(export, 6)]
    assert verdict(export) == "event 7 stands where 6 belongs"
    relink(export)
    assert "sealed" in verdict(export)


@pytest.mark.parametrize("kept", [9, 8, 7, 3, 0])
def test_a_cut_tail_is_caught(export, kept):
    cut = [x for x in export if x["kind"] != "event" or x["sequence"] <= kept]
    assert f"ends at {kept}" in verdict(cut)
    assert "signed end is missing" in verdict(cut[:-1])


def test_a_cut_tail_with_checkpoints_and_a_forged_end_is_caught_by_the_given_key(export):
    cut = [x for x in export if x["kind"] not in {"event", "checkpoint"} or x["sequence"] <= 7]
    resign_end(cut, Ed25519PrivateKey.generate())
    assert "signed by another key" in verdict(cut, (public_key(),))


def test_a_piece_of_another_lenders_chain_is_caught(export, aurora):
    record_some(aurora.id, 10)
    theirs = exported(aurora.id)
    export[event_at(export, 3)] = theirs[event_at(theirs, 3)]
    assert verdict(export) == "event 3 does not follow the event before it"
    relink(export)
    assert "sealed" in verdict(export)


def test_a_whole_chain_under_another_lenders_name_is_caught(export, aurora):
    export[0]["organization"] = str(aurora.id)
    assert "does not hold" in verdict(export)
    unsealed = [line for line in export if line["kind"] != "checkpoint"]
    assert "does not follow" in verdict(unsealed)
    relink(unsealed)
    assert "does not hold" in verdict(unsealed)


def test_a_forged_checkpoint_is_caught(export):
    export[1]["hash"] = "0" * 64
    assert verdict(export) == "the signature of the checkpoint at 4 does not hold"


@pytest.mark.parametrize(
    "tamper",
    [
        lambda lines: lines.append(lines[-1]),
        lambda lines: lines.insert(5, lines[1]),
        lambda lines: lines[4].update(note="unhashed words ride along"),
        lambda lines: lines[4].pop("actor_id"),
        lambda lines: lines[4].update(sequence="2"),
        lambda lines: lines[4].update(at="yesterday"),
        lambda lines: lines.pop(0),
        lambda lines: lines[0].update(schema="assay.events/2"),
    ],
)
def test_what_does_not_belong_is_refused(export, tamper: Callable[[Lines], Any]):
    tamper(export)
    assert verdict(export)


@pytest.mark.parametrize("line", ["not json", "[]", '{"kind":"event","kind":"end"}'])
def test_a_line_that_is_no_object_is_refused(line):
    with pytest.raises(verifier.Broken):
        verifier.verify([line])


def test_signatures_agree_with_another_implementation():
    key = Ed25519PrivateKey.generate()
    public, message = key.public_key().public_bytes_raw(), b"a message"
    signature = key.sign(message)
    assert verifier.signature_holds(public, message, signature)
    assert not verifier.signature_holds(public, b"another", signature)
    for place in (0, 31, 32, 63):
        wrong = bytearray(signature)
        wrong[place] ^= 1
        assert not verifier.signature_holds(public, message, bytes(wrong))
    other = Ed25519PrivateKey.generate().public_key().public_bytes_raw()
    assert not verifier.signature_holds(other, message, signature)


def test_a_malleable_signature_is_refused():
    """S and S + L satisfy the same equation; only the smaller one is a signature."""
    key = Ed25519PrivateKey.generate()
    signature = key.sign(b"m")
    scalar = int.from_bytes(signature[32:], "little") + verifier.L
    public = key.public_key().public_bytes_raw()
    forged = signature[:32] + scalar.to_bytes(32, "little")
    assert not verifier.signature_holds(public, b"m", forged)


def test_rfc_8032s_own_example():
    public = "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    signature = (
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert verifier.signature_holds(bytes.fromhex(public), b"\x72", bytes.fromhex(signature))


class TestScript:
    """As an auditor runs it: a file and a Python, nothing of ours."""

    def run(self, file: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-I", "-S", verifier.__file__, str(file), *arguments],
            capture_output=True, text=True, check=False, cwd="/",
        )  # fmt: skip

    def write(self, path: Path, lines: Lines) -> Path:
        path.write_text("\n".join(json.dumps(line) for line in lines) + "\n")
        return path

    def test_says_that_it_holds(self, export, tmp_path):
        done = self.run(self.write(tmp_path / "e", export), "--public-key", public_key())
        assert (done.returncode, done.stderr) == (0, "")
        assert "holds: 10 events" in done.stdout
        assert "as given" in done.stdout

    def test_says_what_is_broken(self, export, tmp_path):
        export[event_at(export, 3)]["data"] = "{}"
        done = self.run(self.write(tmp_path / "e", export))
        assert (done.returncode, done.stdout) == (1, "BROKEN: event 3 is not what was hashed\n")

    def test_a_missing_file_is_no_traceback(self, tmp_path):
        done = self.run(tmp_path / "nothing")
        assert done.returncode == 1
        assert done.stdout.startswith("BROKEN")
