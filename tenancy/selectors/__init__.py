from tenancy.selectors.organizations import (
    OrganizationRef,
    organization_by_id,
    organization_by_slug,
    organization_current,
)
from tenancy.selectors.work import PendingWork, work_pending

__all__ = [
    "OrganizationRef",
    "PendingWork",
    "organization_by_id",
    "organization_by_slug",
    "organization_current",
    "work_pending",
]
