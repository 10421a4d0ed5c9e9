"""Gates: what a backtest must show before its policy may be published. Pure arithmetic.

Every figure is whole: rates and ratios in parts per million, money in minor units of the product's
currency, referral load in minutes of underwriters' work. Where a figure is missing or too few
people stand behind it, a gate is *insufficient*, which is never *passed*.

Sources of the defaults: four fifths, 29 CFR 1607.4(D), the customary first look at adverse impact;
no adverse action without its reasons, 12 CFR 1002.9(b)(2). The others are a beginning that every
lender replaces by its own appetite.
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic import Field as Described

PPM = 1_000_000
Ppm = Annotated[int, Described(ge=0, le=PPM)]
Share = Annotated[int, Described(ge=0, le=100 * PPM)]
Days = Annotated[int, Described(ge=1, le=366)]
Insufficient = Literal["warn", "block"]


class GateCode(StrEnum):
    LOSS = "loss"
    PROFIT = "profit"
    REASONS = "reasons"
    REFERRAL_LOAD = "referral_load"
    ADVERSE_IMPACT = "adverse_impact"


class Verdict(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    INSUFFICIENT = "insufficient"
    OFF = "off"


class Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class LossGate(Part):
    """The expected loss rate: at most this far above the policy in force, at most so high."""

    rise_ppm: Ppm | None = 5_000
    at_most_ppm: Ppm | None = None
    insufficient: Insufficient = "warn"


class ProfitGate(Part):
    """Expected profit: at most this share of the present one lost, never below so much."""

    fall_ppm: Share | None = 50_000
    at_least_minor: int | None = None
    insufficient: Insufficient = "warn"


class ReasonsGate(Part):
    """Declines that could give no reason."""

    at_most: int = Described(default=0, ge=0, le=1_000_000)


class LoadGate(Part):
    """Underwriters' work over the whole backtest: so much more than now, at most so many hours."""

    rise_ppm: Share | None = 200_000
    at_most_hours: int | None = Described(default=None, ge=0, le=100_000_000)
    insufficient: Insufficient = "warn"


class ImpactGate(Part):
    """The lowest approval ratio of any group with enough people against the best one."""

    at_least_ppm: Ppm = 800_000
    insufficient: Insufficient = "warn"


class GateSettings(Part):
    """One lender's gates for one product; a gate that is null is off."""

    loss: LossGate | None = LossGate()
    profit: ProfitGate | None = ProfitGate()
    reasons: ReasonsGate | None = ReasonsGate()
    referral_load: LoadGate | None = LoadGate()
    adverse_impact: ImpactGate | None = ImpactGate()
    backtest_days: Days = 30
    exception_days: Days = 180
    proxies: tuple[str, ...] = ()

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> "GateSettings":
        """Raises GatesRefused, which names every place that is wrong."""
        given = {**data, "proxies": tuple(data.get("proxies", ()))}
        try:
            return cls.model_validate(given)
        except ValidationError as error:
            raise GatesRefused(
                [
                    ("/" + "/".join(str(part) for part in each["loc"]), each["msg"])
                    for each in error.errors(include_url=False)
                ]
            ) from error

    def document(self) -> dict[str, Any]:
        return self.model_dump(mode="json")


class GatesRefused(ValueError):
    """`problems`: pairs of JSON pointer and words."""

    def __init__(self, problems: list[tuple[str, str]]) -> None:
        self.problems = problems
        super().__init__("; ".join(f"{where}: {words}" for where, words in problems))


BY_LAW: Mapping[str, Mapping[str, Any]] = {
    "us": {"adverse_impact": {"at_least_ppm": 800_000, "insufficient": "warn"}},
    "eu": {"adverse_impact": {"at_least_ppm": 800_000, "insufficient": "warn"}},
    "br": {"adverse_impact": {"at_least_ppm": 800_000, "insufficient": "warn"}},
}
"""What each jurisdiction's packs begin with, by the first part of the pack's name."""


def default_gates(pack_id: str) -> GateSettings:
    """The gates of a lender that has set none, by its regulation pack (`us-2026-11`)."""
    return GateSettings.parse(BY_LAW.get(pack_id.partition("-")[0], {}))


class GateResult(NamedTuple):
    """`value` against `limit`, `before` of the policy in force; None where not known."""

    gate: GateCode
    verdict: Verdict
    blocks: bool
    comparison: Literal["at_most", "at_least"]
    value: int | None
    limit: int | None
    before: int | None
    detail: Mapping[str, Any]


