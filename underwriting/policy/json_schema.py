"""The published JSON Schema of the policy document, and the file that holds it.

    python -m underwriting.policy.json_schema

writes `schema.json` beside this module. A test keeps the file in step with the document's classes.
What a schema cannot say (types of cells, units, reachability) is said by `check_policy`.
"""

import json
from pathlib import Path
from typing import Any

from underwriting.policy.document import Policy

PUBLISHED = Path(__file__).with_name("schema.json")
DIALECT = "https://json-schema.org/draft/2020-12/schema"


def policy_json_schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of the document, as an editor or another program needs it."""
    return {
        "$schema": DIALECT,
        "$id": "urn:assay:policy:1",
        **Policy.model_json_schema(by_alias=True),
        "title": "Assay policy, version 1",
    }


def schema_text() -> str:
    """The schema as the file holds it."""
    return json.dumps(policy_json_schema(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    PUBLISHED.write_text(schema_text(), encoding="utf-8")
