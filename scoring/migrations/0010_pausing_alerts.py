from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("scoring", "0009_pauses")]

    operations = [
        migrations.AddField(
            "monitoringplan",
            "pauses",
            models.BooleanField(default=False, verbose_name="paused by a serious alert"),
        ),
    ]
