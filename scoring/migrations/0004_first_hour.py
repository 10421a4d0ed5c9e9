from django.db import migrations, models

from tenancy.operations import AddField, WorkKind


class Migration(migrations.Migration):
    dependencies = [("scoring", "0003_challengers")]

    operations = [
        AddField("loanupload", "rejected", models.BinaryField(null=True)),
        AddField("dictionarydraft", "terms", models.JSONField(default=dict)),
        WorkKind(
            "upload_silent",
            "SELECT organization_id, id FROM scoring_loanupload"
            " WHERE status IN ('waiting', 'reading', 'importing')"
            " AND changed_at < now() - interval '3 minutes' ORDER BY changed_at",
            tables=["scoring_loanupload"],
        ),
    ]
