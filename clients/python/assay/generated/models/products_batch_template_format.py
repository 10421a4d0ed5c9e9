from typing import Literal

ProductsBatchTemplateFormat = Literal["csv", "ndjson"]

PRODUCTS_BATCH_TEMPLATE_FORMAT_VALUES: set[ProductsBatchTemplateFormat] = {
    "csv",
    "ndjson",
}


def check_products_batch_template_format(value: str) -> ProductsBatchTemplateFormat:
    if value in PRODUCTS_BATCH_TEMPLATE_FORMAT_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {PRODUCTS_BATCH_TEMPLATE_FORMAT_VALUES!r}"
    )
