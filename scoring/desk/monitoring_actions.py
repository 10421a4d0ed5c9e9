"""Monitoring's buttons: take an alert, retrain, pause and resume, plan, look now, report months."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

from django.contrib.admin import ModelAdmin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import gettext

from accounts.desk.forms import ConfirmForm, ServiceForm
from accounts.desk.pages import ServicePage
from accounts.desk.place import actor_of, organization_of
from scoring.desk.bin_words import in_language
from scoring.desk.monitoring_forms import CaseForm, MonthsForm, PauseForm, PlanForm
from scoring.models import Product
from scoring.selectors.monitoring import monitoring_plan
from scoring.selectors.pauses import pause_open
from scoring.selectors.products import products_all
from scoring.services.alerts import alert_take
from scoring.services.monitoring_plans import monitoring_plan_set, segment_fields
from scoring.services.pauses import refer_all_set
from scoring.services.performance import Performed, performance_import
from scoring.services.schedules import retraining_on_drift
from tenancy.enter import enter
from tenancy.errors import Conflict

Admin = ModelAdmin[Any]
Action = Callable[[Admin, HttpRequest, UUID], HttpResponse]


def action_urls(own: Admin) -> list[URLPattern]:
    """Each button's page; what writes is never inside a reading transaction."""
    actions: dict[str, Action] = {
        "case": take, "retrain": retrain, "pause": pause, "resume": resume, "plan": plan,
    }  # fmt: skip

    def bound(action: Action) -> Callable[..., HttpResponseBase]:
        def view(request: HttpRequest, target: UUID) -> HttpResponse:
            return action(own, request, target)

        return own.admin_site.admin_view(view)

    def reporting(request: HttpRequest) -> HttpResponse:
        return report(own, request)

    return [
        *(
            path(f"{name}/<uuid:target>/", bound(action), name=f"scoring_monitoring_{name}")
            for name, action in actions.items()
        ),
        path("report/", own.admin_site.admin_view(reporting), name="scoring_monitoring_report"),
    ]


def take(own: Admin, request: HttpRequest, alert_id: UUID) -> HttpResponse:
    """Open a case on an alert."""

    def call(cleaned: dict[str, Any]) -> None:
        alert_take(
            organization_id=organization_of(request),
            actor=actor_of(request),
            alert_id=alert_id,
            note=cleaned["note"],
        )

    return ServicePage(
        admin=own,
        permission="scoring.take_alert",
        form=CaseForm(_posted(request)),
        call=call,
        title=gettext("Open a case"),
        button=gettext("Take it"),
        done=gettext("The alert is yours; your note stays with it."),
        lead=gettext("Others see that you look after it."),
    ).answer(request)


def retrain(own: Admin, request: HttpRequest, alert_id: UUID) -> HttpResponse:
    """Ask for a training because of an alert; what it finds is proposed to two people."""
    with _inside(request):
        product = _alerting_product(organization_of(request), alert_id)

    def call(cleaned: dict[str, Any]) -> None:
        run = retraining_on_drift(
            organization_id=product.organization_id,
            actor=actor_of(request),
            product_id=product.id,
            alert_id=alert_id,
        )
        if run is None:
            raise Conflict("a training of this product is under way", code="training_active")

    return _confirmed(
        own, request, product, "scoring.train_model", call,
        title=gettext("Retrain"),
        button=gettext("Train now"),
        done=gettext("The training is queued: its progress is under Trainings."),
        lead=gettext(
            "Models learn from all loans with a known outcome. If the comparison recommends one,"
            " it is proposed; nobody is put in charge by this."
        ),
    )  # fmt: skip


def pause(own: Admin, request: HttpRequest, product_id: UUID) -> HttpResponse:
    """Refer all applications of a product."""
    product = _product(request, product_id)

    def call(cleaned: dict[str, Any]) -> None:
        refer_all_set(
            organization_id=product.organization_id,
            actor=actor_of(request),
            product_slug=product.slug,
            on=True,
            reason=cleaned["reason"],
        )

    return _confirmed(
        own, request, product, "scoring.refuse_all", call,
        form=PauseForm(_posted(request)),
        title=gettext("Refer all"),
        button=gettext("Refer all from now"),
        done=gettext("From now on people decide every application of this product."),
        lead=gettext("It takes effect with the next decision and lasts until somebody ends it."),
    )  # fmt: skip


