from typing import Literal

BatchesResultsFormat = Literal["csv", "ndjson", "parquet"]

BATCHES_RESULTS_FORMAT_VALUES: set[BatchesResultsFormat] = {
    "csv",
    "ndjson",
    "parquet",
}


def check_batches_results_format(value: str) -> BatchesResultsFormat:
    if value in BATCHES_RESULTS_FORMAT_VALUES:
        return value
    raise TypeError(
        f"Unexpected value {value!r}. Expected one of {BATCHES_RESULTS_FORMAT_VALUES!r}"
    )
