from django.db import migrations, models
from tenancy.operations import AddField


class Migration(migrations.Migration):
    dependencies = [("scoring", "0009_pauses")]

    operations = [
        AddField(
            "monitoringplan",
            "pauses",
            models.BooleanField(default=False, verbose_name="paused by a serious alert"),
        ),
    ]
