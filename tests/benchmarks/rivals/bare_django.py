"""Django and nothing else: one view that answers a small JSON object. Served by our gunicorn."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

settings.configure(
    SECRET_KEY="bench",
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF=__name__,
    MIDDLEWARE=["django.middleware.common.CommonMiddleware"],  # it tells the length
    DATABASES={},
)


@csrf_exempt
def answer(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"received": len(request.body), "process": os.getpid()})


urlpatterns = [path("v1/applications", answer)]
application = get_wsgi_application()
