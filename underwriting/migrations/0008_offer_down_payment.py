from django.db import migrations, models
from django.db.models import Q

from tenancy.operations import AddConstraint, AddField


class Migration(migrations.Migration):

    dependencies = [("underwriting", "0007_approval_paths")]

    operations = [
        AddField(
            model_name="offer",
            name="down_payment",
            field=models.BigIntegerField(null=True),
        ),
        AddConstraint(
            model_name="offer",
            constraint=models.CheckConstraint(
                condition=Q(down_payment__isnull=True) | Q(down_payment__gte=0),
                name="offer_down_payment_not_negative",
            ),
        ),
    ]
