from django.apps import AppConfig


class UnderwritingConfig(AppConfig):
    name = "underwriting"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from events.webhooks.registry import concerns
        from underwriting.selectors.partners_behind import (
            partners_of_applications,
            partners_of_batches,
        )

        concerns("application", partners_of_applications)
        concerns("batch", partners_of_batches)
