"""Rows of models by prepared statements: what the ORM does, without composing SQL each time.

For what runs for every decision; everything else uses the ORM. Inside `enter`.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.db import connection, models

from tenancy.statements import Row, Statement, ask_together, later

Model = TypeVar("Model", bound=models.Model)


def insert(rows: Sequence[models.Model]) -> None:
    """Insert new rows of one model, `later`; like `bulk_create`, and as quiet."""
    if not rows:
        return
    model = type(rows[0])
    columns = _columns(model)
    values = [column.written(getattr(row, column.name)) for row in rows for column in columns]
    later(Statement(_insertion(model, len(rows)), values))
    for row in rows:
        row._state.adding = False
        row._state.db = connection.alias


def find(model: type[Model], organization_id: UUID, condition: str, **given: Any) -> list[Model]:
    """The organization's rows that meet a condition in SQL, which may end in an order.

    `find(Party, organization_id, "application_id = %(application)s", application=row_id)`
    """
    (answer,) = ask_together(finding(model, organization_id, condition, **given))
    return found(model, answer.rows)


def finding(
    model: type[models.Model], organization_id: UUID, condition: str, **given: Any
) -> Statement:
    """The question of `find`, to be asked together with others; `found` reads its answer."""
    return Statement(_selection(model, condition), {"organization": organization_id, **given})


def find_together(
    organization_id: UUID, wanted: Sequence[tuple[type[models.Model], str]], **given: Any
) -> list[list[Any]]:
    """The rows of several models, each by its condition, in one journey."""
    given["organization"] = organization_id
    asked = [Statement(_selection(model, condition), given) for model, condition in wanted]
    answers = ask_together(*asked)
    return [found(model, answer.rows) for (model, _), answer in zip(wanted, answers, strict=True)]


def found(model: type[Model], rows: Sequence[Row]) -> list[Model]:
    """Rows as the model's instances, from a database that has them."""
    columns = _columns(model)
    names = [column.name for column in columns]
    return [
        model.from_db(
            connection.alias,
            names,
            [column.read(value) for column, value in zip(columns, row, strict=True)],
        )
        for row in rows
    ]


class _Column(NamedTuple):
    """A model's column; only JSON is written and read otherwise than PostgreSQL has it."""

    field: models.Field[Any, Any]
    name: str
    json: bool

    def written(self, value: Any) -> Any:
        return self.field.get_db_prep_save(value, connection) if self.json else value

    def read(self, value: Any) -> Any:
        if not self.json:
            return value
        return self.field.from_db_value(value, None, connection)  # type: ignore[attr-defined]


@lru_cache(maxsize=256)
def _columns(model: type[models.Model]) -> tuple[_Column, ...]:
    return tuple(
        _Column(field, field.attname, isinstance(field, models.JSONField))
        for field in model._meta.concrete_fields
    )


@lru_cache(maxsize=512)
def _insertion(model: type[models.Model], rows: int) -> str:
    places = f"({', '.join(['%s'] * len(_columns(model)))})"
    table = f"{_quoted(model._meta.db_table)} ({_names(model)})"
    return f"INSERT INTO {table} VALUES {', '.join([places] * rows)}"  # noqa: S608 - no input


@lru_cache(maxsize=512)
def _selection(model: type[models.Model], condition: str) -> str:
    table = _quoted(model._meta.db_table)
    own = "organization_id = %(organization)s"
    return f"SELECT {_names(model)} FROM {table} WHERE {own} AND {condition}"  # noqa: S608


def _names(model: type[models.Model]) -> str:
    return ", ".join(_quoted(field.column or "") for field in model._meta.concrete_fields)


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
