from typing import Literal

EventsExportFormat = Literal["json", "ndjson"]

EVENTS_EXPORT_FORMAT_VALUES: set[EventsExportFormat] = {
    "json",
    "ndjson",
}


def check_events_export_format(value: str) -> EventsExportFormat:
    if value in EVENTS_EXPORT_FORMAT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {EVENTS_EXPORT_FORMAT_VALUES!r}")
