"""From settings to the connector that they name."""

from collections.abc import Collection

from underwriting.connectors.contract import Connector
from underwriting.connectors.http_json import HttpJson
from underwriting.connectors.settings import STUB, ConnectorSettings
from underwriting.connectors.stub import Stub


def connector_of(
    settings: ConnectorSettings, *, secret: str | None, private_hosts: Collection[str] = ()
) -> Connector:
    """The connector of these settings; `secret` as it was opened, None where none is kept."""
    if settings.connector == STUB:
        return Stub()
    return HttpJson(settings, secret=secret, private_hosts=private_hosts)
