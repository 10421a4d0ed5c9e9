"""What may be loaded as a model, and what is refused with a reason."""

import pickle
import subprocess
import sys
from dataclasses import replace

import pytest

from ml import artifacts
from ml.artifacts import Artifact, ArtifactRefused, pack, unpack
from ml.canonical import canonical, content_hash
from ml.model import FAMILIES, load_model
from tests.ml.deciding import TRAINED, model_of
from tests.ml.test_points_table import DOCUMENT, table


def refusal(data: bytes, **expected: str) -> str:
    with pytest.raises(ArtifactRefused) as refused:
        load_model(data, **expected)
    assert str(refused.value)
    return refused.value.code


def repacked(**changes: object) -> bytes:
    artifact = unpack(table().to_bytes())
    parts = {name: getattr(artifact, name) for name in artifact.__slots__} | changes
    return pack(Artifact(**parts))


def test_the_hash_is_that_of_the_whole_artifact():
    model = table()
    assert model.content_hash == content_hash(model.to_bytes())
    assert load_model(model.to_bytes(), content_hash=model.content_hash).features


def test_pickles_and_archives_are_refused():
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert refusal(pickle.dumps({"model": [1]}, protocol)) in ("pickle", "foreign")
    assert refusal(pickle.dumps(table)) == "pickle"
    assert refusal(b"\x1f\x8bgzip") == "pickle"
    assert refusal(b"PK\x03\x04joblib") == "pickle"


@pytest.mark.parametrize("data", [b"", b"{}", b"assay.model/2\n", b"\x00" * 300])
def test_foreign_bytes_are_refused(data):
    assert refusal(data) == "foreign"


def test_every_altered_byte_is_noticed():
    data = table().to_bytes()
    for position in range(len(artifacts.MAGIC), len(data)):
        altered = data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]
        assert refusal(altered) == "altered"


def test_a_cut_tail_and_an_added_one_are_noticed():
    data = table().to_bytes()
    assert refusal(data[:-1]) == "altered"
    assert refusal(data + b" ") == "altered"
    assert refusal(data[:20]) == "altered"


def test_too_large_an_artifact_is_refused(monkeypatch):
    monkeypatch.setattr(artifacts, "MAX_ARTIFACT_BYTES", 100)
    assert refusal(table().to_bytes()) == "too_large"


def test_another_version_is_refused():
    other = table(intercept=561)
    assert refusal(other.to_bytes(), content_hash=table().content_hash) == "hash_mismatch"


def test_a_model_of_another_dictionary_is_refused():
    assert refusal(table().to_bytes(), dictionary_hash="sha256:" + "1" * 64) == "other_dictionary"


def test_an_unknown_family_is_refused():
    assert refusal(repacked(family="os.system")) == "unknown_family"


def test_a_scorecard_that_contradicts_its_header_is_refused():
    assert refusal(repacked(dictionary_hash="sha256:" + "1" * 64)) == "malformed"
    assert refusal(repacked(family="woe")) == "malformed"


@pytest.mark.parametrize(
    "payload",
    [
        b"[]",
        b"not json",
        b'{"a": 1}',
        b'{"a":1.5}',
        canonical({"a": 1}),
        b"[" * 100_000,
        canonical(DOCUMENT | {"intercept": 10**9}),
    ],
)
def test_a_payload_that_is_no_scorecard_is_refused(payload):
    assert refusal(repacked(payload=payload)) == "malformed"


def test_a_header_that_is_not_canonical_is_refused():
    body = b'{"family" : "expert"}\n{}'
    data = artifacts.MAGIC + content_hash(body).encode() + b"\n" + body
    assert refusal(data) == "malformed"
    body = canonical({"family": "expert"}) + b"\n{}"
    data = artifacts.MAGIC + content_hash(body).encode() + b"\n" + body
    assert refusal(data) == "malformed"


@pytest.mark.parametrize("name", TRAINED)
class TestEachFamilyThatDecides:
    """What holds for a scorecard holds for a glass box, a forest and a blend."""

    def test_its_own_bytes_are_taken_and_nothing_near_them(self, name):
        model = model_of(name)
        data = model.to_bytes()
        assert load_model(data, content_hash=model.content_hash).to_bytes() == data
        for position in range(len(artifacts.MAGIC), len(data), len(data) // 40):
            altered = data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]
            assert refusal(altered) == "altered"
        assert refusal(data[:-1]) == "altered"

    def test_of_another_version_or_dictionary_is_refused(self, name):
        data, other = model_of(name).to_bytes(), "sha256:" + "1" * 64
        assert refusal(data, content_hash=other) == "hash_mismatch"
        assert refusal(data, dictionary_hash=other) == "other_dictionary"

    def test_a_pickle_of_it_or_within_it_is_refused(self, name):
        data = model_of(name).to_bytes()
        assert refusal(pickle.dumps(data)) == "pickle"
        foreign = pack(replace(unpack(data), payload=pickle.dumps({"model": [1]})))
        assert refusal(foreign) in ("foreign", "malformed")

    def test_under_another_familys_name_it_is_refused(self, name):
        artifact = unpack(model_of(name).to_bytes())
        for other in FAMILIES:
            if other != name:
                assert refusal(pack(replace(artifact, family=other))) in ("malformed", "foreign")


ONLY_SCORECARDS = """
import sys
from ml.model import load_model
load_model(sys.stdin.buffer.read()).score_row({})
heavy = {"xgboost", "sklearn", "optbinning", "pandas", "django"}
print(sorted(heavy & set(sys.modules)))
"""


def test_serving_a_scorecard_imports_no_training_library():
    answer = subprocess.run(
        [sys.executable, "-c", ONLY_SCORECARDS],
        input=table().to_bytes(), capture_output=True, check=True,
    )  # fmt: skip
    assert answer.stdout.decode().strip() == "[]"
