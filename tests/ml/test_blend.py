"""Several models as one: whole points, exact reasons, an artifact of artifacts."""

import base64

import numpy as np
import pytest

from ml.artifacts import Artifact, ArtifactRefused, pack, unpack
from ml.blend import Blend, at_reference, blend
from ml.calibration import Calibration, Straight, fit_calibration
from ml.canonical import canonical
from ml.model import load_model
from ml.model_inputs import model_inputs
from ml.scaling import STANDARD
from ml.training import TrainingRefused
from ml.training.families.blend import Blend as BlendFamily
from ml.training.families.blend import best_weights, thousandths
from ml.training.families.logistic import Logistic
from tests.ml.loans import Loans, invented_loans
from tests.ml.test_boosting import assert_rows_score_as_columns
from tests.ml.test_points_table import DOCUMENT, table

MEMBERS = ("boosting", "woe")


@pytest.fixture(scope="module", autouse=True)
def short_boosting():
    """A few rounds show as much of a blend as hundreds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ml.training.families.boosting.MOST_ROUNDS", 40)
        yield


def fitted(loans: Loans, seed: int = 1) -> BlendFamily:
    inputs = model_inputs(loans.dictionary, loans.features)
    return BlendFamily(inputs, seed=seed, members=MEMBERS).fit(loans.frame, loans.target)


def compiled(loans: Loans, family: BlendFamily, calibration: Calibration) -> Blend:
    return family.compiled(
        loans.frame, loans.target, calibration, loans.dictionary.content_hash, STANDARD
    )


@pytest.fixture(scope="module")
def loans() -> Loans:
    return invented_loans(400)


@pytest.fixture(scope="module")
def family(loans) -> BlendFamily:
    return fitted(loans)


@pytest.fixture(scope="module")
def model(loans, family) -> Blend:
    return compiled(loans, family, Calibration("platt", Straight(0.1, 0.9)))


def test_every_row_scores_as_its_column(loans, model):
    assert_rows_score_as_columns(model, loans.frame)
    assert np.array_equal(
        model.points_columns(loans.frame), model.score_columns(loans.frame).points
    )


def test_contributions_add_up_exactly(loans, model):
    scored = model.score_columns(loans.frame)
    rest = scored.points - scored.contributions.sum(axis=1)
    assert set(rest.tolist()) == {at_reference(model)}


def test_points_are_the_weighted_mean_half_to_even(loans, model):
    weights = [member.weight for member in model.document.members]
    points = [member.score_columns(loans.frame).points for member in model.members]
    for mean, *each in zip(model.points_columns(loans.frame), *points, strict=True):
        total = sum(weight * int(own) for weight, own in zip(weights, each, strict=True))
        half_up, rest = divmod(total, 1_000)
        assert mean == half_up + (rest > 500 or (rest == 500 and half_up % 2 == 1))


def test_a_contribution_is_within_a_point_of_the_members_weighted_ones(loans, model):
    summed = np.zeros((loans.frame.rows, len(model.features)))
    for member, own in zip(model.members, model.document.members, strict=True):
        places = [model.features.index(name) for name in member.features]
        lost = member.score_columns(loans.frame).contributions
        summed[:, places] += own.weight / 1_000 * lost
    difference = model.score_columns(loans.frame).contributions - summed
    assert np.abs(difference).max() <= 1


def test_the_points_follow_the_log_odds(loans, family, model):
    straight = 0.1 + 0.9 * family.decision_function(loans.frame)
    expected = STANDARD.offset - STANDARD.factor * straight
    assert np.abs(model.points_columns(loans.frame) - expected).max() < 4


def test_the_pd_is_the_blends_own(loans, family):
    held_out = family.members_.held_out @ (np.array(family.weights_) / 1_000)
    bent = fit_calibration("beta", held_out, loans.target)
    scored = compiled(loans, family, bent).score_columns(loans.frame)
    expected = bent.pd(family.decision_function(loans.frame))
    assert np.abs(scored.pd_ppm / 1e6 - expected).max() < 0.05
    assert scored.pd_ppm.mean() / 1e6 == pytest.approx(float(expected.mean()), abs=0.003)


def test_the_same_seed_gives_the_same_bytes(loans, model):
    again = compiled(loans, fitted(loans), Calibration("platt", Straight(0.1, 0.9)))
    assert again.content_hash == model.content_hash


def test_the_artifact_gives_the_model_back(loans, model):
    again = load_model(model.to_bytes(), content_hash=model.content_hash)
    assert again.to_bytes() == model.to_bytes()
    assert again.score_row(loans.frame.row(5)) == model.score_row(loans.frame.row(5))
    assert [each["weight"] for each in model.describe()["members"]] == [
        each.weight for each in model.document.members
    ]


def test_weights_lean_to_the_better_member():
    chance = np.random.default_rng(1)
    truth = chance.normal(size=4_000)
    bad = (chance.random(4_000) < 1 / (1 + np.exp(-truth))).astype(np.int64)
    noise = chance.normal(size=4_000)
    few = slice(0, 60)
    less = best_weights(np.column_stack([truth, noise])[few], bad[few], None)
    shares = best_weights(np.column_stack([truth, noise]), bad, None)
    assert less[0] < shares[0]
    assert shares[0] > 0.9
    assert shares.sum() == pytest.approx(1)


class Silent(Logistic):
    """Learns nothing."""

    def fit(self, frame, bad, sample_weight=None):
        raise TrainingRefused("nothing to learn")


def test_a_member_that_learns_nothing_is_left_out(loans, monkeypatch):
    inputs = model_inputs(loans.dictionary, loans.features)
    made = {"woe": Silent, "logistic": Logistic}
    monkeypatch.setattr(
        "ml.training.families.blend.made", lambda name, like: made[name](inputs, seed=1)
    )
    family = BlendFamily(inputs, seed=1, members=("logistic", "woe")).fit(loans.frame, loans.target)
    assert family.weights_ == [1_000]
    assert family.account()["left_out"] == {"woe": "nothing to learn"}
    with pytest.raises(TrainingRefused, match="nothing to learn"):
        BlendFamily(inputs, seed=1, members=("woe",)).fit(loans.frame, loans.target)


@pytest.mark.parametrize("shares", [[1.0], [1 / 3] * 3, [0.9996, 0.0004], [0.0, 1.0]])
def test_thousandths_add_up(shares):
    whole = thousandths(np.array(shares))
    assert sum(whole) == 1_000
    assert max(abs(each / 1_000 - share) for each, share in zip(whole, shares, strict=True)) < 0.001


def test_a_member_without_weight_is_left_out(model):
    one = blend(model.members, [1_000, 0], model.dictionary_hash, STANDARD, model.document.pd)
    assert [each.family for each in one.members] == [model.members[0].family]


def refusal(document: dict, dictionary: str) -> str:
    data = pack(Artifact("blend", dictionary, "json", {}, canonical(document)))
    with pytest.raises(ArtifactRefused) as refused:
        load_model(data)
    return refused.value.code


def embedded(data: bytes) -> str:
    return base64.b64encode(data).decode()


@pytest.fixture(scope="module")
def simple() -> Blend:
    """A blend of one expert's scorecard, small enough to bend in every way."""
    card = table()
    return blend([card], [1_000], card.dictionary_hash, STANDARD, card.document.pd)


