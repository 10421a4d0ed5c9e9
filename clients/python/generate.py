"""Make `assay/generated` from the committed OpenAPI document: `make client`.

The document is cut to what the generated half is for: calls and what they answer. Refusals are
raised by the hand-written half, alike for every call, and free-form objects stay plain dicts.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
DOCUMENT = HERE.parents[1] / "docs" / "api" / "openapi.json"
TEMPLATES = HERE / "templates"
GENERATED = HERE / "assay" / "generated"
STAMP = "document.py"
METHODS = ("get", "post", "put", "patch", "delete")
SETTINGS = """
literal_enums: true
post_hooks: []
content_type_overrides:
  application/x-ndjson: text/plain
  application/vnd.apache.parquet: application/octet-stream
  application/pdf: application/octet-stream
  image/heic: application/octet-stream
  image/jpeg: application/octet-stream
  image/png: application/octet-stream
"""

Document = dict[str, Any]


def generate(into: Path) -> None:
    """Write the package anew, with a stamp of what it was made from."""
    with tempfile.TemporaryDirectory() as scratch:
        document, settings = Path(scratch, "openapi.json"), Path(scratch, "settings.yml")
        whole = json.loads(DOCUMENT.read_text("utf-8"))
        dated = whole["info"]["version"]
        document.write_text(json.dumps(reduced(whole)), "utf-8")
        settings.write_text(SETTINGS, "utf-8")
        tool = [sys.executable, "-m", "openapi_python_client", "generate", "--overwrite"]
        tool += ["--fail-on-warning"]
        tool += ["--path", str(document), "--config", str(settings), "--meta", "none"]
        tool += ["--custom-template-path", str(TEMPLATES), "--output-path", str(into)]
        subprocess.run(tool, check=True, stdout=subprocess.DEVNULL)
    for command in (["check", "-q", "--isolated", "--select=F401,I", "--fix"], ["format", "-q"]):
        options = ["--isolated"] if command[0] == "format" else []
        subprocess.run(
            [sys.executable, "-m", "ruff", *command, *options, "--line-length=100", str(into)],
            check=True,
        )
    said = f'"""What this was made from."""\n\nVERSION = "{dated}"\nSTAMP = "{stamp()}"\n'
    (into / STAMP).write_text(said, "utf-8")


def stamp() -> str:
    """A hash of all that decides what is generated."""
    parts = [DOCUMENT, Path(__file__), *sorted(TEMPLATES.iterdir())]
    found = hashlib.sha256(version("openapi-python-client").encode())
    for part in parts:
        found.update(part.read_bytes())
    return found.hexdigest()


def reduced(document: Document) -> Document:
    """The document without refusals, shared headers and messages that go out."""
    for item in document["paths"].values():
        for method in METHODS:
            if method in item:
                _operation_reduced(item[method])
    schemas = document["components"]["schemas"]
    for schema in schemas.values():
        for member, about in schema.get("properties", {}).items():
            schema["properties"][member] = _plain(about)
    kept = _reached(document["paths"], schemas)
    return {
        "openapi": document["openapi"],
        "info": {"title": "Assay", "version": document["info"]["version"]},
        "paths": document["paths"],
        "components": {
            "schemas": {name: schemas[name] for name in sorted(kept)},
            "securitySchemes": document["components"]["securitySchemes"],
        },
    }


def _operation_reduced(operation: Document) -> None:
    responses = operation["responses"]
    operation["responses"] = {
        status: {name: about for name, about in responses[status].items() if name != "headers"}
        for status in responses
        if status.startswith("2")
    }
    given = operation.get("parameters", [])
    operation["parameters"] = [each for each in given if "$ref" not in each]


def _plain(about: Document) -> Document:
    """A free-form object as anything, so that it stays a dict; a file as the tool knows it."""
    if "contentMediaType" in about:
        return {"type": "string", "format": "binary"}
    free = about.get("type") in ("object", ["object", "null"]) and "properties" not in about
    if not free:
        return about
    return {name: about[name] for name in ("description",) if name in about}


def _reached(place: Any, schemas: Document) -> set[str]:
    """The schemas that are named from here, directly or by way of others."""
    found: set[str] = set()
    waiting = list(_named(place))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _named(schemas[name])
    return found


def _named(place: Any) -> Iterator[str]:
    if isinstance(place, dict):
        if "$ref" in place:
            yield place["$ref"].rpartition("/")[2]
        for inner in place.values():
            yield from _named(inner)
    elif isinstance(place, list):
        for inner in place:
            yield from _named(inner)


def tidied() -> None:
    """One member a line, but no more white space than that."""
    document = json.loads(DOCUMENT.read_text("utf-8"))
    DOCUMENT.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    tidied()
    generate(GENERATED)
