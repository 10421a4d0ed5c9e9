"""The system check says what a tenant's model must not be."""

import pytest
from django.db import models
from django.test.utils import isolate_apps

from tenancy.model_checks import _problems
from tenancy.models import TenantModel


def codes(model: type[models.Model]) -> set[str]:
    return {problem.id for problem in _problems(model)}


@isolate_apps("tenancy")
def test_a_clean_model_passes():
    class Clean(TenantModel):
        code = models.TextField()

        class Meta:
            app_label = "tenancy"
            constraints = [
                models.UniqueConstraint(name="clean_code", fields=["organization", "code"])
            ]

    assert codes(Clean) == set()


@isolate_apps("tenancy")
def test_each_wrong_thing_is_named():
    class Target(TenantModel):
        class Meta:
            app_label = "tenancy"

    class Wrong(TenantModel):
        code = models.TextField(unique=True)
        name = models.TextField()
        target = models.ForeignKey(Target, models.PROTECT)
        many = models.ManyToManyField(Target, related_name="+")

        class Meta:
            app_label = "tenancy"
            constraints = [models.UniqueConstraint(name="wrong_name", fields=["name"])]

    assert codes(Wrong) == {"tenancy.E001", "tenancy.E002", "tenancy.E003", "tenancy.E004"}


@pytest.mark.parametrize("app", ["tenancy", "events"])
def test_the_models_we_have_pass(app):
    from django.apps import apps

    for model in apps.get_app_config(app).get_models():
        if issubclass(model, TenantModel):
            assert codes(model) == set()
