"""Which codes an API request can be refused with, read off the source: from the views, function by
function, along every name they use, to each refusal that is raised with a code."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from config.home import PROJECT

ROOMS = ("tenancy", "events", "accounts", "scoring", "underwriting")
Place = tuple[str, str]
"""A module and a name in it."""


def codes_reached() -> dict[str, str]:
    """Every code that a view's functions may raise, and the module that does."""
    found: dict[str, str] = {}
    seen: set[Place] = set()
    waiting = [(module, name) for module in _views() for name in _definitions(module)]
    while waiting:
        place = waiting.pop()
        if place in seen:
            continue
        seen.add(place)
        node = _definitions(place[0]).get(place[1])
        if node is None:
            continue
        for code in _codes(node):
            found.setdefault(code, place[0])
        waiting += _used(place[0], node)
    return found


def _views() -> list[str]:
    files = (PROJECT / "underwriting" / "api").rglob("*.py")
    return [_module(file) for file in files if file.parent.name != "schemas"]


def _module(file: Path) -> str:
    return ".".join(file.relative_to(PROJECT).with_suffix("").parts).removesuffix(".__init__")


def _codes(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Call) and _refusal(each.func):
            yield from (
                str(word.value.value)
                for word in each.keywords
                if word.arg == "code" and isinstance(word.value, ast.Constant)
            )
        if isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) == "default_code":
            yield str(ast.literal_eval(each.value))


def _refusal(function: ast.expr) -> bool:
    return ast.unparse(function) in {
        "Conflict", "NotFound", "Forbidden", "DomainError", "Invalid", "APIException",
        "BundleRefused", "RefusedWrite",
    }  # fmt: skip


def _used(module: str, node: ast.AST) -> list[Place]:
    imports, own = _imports(module), _definitions(module)
    places: list[Place] = []
    for each in ast.walk(node):
        if isinstance(each, ast.Name):
            if each.id in own:
                places.append((module, each.id))
            elif each.id in imports:
                places.append(imports[each.id])
        if isinstance(each, ast.Attribute) and isinstance(each.value, ast.Name):
            whole = imports.get(each.value.id)
            if whole is not None:
                places.append((f"{whole[0]}.{whole[1]}".removesuffix("."), each.attr))
    return [_home(place) for place in places]


def _home(place: Place) -> Place:
    """Where a name is defined that a package only passes on."""
    module, name = place
    if name in _definitions(module):
        return place
    return _imports(module).get(name, place)


@cache
def _tree(module: str) -> ast.Module:
    path = PROJECT.joinpath(*module.split("."))
    for file in (path.with_suffix(".py"), path / "__init__.py"):
        if module.split(".", 1)[0] in ROOMS and file.is_file():
            return ast.parse(file.read_text("utf-8"))
    return ast.Module([], [])


@cache
def _definitions(module: str) -> dict[str, ast.AST]:
    return {
        node.name: node
        for node in _tree(module).body
        if isinstance(node, ast.FunctionDef | ast.ClassDef)
    }


@cache
def _imports(module: str) -> dict[str, Place]:
    return {
        alias.asname or alias.name: (node.module or "", alias.name)
        for node in ast.walk(_tree(module))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
