"""Which connectors a product uses now. Call inside `enter`."""

from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, QuerySet

from scoring.models import Product
from tenancy.vault import open_own
from underwriting.models import ConnectorSetting


def settings_in_use(organization_id: UUID, product_id: Any) -> QuerySet[ConnectorSetting]:
    """The newest of each kind, unless that one ended its use."""
    newer = ConnectorSetting.objects.filter(
        organization_id=organization_id,
        product_id=OuterRef("product_id"),
        kind=OuterRef("kind"),
        number__gt=OuterRef("number"),
    )
    return ConnectorSetting.objects.filter(
        ~Exists(newer), organization_id=organization_id, product_id=product_id, enabled=True
    )


def kinds_in_use(organization_id: UUID, product: str) -> ArraySubquery:
    """For an annotation of rows whose column `product` is a product's id: the kinds it asks."""
    used = settings_in_use(organization_id, OuterRef(product))
    return ArraySubquery(used.order_by("kind").values("kind"))


def secret_aad(setting_id: UUID) -> bytes:
    """Where a sealed secret belongs: it opens in no other row."""
    return b"underwriting.connector_setting.secret/" + setting_id.bytes


def secret_of(setting: ConnectorSetting) -> str | None:
    """A vendor's secret, opened to be sent to it and to nobody else."""
    if setting.secret is None:
        return None
    sealed = bytes(setting.secret)
    return open_own(setting.organization_id, sealed, secret_aad(setting.id)).decode()


def kinds_by_product(organization_id: UUID) -> dict[str, list[str]]:
    """Whom each product asks about its applicants, by slug."""
    products = Product.objects.filter(organization_id=organization_id)
    rows = products.annotate(asks=kinds_in_use(organization_id, "id")).order_by("slug")
    return {slug: list(kinds) for slug, kinds in rows.values_list("slug", "asks")}
