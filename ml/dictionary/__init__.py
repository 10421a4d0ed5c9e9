"""The data dictionary: the one description of a lender's fields that everything else follows."""

from ml.dictionary.document import Dictionary
from ml.dictionary.entries import Category, Derived, Entry, Field, Group, Reason
from ml.dictionary.problems import DictionaryError, FieldProblem

__all__ = [
    "Category",
    "Derived",
    "Dictionary",
    "DictionaryError",
    "Entry",
    "Field",
    "FieldProblem",
    "Group",
    "Reason",
]
