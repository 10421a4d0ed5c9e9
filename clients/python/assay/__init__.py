"""Assay's API from Python.

    from assay import Assay

    with Assay("assay_test_…", base_url="https://assay.example") as assay:
        application = assay.applications.create({...}, wait=10)

`assay.generated` is made from the OpenAPI document: a function for every operation and a class for
every document. This half adds what every caller needs: keys for repeats, retries where they are
safe, pages, refusals as exceptions, waiting, and the check of a webhook's signature.
"""

from assay.client import Assay
from assay.problems import (
    Conflict,
    Forbidden,
    Invalid,
    NotAuthenticated,
    NotFound,
    Problem,
    RateLimited,
    ServerFault,
)
from assay.waiting import TookTooLong
from assay.webhooks import Message, SignatureRefused, verify

__all__ = [
    "Assay",
    "Conflict",
    "Forbidden",
    "Invalid",
    "Message",
    "NotAuthenticated",
    "NotFound",
    "Problem",
    "RateLimited",
    "ServerFault",
    "SignatureRefused",
    "TookTooLong",
    "verify",
]
