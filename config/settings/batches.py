"""Batches: how files of applications are cut, and from where they may be fetched."""

from config.environment import variable

ASSAY_BATCH_MAX_ROWS = int(variable("ASSAY_BATCH_MAX_ROWS", "5000000"))
ASSAY_BATCH_CHUNK_ROWS = int(variable("ASSAY_BATCH_CHUNK_ROWS", "10000"))
# Chunks of one batch that are asked for at once: as many workers can share it.
ASSAY_BATCH_LANES = int(variable("ASSAY_BATCH_LANES", "16"))
# Where references may lead, separated by blanks, such as s3://inbox/{organization}/{partner}/
# (with {partner}: for that partner's keys). Credentials and region are the environment's;
# `?region=…` behind an entry goes before. Without an entry nothing is fetched from anywhere.
ASSAY_BATCH_SOURCES = variable("ASSAY_BATCH_SOURCES").split()
