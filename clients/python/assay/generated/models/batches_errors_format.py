from typing import Literal

BatchesErrorsFormat = Literal["csv", "ndjson"]

BATCHES_ERRORS_FORMAT_VALUES: set[BatchesErrorsFormat] = {
    "csv",
    "ndjson",
}


def check_batches_errors_format(value: str) -> BatchesErrorsFormat:
    if value in BATCHES_ERRORS_FORMAT_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BATCHES_ERRORS_FORMAT_VALUES!r}")
