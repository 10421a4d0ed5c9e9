"""The OpenAPI document itself, made once in a process."""

from functools import lru_cache
from typing import Any

from drf_spectacular.generators import SchemaGenerator

from underwriting.api.description.hooks import SECURITY

__all__ = ["SECURITY", "openapi_document"]

Document = dict[str, Any]


@lru_cache(maxsize=1)
def openapi_document() -> Document:
    """Everything under /v1/, as `config.settings.rest` says it is finished."""
    generator: Any = SchemaGenerator
    document: Document = generator().get_schema(request=None, public=True)
    return document
