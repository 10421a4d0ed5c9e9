"""Reports as they were seen, opened; and what a notice must say of one. Call inside `enter`."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from tenancy.vault import open_sealed
from underwriting.connectors.contract import Kind
from underwriting.connectors.reports import (
    MOST_FACTORS,
    BureauReport,
    CheckReport,
    Factor,
    Score,
    report_parse,
)
from underwriting.connectors.settings import Agency, ConnectorSettings
from underwriting.enums import PullStatus
from underwriting.models import Pull

FACTORS_SHOWN = 4
INQUIRIES = "inquir"


@dataclass(frozen=True, slots=True)
class Disclosure:
    """Section 615(a) of the FCRA (15 USC 1681m(a)), of one consumer report that was used (R11).

    `score` is None where the report had none: a notice then leaves those lines out. `factors` are
    the agency's own, at most four in its order, and inquiries as a fifth where they counted. Not
    to be mixed with the decision's reasons: they are two lists. A notice goes to each party whose
    report it was (R6); what came from somebody who is no agency is told on request (R12).
    """

    position: int
    agency: Agency
    reported_on: str
    score: Score | None
    factors: tuple[Factor, ...]


def pulls_of(organization_id: UUID, application_id: UUID) -> list[Pull]:
    """Every inquiry of an application, with what opening it takes."""
    return list(
        Pull.objects.filter(organization_id=organization_id, application_id=application_id)
        .select_related("setting", "customer", "party")
        .order_by("party__position", "kind", "made_at")
    )


def report_of(pull: Pull) -> BureauReport | CheckReport | None:
    """The report as it was seen; None where none came, and once the person is erased."""
    key = pull.customer.wrapped_key
    if pull.sealed is None or key is None:
        return None
    body = open_sealed(pull.organization_id, bytes(key), bytes(pull.sealed), report_aad(pull.id))
    return report_parse(body)


def report_aad(pull_id: UUID) -> bytes:
    """Where a sealed report belongs: it opens in no other row."""
    return b"underwriting.pull.sealed/" + pull_id.bytes


def disclosures(organization_id: UUID, application_id: UUID) -> list[Disclosure]:
    """What notices of this application must say of the consumer reports that were used."""
    found = []
    for pull in pulls_of(organization_id, application_id):
        if pull.kind != Kind.BUREAU or pull.status != PullStatus.ANSWERED:
            continue
        report, agency = report_of(pull), ConnectorSettings.parse(pull.setting.document).agency
        if isinstance(report, BureauReport) and agency is not None:
            score = report.score
            factors = key_factors(score.factors) if score else ()
            found.append(
                Disclosure(pull.party.position, agency, report.reported_on, score, factors)
            )
    return found


def key_factors(given: Sequence[Factor]) -> tuple[Factor, ...]:
    """The first four in the agency's order; a fifth only where it is the inquiries."""
    first, rest = tuple(given[:FACTORS_SHOWN]), given[FACTORS_SHOWN:MOST_FACTORS]
    return (*first, *(each for each in rest if INQUIRIES in each.text.casefold()))
