"""The checks of a policy against what it would decide with now, inside the caller's `enter`."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from scoring.selectors.products import product_version_in_force
from tenancy.clock import now
from tenancy.selectors import organization_current
from underwriting.models import PolicyVersion
from underwriting.policy.cases import run_test_cases
from underwriting.policy.checks import check_policy
from underwriting.policy.document import Policy
from underwriting.policy.lookup_checks import lookup_findings
from underwriting.regulation import pack
from underwriting.selectors.gates import gates_in_force
from underwriting.selectors.lookups import lists_held
from underwriting.selectors.terms import dictionary


def policy_findings(organization_id: UUID, version: PolicyVersion) -> list[dict[str, Any]]:
    """Everything wrong or doubtful: the static checks, then each test case that fails."""
    product = product_version_in_force(organization_id, version.product_id, now(organization_id))
    fields = dictionary(organization_id, product.dictionary_version.content_hash)
    organization = organization_current()
    rules = pack(organization.regulation_pack)
    policy = Policy.parse(version.document)
    given = product.document.encode()
    found = [
        finding._asdict()
        for finding in (
            *check_policy(
                policy,
                fields,
                product=given,
                pack=rules,
                languages=tuple(organization.languages),
                proxies=gates_in_force(organization_id, version.product_id).settings.proxies,
            ),
            *lookup_findings(policy, fields, lists_held(organization_id)),
        )
    ]
    if has_errors(found):
        return found
    return found + [
        {
            "severity": "error",
            "code": "test_failed",
            "pointer": "/tests",
            "message": f"{case.name}: expected {_told(case.expected)}, found {_told(case.found)}",
            "rule_set": None,
            "row": None,
        }
        for case in run_test_cases(policy, fields, given, rules)
        if not case.passed
    ]


def _told(outcome: Mapping[str, Any]) -> str:
    """`outcome refer, band B`: what a test case expects, or found, in words."""
    return ", ".join(f"{name} {_listed(value)}" for name, value in outcome.items())


def _listed(value: Any) -> str:
    return " and ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def checked_against(organization_id: UUID, version: PolicyVersion) -> dict[str, Any]:
    """What a check made now rests on: when any of it changes, the check has to be made anew."""
    product = product_version_in_force(organization_id, version.product_id, now(organization_id))
    return {
        "dictionary": product.dictionary_version.content_hash,
        "product": product.content_hash,
        "pack": organization_current().regulation_pack,
    }


def has_errors(findings: list[dict[str, Any]]) -> bool:
    return any(finding["severity"] == "error" for finding in findings)