def judged(
    settings: GateSettings, basis: Mapping[str, Any], impact: Mapping[str, Any]
) -> list[GateResult]:
    """Every gate's result, in the order of GateCode.

    basis: {"decline_without_reason": n, "expected_loss_rate_ppm": [now, then],
    "expected_profit_minor": [now, then], "referral_minutes": [now, then]}, None where unknown.
    impact: {group: {"ratio_ppm": int | None, "n": int, "sufficient": bool}}.
    """
    return [
        _loss(settings.loss, basis),
        _profit(settings.profit, basis),
        _reasons(settings.reasons, basis),
        _load(settings.referral_load, basis),
        _impact(settings.adverse_impact, impact),
    ]


def _loss(gate: LossGate | None, basis: Mapping[str, Any]) -> GateResult:
    before, value = _pair(basis, "expected_loss_rate_ppm")
    if gate is None:
        return _off(GateCode.LOSS, value, before)
    risen = None if gate.rise_ppm is None or before is None else before + gate.rise_ppm
    limit = _strictest(min, risen, gate.at_most_ppm)
    return _compared(GateCode.LOSS, "at_most", value, limit, before, gate.insufficient)


def _profit(gate: ProfitGate | None, basis: Mapping[str, Any]) -> GateResult:
    before, value = _pair(basis, "expected_profit_minor")
    if gate is None:
        return _off(GateCode.PROFIT, value, before, "at_least")
    fallen = (
        None
        if gate.fall_ppm is None or before is None
        else before - abs(before) * gate.fall_ppm // PPM
    )
    limit = _strictest(max, fallen, gate.at_least_minor)
    return _compared(GateCode.PROFIT, "at_least", value, limit, before, gate.insufficient)


def _reasons(gate: ReasonsGate | None, basis: Mapping[str, Any]) -> GateResult:
    value = basis.get("decline_without_reason")
    if gate is None:
        return _off(GateCode.REASONS, value, None)
    return _compared(GateCode.REASONS, "at_most", value, gate.at_most, None, "block")


def _load(gate: LoadGate | None, basis: Mapping[str, Any]) -> GateResult:
    before, value = _pair(basis, "referral_minutes")
    if gate is None:
        return _off(GateCode.REFERRAL_LOAD, value, before)
    risen = (
        None if gate.rise_ppm is None or before is None else before + before * gate.rise_ppm // PPM
    )
    most = None if gate.at_most_hours is None else gate.at_most_hours * 60
    limit = _strictest(min, risen, most)
    return _compared(GateCode.REFERRAL_LOAD, "at_most", value, limit, before, gate.insufficient)


def _impact(gate: ImpactGate | None, impact: Mapping[str, Any]) -> GateResult:
    enough = {
        group: found
        for group, found in impact.items()
        if found.get("sufficient") and found.get("ratio_ppm") is not None
    }
    worst = min(enough, key=lambda group: (enough[group]["ratio_ppm"], group), default=None)
    value = None if worst is None else int(enough[worst]["ratio_ppm"])
    detail = {"group": worst, "too_few": sorted(set(impact) - set(enough))}
    if gate is None:
        return _off(GateCode.ADVERSE_IMPACT, value, None, "at_least")._replace(detail=detail)
    found = _compared(
        GateCode.ADVERSE_IMPACT, "at_least", value, gate.at_least_ppm, None, gate.insufficient
    )
    if found.verdict == Verdict.PASSED and detail["too_few"]:
        blocks = gate.insufficient == "block"
        found = found._replace(verdict=Verdict.INSUFFICIENT, blocks=blocks)
    return found._replace(detail=detail)


def _pair(basis: Mapping[str, Any], name: str) -> tuple[int | None, int | None]:
    before, value = basis.get(name) or (None, None)
    return before, value


def _strictest(choose: Any, *limits: int | None) -> int | None:
    known = [limit for limit in limits if limit is not None]
    return choose(known) if known else None


def _compared(
    gate: GateCode,
    comparison: Literal["at_most", "at_least"],
    value: int | None,
    limit: int | None,
    before: int | None,
    insufficient: Insufficient,
) -> GateResult:
    if value is None or limit is None:
        blocks = insufficient == "block"
        return GateResult(gate, Verdict.INSUFFICIENT, blocks, comparison, value, limit, before, {})
    passed = value <= limit if comparison == "at_most" else value >= limit
    verdict = Verdict.PASSED if passed else Verdict.FAILED
    return GateResult(gate, verdict, not passed, comparison, value, limit, before, {})


def _off(
    gate: GateCode,
    value: int | None,
    before: int | None,
    comparison: Literal["at_most", "at_least"] = "at_most",
) -> GateResult:
    return GateResult(
        gate, Verdict.OFF, blocks=False, comparison=comparison, value=value, limit=None,
        before=before, detail={},
    )  # fmt: skip
