"""An address that is none, answered as the API answers: with a problem."""

from contextlib import suppress
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenancy.errors import Forbidden, NotFound


@extend_schema(exclude=True)
class NothingView(APIView):
    """For everybody, for there is nothing to guard; but who has a key finds the request in the
    log, and uses up its rate."""

    permission_classes = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        with suppress(AuthenticationFailed, Forbidden):
            self.perform_authentication(request)
            self.check_throttles(request)
        raise NotFound

    def get(self, request: Request) -> Response:
        """Never reached: `initial` refuses whatever the method."""
        raise NotFound
