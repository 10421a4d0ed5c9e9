"""Gates as arithmetic: limits to the last unit, and insufficient data is never passed."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from underwriting.decisioning.gates import (
    GateCode,
    GateResult,
    GateSettings,
    GatesRefused,
    Verdict,
    default_gates,
    judged,
)

BASIS: dict[str, Any] = {
    "decline_without_reason": 0,
    "expected_loss_rate_ppm": [20_000, 20_000],
    "expected_profit_minor": [-1_000, -1_000],
    "referral_minutes": [0, 0],
}
GROUP = {"sex:f": {"ratio_ppm": 800_000, "sufficient": True}}


def said(
    gate: GateCode,
    settings: GateSettings | None = None,
    impact: dict[str, Any] | None = None,
    **basis: Any,
) -> GateResult:
    found = judged(
        settings or default_gates("eu-2026-11-20"),
        {**BASIS, **basis},
        GROUP if impact is None else impact,
    )
    [one] = [each for each in found if each.gate == gate]
    return one


@pytest.mark.parametrize(
    ("gate", "basis", "limit", "passes"),
    [
        (GateCode.LOSS, {"expected_loss_rate_ppm": [20_000, 25_000]}, 25_000, True),
        (GateCode.LOSS, {"expected_loss_rate_ppm": [20_000, 25_001]}, 25_000, False),
        (GateCode.PROFIT, {"expected_profit_minor": [-1_000, -1_050]}, -1_050, True),
        (GateCode.PROFIT, {"expected_profit_minor": [-1_000, -1_051]}, -1_050, False),
        (GateCode.REASONS, {"decline_without_reason": 1}, 0, False),
        (GateCode.REFERRAL_LOAD, {"referral_minutes": [100, 120]}, 120, True),
        (GateCode.REFERRAL_LOAD, {"referral_minutes": [100, 121]}, 120, False),
    ],
)
def test_a_limit_holds_to_the_last_unit(
    gate: GateCode, basis: dict[str, Any], limit: int, passes: bool
) -> None:
    found = said(gate, **basis)
    assert (found.limit, found.verdict == Verdict.PASSED, found.blocks) == (
        limit, passes, not passes,
    )  # fmt: skip


@pytest.mark.parametrize("insufficient", ["warn", "block"])
def test_insufficient_data_is_never_passed(insufficient: str) -> None:
    settings = GateSettings.parse(
        {
            name: {"insufficient": insufficient}
            for name in ("loss", "profit", "referral_load", "adverse_impact")
        }
    )
    few = {**GROUP, "sex:m": {"ratio_ppm": None, "sufficient": False}}
    for gate, given_ in (
        (GateCode.LOSS, {"expected_loss_rate_ppm": [None, None]}),
        (GateCode.LOSS, {"expected_loss_rate_ppm": [None, 20_000]}),
        (GateCode.PROFIT, {"expected_profit_minor": [None, 5]}),
        (GateCode.REFERRAL_LOAD, {"referral_minutes": [None, 5]}),
        (GateCode.ADVERSE_IMPACT, {"impact": few}),
        (GateCode.ADVERSE_IMPACT, {"impact": {}}),
    ):
        found = said(gate, settings, **given_)
        assert found.verdict == Verdict.INSUFFICIENT, gate
        assert found.blocks == (insufficient == "block"), gate


def test_the_worst_group_decides_though_others_are_too_few() -> None:
    impact = {
        **GROUP,
        "age:old": {"ratio_ppm": 799_999, "sufficient": True},
        "age:odd": {"ratio_ppm": 1, "sufficient": False},
    }
    found = said(GateCode.ADVERSE_IMPACT, impact=impact)
    assert (found.verdict, found.value) == (Verdict.FAILED, 799_999)
    assert found.detail == {"group": "age:old", "too_few": ["age:odd"]}


def test_a_ceiling_stands_beside_what_today_is_and_a_gate_may_be_off() -> None:
    settings = GateSettings.parse({"loss": {"at_most_ppm": 21_000}, "profit": None})
    assert said(GateCode.LOSS, settings).limit == 21_000
    assert said(GateCode.LOSS, settings, expected_loss_rate_ppm=[None, 9]).verdict == "passed"
    off = said(GateCode.PROFIT, settings, expected_profit_minor=[9, -9])
    assert (off.verdict, off.blocks) == (Verdict.OFF, False)


@settings(deadline=None, max_examples=60)
@given(
    st.one_of(st.none(), st.integers(-(2**40), 2**40)),
    st.one_of(st.none(), st.integers(-(2**40), 2**40)),
    st.one_of(st.none(), st.integers(0, 10**8)),
)
def test_what_blocks_and_what_passes_never_meet(
    before: int | None, value: int | None, fall: int | None
) -> None:
    gates = GateSettings.parse({"profit": {"fall_ppm": fall}})
    found = said(GateCode.PROFIT, gates, expected_profit_minor=[before, value])
    known = found.value is not None and found.limit is not None
    assert (found.verdict == Verdict.INSUFFICIENT) == (not known)
    if found.value is not None and found.limit is not None:
        assert (found.verdict == Verdict.PASSED) == (found.value >= found.limit)
        assert found.blocks == (found.verdict == Verdict.FAILED)


def test_settings_name_what_is_wrong() -> None:
    for wrong, where in (
        ({"loss": {"rise_ppm": -1}}, "/loss/rise_ppm"),
        ({"luck": {}}, "/luck"),
        ({"backtest_days": 0}, "/backtest_days"),
        ({"adverse_impact": {"insufficient": "pass"}}, "/adverse_impact/insufficient"),
    ):
        with pytest.raises(GatesRefused) as refusal:
            GateSettings.parse(wrong)
        assert refusal.value.problems[0][0] == where
    assert GateSettings.parse(GateSettings().document()) == GateSettings()
