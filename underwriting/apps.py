from django.apps import AppConfig


class UnderwritingConfig(AppConfig):
    name = "underwriting"
    default_auto_field = "django.db.models.BigAutoField"
