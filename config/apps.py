"""Django's view of this package, and of the admin site the underwriters work in."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig

from config.celery import app as celery_app


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        """Web and commands know every task too, else a task sent by name ignores eager mode."""
        celery_app.loader.import_default_modules()


class DeskConfig(AdminConfig):
    default_site = "accounts.site.DeskSite"
