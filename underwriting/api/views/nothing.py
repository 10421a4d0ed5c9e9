"""An address that is none, answered as the API answers: with a problem."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from tenancy.errors import NotFound


@extend_schema(exclude=True)
class NothingView(APIView):
    """Keyless, for there is nothing to guard."""

    authentication_classes = ()
    permission_classes = ()

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        raise NotFound

    def get(self, request: Request) -> Response:
        """Never reached: `initial` refuses whatever the method."""
        raise NotFound
