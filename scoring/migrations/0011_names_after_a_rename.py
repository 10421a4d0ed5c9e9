from django.db import migrations

from tenancy.operations import Statements
from tenancy.row_security import short_name

BEFORE, AFTER = "scoring_promotionrequest", "scoring_modelrequest"
COLUMNS = ("product_id", "model_version_id")


def renamed(before: str, after: str) -> list[str]:
    """A renamed table keeps the old names of its keys and indexes; the way back looks for new."""
    return [
        statement
        for column in COLUMNS
        for statement in (
            f'ALTER TABLE "{AFTER}" RENAME CONSTRAINT "{short_name(before, column, "fk")}"'
            f' TO "{short_name(after, column, "fk")}"',
            f'ALTER INDEX "{short_name(before, column, "idx")}"'
            f' RENAME TO "{short_name(after, column, "idx")}"',
        )
    ]


class Migration(migrations.Migration):
    dependencies = [("scoring", "0010_pausing_alerts")]
    operations = [
        Statements(
            renamed(BEFORE, AFTER),
            renamed(AFTER, BEFORE),
            "Name the keys of requests about models after their table",
        )
    ]
