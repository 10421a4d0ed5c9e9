"""From a file nobody prepared to a profile of its columns, and to a dictionary proposed from it."""

from ml.profiling.column import ColumnProfile
from ml.profiling.dialect import Dialect, Unreadable, dialect_of
from ml.profiling.findings import Finding
from ml.profiling.profile import Profile, profile
from ml.profiling.spelling import Spelling
from ml.profiling.table import Block, TextTable

__all__ = [
    "Block",
    "ColumnProfile",
    "Dialect",
    "Finding",
    "Profile",
    "Spelling",
    "TextTable",
    "Unreadable",
    "dialect_of",
    "profile",
]
