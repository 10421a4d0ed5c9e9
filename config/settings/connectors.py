"""Connectors reach public hosts by TLS alone, but for those that the operator names here."""

from config.environment import words

ASSAY_CONNECTOR_PRIVATE_HOSTS = words("ASSAY_CONNECTOR_PRIVATE_HOSTS")
