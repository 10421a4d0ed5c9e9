"""What every tenant's row has, and how one points at another."""

from typing import Any

from django.db import models

from tenancy.ids import new_id


class TenantForeignKey(models.ForeignKey[Any, Any]):
    """A reference from a tenant's row to a row of the same tenant.

    Django's own constraint would look at the id alone; the real one is the composite
    (organization_id, x_id) -> (organization_id, id), made with its index by `TenantTable`.
    """

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        kwargs["db_index"] = False
        super().__init__(to, on_delete, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_constraint", None)
        kwargs.pop("db_index", None)
        return name, path, args, kwargs


class TenantModel(models.Model):
    """A row of one organization.

    Its migration must follow the model with `tenancy.operations.TenantTable`, which makes the
    primary key (organization_id, id) and switches row-level security on.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organization = models.ForeignKey(
        "tenancy.Organization",
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,  # the primary key begins with it
        editable=False,
    )

    class Meta:
        abstract = True
