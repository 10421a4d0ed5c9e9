"""Where this installation lets messages go."""

import ipaddress

from django.conf import settings

from events.webhooks.receivers import Rules


def rules_now() -> Rules:
    """Ports of public hosts, and the networks that the operator has named for trials."""
    networks = tuple(ipaddress.ip_network(each) for each in settings.ASSAY_WEBHOOK_NETWORKS)
    return Rules(ports=frozenset(settings.ASSAY_WEBHOOK_PORTS), networks=networks)
