"""What a policy of a product is checked against now. Call inside `enter`."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from ml.dictionary import Dictionary
from scoring.selectors.products import product_version_in_force
from tenancy.clock import now
from tenancy.selectors import organization_current
from underwriting.decisioning.inputs import InputsRefused
from underwriting.decisioning.product import Product
from underwriting.decisioning.rules import rule_inputs
from underwriting.policy.case_coverage import Coverage, coverage
from underwriting.policy.cases import CaseResult, case_document, run_test_cases
from underwriting.policy.checks import check_policy
from underwriting.policy.document import Policy, TestCase
from underwriting.policy.findings import Finding
from underwriting.policy.inputs import Input
from underwriting.policy.lookup_checks import lookup_findings
from underwriting.regulation import Pack, pack
from underwriting.selectors.gates import gates_in_force
from underwriting.selectors.lookups import lists_held
from underwriting.selectors.terms import dictionary


@dataclass(frozen=True, slots=True)
class Ground:
    """The product in force, its dictionary, the lender's law and languages."""

    dictionary: Dictionary
    product: Product
    pack: Pack
    languages: Sequence[str]
    lists: Mapping[str, str]
    """The lender's lists by code, with what each holds."""
    proxies: tuple[str, ...]
    """Fields that the product's gates name as standing for a prohibited basis."""

    def inputs(self, policy: Policy) -> Mapping[str, Input]:
        """Everything a rule of this policy may read."""
        return rule_inputs(policy, self.dictionary, self.product)

    def findings(self, policy: Policy) -> list[Finding]:
        """What the static checks say."""
        return [
            *check_policy(
                policy,
                self.dictionary,
                self.product,
                pack=self.pack,
                languages=self.languages,
                proxies=self.proxies,
            ),
            *lookup_findings(policy, self.dictionary, self.lists),
        ]

    def cases(self, policy: Policy) -> list[CaseResult]:
        """The results of the policy's own test cases."""
        return run_test_cases(policy, self.dictionary, self.product, self.pack)

    def coverage(self, policy: Policy) -> Coverage:
        """Which rules the test cases reach; a case that cannot be decided reaches none."""
        decided = {}
        for case in policy.tests:
            with suppress(InputsRefused):
                decided[case.name] = self.tried(policy, case)
        return coverage(policy, decided)

    def tried(self, policy: Policy, case: TestCase) -> dict[str, Any]:
        """The decision of one case. Raises InputsRefused."""
        return case_document(case, policy, self.dictionary, self.product, self.pack)


def ground_of(organization_id: UUID, product_id: UUID) -> Ground:
    """NotFound while the product is not published."""
    version = product_version_in_force(organization_id, product_id, now(organization_id))
    organization = organization_current()
    return Ground(
        dictionary=dictionary(organization_id, version.dictionary_version.content_hash),
        product=Product.parse(version.document.encode()),
        pack=pack(organization.regulation_pack),
        languages=tuple(organization.languages),
        lists=lists_held(organization_id),
        proxies=gates_in_force(organization_id, product_id).settings.proxies,
    )
