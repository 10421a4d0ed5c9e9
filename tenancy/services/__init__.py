from tenancy.services.organizations import organization_advance_clock, organization_create

__all__ = ["organization_advance_clock", "organization_create"]
