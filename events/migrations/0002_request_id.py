"""An event says which request caused it, beside what is hashed."""

from django.db import migrations, models

from events import chain_functions
from tenancy.operations import AddConstraint, AddField, Statements


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0001_initial'),
        ('tenancy', '0001_initial'),
    ]

    operations = [
        AddField(
            model_name='event',
            name='request_id',
            field=models.TextField(null=True),
        ),
        AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(('request_id__isnull', True), ('request_id__regex', '^[A-Za-z0-9_.-]{8,64}$'), _connector='OR'), name='event_request_id_formed'),
        ),
        Statements(
            chain_functions.NAME_THE_REQUEST,
            chain_functions.NAME_NO_REQUEST,
            "Take the request's id with an event",
        ),
    ]
