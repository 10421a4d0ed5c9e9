"""What a training may take of the machine: it must never starve deciding."""

from config.environment import variable

TRAINING_THREADS = max(1, int(variable("ASSAY_TRAINING_THREADS", "1")))
