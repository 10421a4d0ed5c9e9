"""Every address of the platform."""

from django.contrib import admin
from django.urls import include, path

from config.readiness import livez, readyz

urlpatterns = [
    path("livez", livez),
    path("readyz", readyz),
    path("v1/", include("underwriting.api.urls")),
    path("apply/", include("underwriting.portal.urls")),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler404 = "config.errors.page_not_found"
handler500 = "config.errors.server_error"
