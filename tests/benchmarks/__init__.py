"""How fast Assay is, each figure against a baseline in the same run. `make bench` runs all.

A benchmark is a file with one function of the same name, which takes the `Bench` and yields
`Figure`s. Nothing here runs in the usual tests but the frame's own.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")  # as Assay's own processes have it, both sides alike
