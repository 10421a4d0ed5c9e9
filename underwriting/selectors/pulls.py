"""What others said about an application's parties, as deciding needs it. Call inside `enter`."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from underwriting.connectors.contract import CHECKS, Kind
from underwriting.connectors.reports import Alert
from underwriting.enums import HitCause, HoldCode, Liability, PullResult, PullStatus, Stage
from underwriting.models import Pull, StageResult
from underwriting.selectors.connectors import settings_in_use

CHECK_KINDS = tuple(kind.value for kind in CHECKS)
CLEAR = "clear"
WORST_FIRST = (HitCause.HIT, HitCause.UNAVAILABLE, HitCause.NOT_RUN, CLEAR)
HUSHED = frozenset({Alert.FRAUD_ALERT, Alert.ACTIVE_DUTY, Alert.ADDRESS_DISCREPANCY})
"""Alerts whose hold looks like that of a hit, so that neither gives the other away."""


@dataclass(frozen=True, slots=True)
class Found:
    """One inquiry as it stands; `position` is the party's. A row not there was never made."""

    position: int
    kind: str
    pull_id: UUID | None = None
    status: str | None = None
    result: str | None = None
    alerts: tuple[str, ...] = ()

    @property
    def word(self) -> str:
        """A check's word: clear, hit, unavailable or not_run."""
        if self.status == PullStatus.ANSWERED:
            return CLEAR if self.result == PullResult.CLEAR else HitCause.HIT.value
        return (HitCause.NOT_RUN if self.status is None else HitCause.UNAVAILABLE).value


@dataclass(frozen=True, slots=True)
class PullsRead:
    """Every inquiry that the product asks for, of each party; `settled` once the stage is over."""

    settled: bool
    found: tuple[Found, ...]

    @property
    def checks(self) -> Mapping[str, str] | None:
        """What checks came to, the worst of all parties: `context.checks` of the inputs."""
        words: dict[str, str] = {}
        for each in self.found:
            if each.kind in CHECK_KINDS:
                words[each.kind] = _worse(words.get(each.kind, CLEAR), each.word)
        return words or None

    def standing(self) -> Iterator[tuple[Found, str]]:
        """Checks that do not stand clear, with the cause."""
        for each in self.found:
            if each.kind in CHECK_KINDS and each.word != CLEAR:
                yield each, each.word

    def hold(self) -> HoldCode | None:
        """Why a person decides (R15); hits and alerts before whatever says more."""
        alerts = {alert for each in self.found for alert in each.alerts}
        hit = any(cause == HitCause.HIT for _, cause in self.standing())
        if hit or not HUSHED.isdisjoint(alerts):
            return HoldCode.PERSON_LOOKS
        if Alert.FREEZE in alerts:
            return HoldCode.FILE_FROZEN
        if any(each.status not in (None, PullStatus.ANSWERED) for each in self.found):
            return HoldCode.CHECKS_UNAVAILABLE
        if any(each.kind == Kind.BUREAU and each.status is None for each in self.found):
            return HoldCode.CONSENT_MISSING
        return None


def pulls_read(
    *,
    organization_id: UUID,
    application_id: UUID,
    product_id: UUID,
    parties: Sequence[str],
) -> PullsRead:
    """Three statements; `parties` are the liabilities in order. Whoever owes nothing is checked,
    and no bureau is asked about them."""
    of = {"organization_id": organization_id, "application_id": application_id}
    kinds = set(settings_in_use(organization_id, product_id).values_list("kind", flat=True))
    there = {
        (position, kind): Found(position, kind, pull_id, status, result, tuple(alerts))
        for position, kind, pull_id, status, result, alerts in Pull.objects.filter(**of)
        .order_by("made_at")
        .values_list("party__position", "kind", "id", "status", "result", "alerts")
    }
    wanted = {
        (position, kind)
        for position, liability in enumerate(parties)
        for kind in kinds
        if kind != Kind.BUREAU or liability != Liability.NONE
    }
    settled = StageResult.objects.filter(**of, stage=Stage.PULLS).exists()
    found = [there.get(key) or Found(*key) for key in sorted(wanted | there.keys())]
    return PullsRead(settled, tuple(found))


def _worse(one: str, other: str) -> str:
    return min(one, other, key=WORST_FIRST.index)
