from django.apps import AppConfig


class UnderwritingConfig(AppConfig):
    name = "underwriting"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from underwriting.selectors import partners_behind

        partners_behind.register()