@pytest.mark.parametrize(
    ("member", "code"),
    [
        (embedded(b"\x80\x04\x95\x00."), "pickle"),
        (embedded(b"PK\x03\x04joblib"), "pickle"),
        (embedded(b"something else"), "foreign"),
        (embedded(table().to_bytes()[:-1]), "altered"),
        (embedded(table().to_bytes().replace(b"expert", b"exqert", 1)), "altered"),
        (embedded(table(dictionary="sha256:" + "1" * 64).to_bytes()), "other_dictionary"),
        ("not base64!", "malformed"),
        (embedded(table().to_bytes()) + "\n", "malformed"),
    ],
)
def test_a_member_that_could_not_be_loaded_alone_is_refused(simple, member, code):
    document = simple.document.model_dump(mode="json", by_alias=True)
    document["members"] = [{"artifact": member, "weight": 1_000}]
    assert refusal(document, simple.dictionary_hash) == code


def test_a_blend_within_a_blend_is_refused(simple):
    document = simple.document.model_dump(mode="json", by_alias=True)
    document["members"] = [{"artifact": embedded(simple.to_bytes()), "weight": 1_000}]
    assert refusal(document, simple.dictionary_hash) == "malformed"


@pytest.mark.parametrize(
    "change",
    [
        {"members": []},
        {"weight": 999},
        {"pd": [[1, 2], [2, 3]]},
        {"base": {"points": 600}},
        {"extra": 1},
        {"schema": "assay.blend/2"},
    ],
)
def test_a_document_that_is_not_whole_is_refused(simple, change):
    document = simple.document.model_dump(mode="json", by_alias=True)
    weight = change.pop("weight", None)
    if weight is not None:
        document["members"] = [document["members"][0] | {"weight": weight}]
    assert refusal(document | change, simple.dictionary_hash) == "malformed"


def test_every_altered_byte_is_noticed(simple):
    data = simple.to_bytes()
    for position in range(20, len(data), 7):
        altered = data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :]
        with pytest.raises(ArtifactRefused) as refused:
            load_model(altered)
        assert refused.value.code == "altered"


def test_another_dictionary_is_refused(simple):
    with pytest.raises(ArtifactRefused) as refused:
        load_model(simple.to_bytes(), dictionary_hash="sha256:" + "2" * 64)
    assert refused.value.code == "other_dictionary"
    assert unpack(simple.to_bytes(), dictionary_hash=DOCUMENT["dictionary"])


def test_on_held_out_folds_the_weights_are_no_worse_than_equal_ones(loans, family):
    shares = np.array(family.weights_) / 1_000

    def loss(log_odds):
        return float((np.logaddexp(0, log_odds) - loans.target * log_odds).mean())

    held_out = family.members_.held_out
    assert loss(held_out @ shares) <= loss(held_out.mean(axis=1)) + 1e-6
