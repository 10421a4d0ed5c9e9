"""How answers that are no JSON document say what they are."""

from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import JSONRenderer


class LinesRenderer(JSONRenderer):
    """A stream of lines; a refusal before it begins is a problem in JSON as everywhere."""

    media_type = "application/x-ndjson"
    format = "ndjson"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return super().render(data, "application/json", renderer_context)
