"""Addresses of the portal, under /apply/: everything below a lender and a product."""

from django.urls import include, path

from underwriting.portal.views import answers, check, finish, questions, start, status

app_name = "portal"

of_product = [
    path("", start.start, name="start"),
    path("restart/", start.restart, name="restart"),
    path("questions/<int:person>/<slug:page>/", questions.question, name="question"),
    path("check/", check.check, name="check"),
    path("finish/<str:token>/", finish.finish, name="finish"),
    path("status/<str:token>/", status.status, name="status"),
    path("status/<str:token>/standing/", status.standing, name="standing"),
    path("status/<str:token>/offer/", answers.offer, name="offer"),
    path("status/<str:token>/review/", answers.review, name="review"),
    path("status/<str:token>/withdraw/", answers.withdraw, name="withdraw"),
]

urlpatterns = [path("<slug:organization>/<slug:product>/", include(of_product))]
