"""Webhooks reach public hosts by TLS alone; networks named here are for trials on one's own."""

from config.environment import words

ASSAY_WEBHOOK_PORTS = [int(port) for port in words("ASSAY_WEBHOOK_PORTS", "443,8443")]
ASSAY_WEBHOOK_NETWORKS = words("ASSAY_WEBHOOK_NETWORKS")
