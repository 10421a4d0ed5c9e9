"""Naming the rows a model may learn from. Inside the caller's `enter`."""

from django.db import connection

from scoring.models import Dataset, DictionaryVersion, Product
from tenancy.clock import now

_SUMMARY = """SELECT count(*), count(*) FILTER (WHERE outcome = 'good'),
    count(*) FILTER (WHERE outcome = 'bad'), min(applied_on), max(applied_on),
    'sha256:' || encode(sha256(convert_to(coalesce(string_agg(
        concat_ws('|', external_ref, fact_hash, disposition, outcome), E'\\n'
        ORDER BY external_ref COLLATE "C"), ''), 'UTF8')), 'hex')
FROM scoring_pastapplication WHERE organization_id = %s AND product_id = %s"""


def dataset_register(product: Product, dictionary: DictionaryVersion) -> Dataset:
    """The data set that the product's past applications are now; the same rows, the same one.

    The fingerprint is over reference, facts, disposition and outcome of every row.
    """
    with connection.cursor() as cursor:
        cursor.execute(_SUMMARY, [product.organization_id, product.id])
        rows, goods, bads, applied_from, applied_to, fingerprint = cursor.fetchone()
    dataset, _ = Dataset.objects.get_or_create(
        organization_id=product.organization_id,
        product=product,
        fingerprint=fingerprint,
        defaults={
            "dictionary_version": dictionary,
            "rows": rows,
            "goods": goods,
            "bads": bads,
            "applied_from": applied_from,
            "applied_to": applied_to,
            "registered_at": now(product.organization_id),
        },
    )
    return dataset
