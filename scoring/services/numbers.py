"""Version numbers: 1, 2, 3 within a product."""

from typing import Any

from django.db.models import Max, QuerySet

from scoring.models import Product


def next_number(versions: QuerySet[Any], product: Product) -> int:
    """The number after the product's last.

    Locks the product until the caller's transaction ends, so that two publications at once come
    one after the other; the unique constraints would refuse the second in any case.
    """
    own = {"organization_id": product.organization_id}
    Product.objects.select_for_update().get(**own, id=product.id)
    highest = versions.filter(**own, product=product).aggregate(highest=Max("number"))["highest"]
    return (highest or 0) + 1
