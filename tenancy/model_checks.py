"""System checks: a tenant's model says nothing that the database could not hold per tenant."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Error, Tags, register
from django.db.models import ForeignKey, Model, UniqueConstraint

from tenancy.models import Organization, TenantForeignKey, TenantModel


@register(Tags.models)
def check_tenant_models(app_configs: Sequence[AppConfig] | None, **_: Any) -> list[CheckMessage]:
    configs = app_configs or list(apps.get_app_configs())
    models = [model for config in configs for model in config.get_models()]
    return [
        problem
        for model in models
        if issubclass(model, TenantModel)
        for problem in _problems(model)
    ]


def _problems(model: type[Model]) -> Iterator[CheckMessage]:
    for field in model._meta.local_fields:
        if field.unique and not field.primary_key:
            yield _error(field, "unique across tenants: use UniqueConstraint", "tenancy.E001")
        if isinstance(field, ForeignKey) and _unguarded(field):
            yield _error(field, "points at a tenant's row: use TenantForeignKey", "tenancy.E002")
    for many in model._meta.local_many_to_many:
        yield _error(many, "an automatic table knows no tenant: make a model", "tenancy.E003")
    for constraint in model._meta.constraints:
        if isinstance(constraint, UniqueConstraint) and not _begins_with_tenant(constraint):
            message = f"{constraint.name} must begin with organization: it would tell of others"
            yield Error(message, obj=model, id="tenancy.E004")


def _unguarded(field: Any) -> bool:
    target = field.related_model
    tenants = isinstance(target, type) and issubclass(target, TenantModel)
    return tenants and target is not Organization and not isinstance(field, TenantForeignKey)


def _begins_with_tenant(constraint: UniqueConstraint) -> bool:
    first = next(iter(constraint.fields), None)
    if first is None and constraint.expressions:
        first = getattr(constraint.expressions[0], "name", None)
    return first in {"organization", "organization_id"}


def _error(field: Any, message: str, code: str) -> Error:
    return Error(message, obj=field, id=code)
