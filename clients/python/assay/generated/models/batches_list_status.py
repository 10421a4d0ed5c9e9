from typing import Literal

BatchesListStatus = Literal["cancelled", "deciding", "done", "failed", "reading", "waiting"]

BATCHES_LIST_STATUS_VALUES: set[BatchesListStatus] = {
    "cancelled",
    "deciding",
    "done",
    "failed",
    "reading",
    "waiting",
}


def check_batches_list_status(value: str) -> BatchesListStatus:
    if value in BATCHES_LIST_STATUS_VALUES:
        return value
    raise TypeError(f"Unexpected value {value!r}. Expected one of {BATCHES_LIST_STATUS_VALUES!r}")
