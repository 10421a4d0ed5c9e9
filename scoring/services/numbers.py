"""Version numbers: 1, 2, 3 within a product."""

from typing import Any

from django.db.models import Max, QuerySet

from scoring.models import Product


def next_number(versions: QuerySet[Any], product: Product) -> int:
    """The number after the product's last. Two at once: the unique constraint refuses one."""
    highest = versions.filter(organization_id=product.organization_id, product=product).aggregate(
        highest=Max("number")
    )["highest"]
    return (highest or 0) + 1
