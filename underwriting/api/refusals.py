"""Refusals of our own that parsers raise; apart, because views import parsers first."""

from rest_framework import status
from rest_framework.exceptions import APIException


class BodyTooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "The body is larger than this endpoint takes."
    default_code = "body_too_large"
