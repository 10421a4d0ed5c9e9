"""The leakage alarm: fields that know the outcome, searched for before anything learns.

`search` gives a `Leakage` with findings in codes and figures; words are the door's.
"""

from ml.leakage.finding import Code, Finding, Leakage, blocking
from ml.leakage.search import search

__all__ = ["Code", "Finding", "Leakage", "blocking", "search"]