def resume(own: Admin, request: HttpRequest, product_id: UUID) -> HttpResponse:
    """Let the machine decide again."""
    product = _product(request, product_id)

    def call(cleaned: dict[str, Any]) -> None:
        refer_all_set(
            organization_id=product.organization_id,
            actor=actor_of(request),
            product_slug=product.slug,
            on=False,
        )

    with _inside(request):
        present = pause_open(product.organization_id, product.id)
    return _confirmed(
        own, request, product, "scoring.refuse_all", call,
        title=gettext("Decide by machine again"),
        button=gettext("End the pause"),
        done=gettext("Applications of this product are decided automatically again."),
        lead=gettext("It was paused because: %(reason)s") % {"reason": present.reason}
        if present else gettext("This product is not paused."),
    )  # fmt: skip


def plan(own: Admin, request: HttpRequest, product_id: UUID) -> HttpResponse:
    """Over how many days a product is watched, and by which field apart."""
    product = _product(request, product_id)
    with _inside(request):
        present = monitoring_plan(product.organization_id, product.id)
        fields = [(name, name) for name in segment_fields(product.organization_id, product.id)]
    initial = asdict(present)

    def call(cleaned: dict[str, Any]) -> None:
        monitoring_plan_set(
            organization_id=product.organization_id,
            actor=actor_of(request),
            product_slug=product.slug,
            window_days=cleaned["window_days"],
            segment_field=cleaned["segment_field"],
            pauses=cleaned["pauses"],
        )

    return _confirmed(
        own, request, product, "scoring.take_alert", call,
        form=PlanForm(_posted(request), initial=initial, fields=fields),
        title=gettext("How this product is watched"),
        button=gettext("Save"),
        done=gettext("The next look is made this way."),
    )  # fmt: skip


def report(own: Admin, request: HttpRequest) -> HttpResponse:
    """Take a file of months: how loans went."""
    organization_id = organization_of(request)
    with _inside(request):
        products = [
            (product.slug, in_language(product.names) or product.slug)
            for product in products_all(organization_id)
        ]
    form = MonthsForm(_posted(request), request.FILES, products=products)

    def call(cleaned: dict[str, Any]) -> HttpResponse:
        done = _imported(request, cleaned["product"], cleaned["file"])
        return page.page(request, "admin/scoring/monitoring/reported.html", done=done)

    page = ServicePage(
        admin=own,
        permission="scoring.post_outcomes",
        form=form,
        call=call,
        title=gettext("Report how loans went"),
        button=gettext("Take the file"),
        done="",
        lead=gettext(
            "Months that were reported before change nothing. A month that comes back with other"
            " figures is refused."
        ),
    )
    return page.answer(request)


def _imported(request: HttpRequest, product_slug: str, file: Any) -> Performed:
    with TemporaryDirectory() as folder:
        source = Path(folder) / "months.csv"
        with source.open("wb") as stream:
            for chunk in file.chunks():
                stream.write(chunk)
        return performance_import(
            organization_id=organization_of(request),
            actor=actor_of(request),
            product_slug=product_slug,
            source=str(source),
            rejected=Path(folder) / "rejected.csv",
        )


def _confirmed(
    own: Admin,
    request: HttpRequest,
    product: Product,
    permission: str,
    call: Callable[[dict[str, Any]], None],
    *,
    title: str,
    button: str,
    done: str,
    lead: str = "",
    form: ServiceForm | None = None,
) -> HttpResponse:
    return ServicePage(
        admin=own,
        permission=permission,
        form=form or ConfirmForm(_posted(request)),
        call=call,
        title=title,
        button=button,
        done=done,
        lead=lead,
        extra={"named": in_language(product.names) or product.slug},
    ).answer(request)


def _product(request: HttpRequest, product_id: UUID) -> Product:
    organization_id = organization_of(request)
    with _inside(request):
        found = Product.objects.filter(organization_id=organization_id, id=product_id).first()
    if found is None:
        raise Http404
    return found


def _alerting_product(organization_id: UUID, alert_id: UUID) -> Product:
    found = Product.objects.filter(organization_id=organization_id, alerts__id=alert_id).first()
    if found is None:
        raise Http404
    return found


def _posted(request: HttpRequest) -> Any:
    """What was sent, an empty confirmation included; None where nothing was."""
    return request.POST if request.method == "POST" else None


@contextmanager
def _inside(request: HttpRequest) -> Iterator[None]:
    """Inside the lender: a page that is looked at is already, one that writes is not."""
    if request.method != "POST":
        yield
        return
    with enter(organization_of(request), read_only=True):
        yield
