"""What a request caused is found by its id."""

from django.db import migrations, models

from tenancy.operations import AddIndex


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0003_webhooks"),
        ("tenancy", "0001_initial"),
    ]

    operations = [
        AddIndex(
            model_name="event",
            index=models.Index(
                condition=models.Q(("request_id__isnull", False)),
                fields=["organization", "request_id"],
                name="event_by_request",
            ),
        ),
    ]
