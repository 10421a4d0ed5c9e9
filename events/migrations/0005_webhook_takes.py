"""An attempt is what came to an end: workers that die use up none."""

from django.db import migrations, models

from events import webhook_functions
from tenancy.operations import AddConstraint, RemoveConstraint, Statements


class Migration(migrations.Migration):

    dependencies = [
        ('events', '0004_events_by_request'),
        ('tenancy', '0001_initial'),
    ]

    operations = [
        RemoveConstraint(
            model_name='webhookattempt',
            name='webhook_attempt_has_a_number',
        ),
        RemoveConstraint(
            model_name='webhookdelivery',
            name='webhook_delivery_sent_is_an_attempt',
        ),
        AddConstraint(
            model_name='webhookattempt',
            constraint=models.CheckConstraint(condition=models.Q(('number__gte', 1), ('number__lte', 50)), name='webhook_attempt_has_a_number'),
        ),
        AddConstraint(
            model_name='webhookdelivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('status', 'delivered'), _negated=True), ('attempts__gte', 1), _connector='OR'), name='webhook_delivery_delivered_by_an_attempt'),
        ),
        AddConstraint(
            model_name='webhookdelivery',
            constraint=models.CheckConstraint(condition=models.Q(('fence__lte', 50)), name='webhook_delivery_taken_so_often'),
        ),
        Statements(
            [webhook_functions.IN_TURN_BY_FENCE],
            [webhook_functions.IN_TURN],
            "Count who takes a delivery by its fence",
        ),
    ]
