"""The site, and a page that shows every kind of chart."""

from django.contrib import admin
from django.http import HttpRequest
from django.template.response import TemplateResponse
from django.urls import path

from config.urls import *  # noqa: F403
from config.urls import urlpatterns as site
from tests.scoring.chart_examples import EVERY_KIND


def charts(request: HttpRequest) -> TemplateResponse:
    context = {**admin.site.each_context(request), "title": "Charts", "charts": EVERY_KIND}
    return TemplateResponse(request, "charts_page.html", context)


urlpatterns = [path("admin/charts/", admin.site.admin_view(charts)), *site]
