from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from accounts.selectors.contacts import connection_contacts
        from events.webhooks.registry import answers_for

        answers_for(connection_contacts)
