"""Every family there is, found by its file: see `family.py` for what one must bring."""

from collections.abc import Mapping
from functools import lru_cache
from importlib import import_module
from pkgutil import iter_modules

from ml.training.families.family import Family

__all__ = ["Family", "families", "family"]


def family(name: str) -> type[Family]:
    """The family of that name, its file imported now; KeyError where there is none."""
    if name not in names():
        raise KeyError(name)
    module = import_module(f"{__name__}.{name}")
    found: list[type[Family]] = [
        each for each in vars(module).values() if _is_family(each, module.__name__)
    ]
    if len(found) != 1 or found[0].name != name:
        raise TypeError(f"{module.__name__} must hold one family named {name!r}")
    return found[0]


@lru_cache(maxsize=1)
def names() -> tuple[str, ...]:
    """Names of all families, which are those of the files beside this one."""
    beside = (each.name for each in iter_modules(__path__))
    return tuple(sorted(name for name in beside if name not in NO_FAMILY))


def families() -> Mapping[str, type[Family]]:
    """All families, simplest to explain first."""
    found = [family(name) for name in names()]
    return {each.name: each for each in sorted(found, key=lambda each: each.simplicity)}


def _is_family(item: object, module: str) -> bool:
    return isinstance(item, type) and issubclass(item, Family) and item.__module__ == module


NO_FAMILY = frozenset({"family", "design"})
"""Files here that hold no family: the base class, and how columns become a matrix."""
