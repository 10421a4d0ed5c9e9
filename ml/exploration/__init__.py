"""What is in a data set, looked at from every side before anything learns from it.

`explore` gives one JSON-able document: fields, bins with weight of evidence, how fields go with
each other, how they move over time, segments. Words and charts are the door's.
"""

from ml.exploration.explore import explore

__all__ = ["explore"]
