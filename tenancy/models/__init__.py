from tenancy.models.base import TenantForeignKey, TenantModel
from tenancy.models.organization import Organization

__all__ = ["Organization", "TenantForeignKey", "TenantModel"]
