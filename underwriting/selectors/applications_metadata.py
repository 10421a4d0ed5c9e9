"""Finding applications by what their sender wrote beside them. Call inside `enter`."""

from collections.abc import Mapping

from django.db.models import Exists, OuterRef, QuerySet

from underwriting.models import Application, ApplicationLabel


def labelled(rows: QuerySet[Application], wanted: Mapping[str, str]) -> QuerySet[Application]:
    """Those whose metadata holds every one of these pairs."""
    for name, value in wanted.items():
        rows = rows.filter(
            Exists(
                ApplicationLabel.objects.filter(
                    organization_id=OuterRef("organization_id"),
                    application_id=OuterRef("id"),
                    name=name,
                    value=value,
                )
            )
        )
    return rows
