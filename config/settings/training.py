"""What a training may take of the machine, and where trees are grown."""

from config.environment import variable

TRAINING_THREADS = max(1, int(variable("ASSAY_TRAINING_THREADS", "1")))
TRAINING_ENGINE = variable("ASSAY_TRAINING_ENGINE", "local")
TRAINING_CLUSTER = variable("ASSAY_TRAINING_CLUSTER")
