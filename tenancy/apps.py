from celery import signals
from django.apps import AppConfig
from django.db.backends.signals import connection_created
from django.db.models.signals import post_migrate


class TenancyConfig(AppConfig):
    name = "tenancy"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from tenancy import checks, global_tables, model_checks  # noqa: F401 - registers

        connection_created.connect(checks.check_new_connection)
        signals.worker_init.connect(checks.stop_unless_application)
        signals.beat_init.connect(checks.stop_unless_application)
        post_migrate.connect(global_tables.grant_global_tables, sender=self)
