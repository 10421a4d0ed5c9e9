"""Migration operations that give a tenant's table what Django does not know about.

Each reads the model from the migration's state, so it says once what holds for every table.
Names of things made here are fixed by table and column, so the way back finds them.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import Model, UniqueConstraint

from tenancy import row_security as sql
from tenancy.models.base import TenantForeignKey

ALL_GRANTS = ("SELECT", "INSERT", "UPDATE", "DELETE")


class _ModelOperation(Operation):
    """An operation on the database alone, about one model of the app being migrated."""

    reduces_to_sql = True
    atomic = True

    def __init__(self, model_name: str) -> None:
        self.model_name = model_name

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The state already holds the model; only the database is missing something."""

    def _model(self, app_label: str, state: ProjectState) -> type[Model]:
        return state.apps.get_model(app_label, self.model_name)

    def references_model(self, name: str, app_label: str) -> bool:
        return True  # nothing may be optimised across it


class _Alone(Operation):
    """Django's own operation, but that only the model it is about is made anew in the state.

    Django makes every model anew that is related to that one. All of ours are related by the
    organization, so a migration of a hundred operations made a hundred models a hundred times.
    The models around it keep pointing to the class as it was, of which SQL asks nothing but the
    name of its table and its primary key. An operation that changes one of those two is Django's.
    """

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        state.reload_model = partial(_made_anew, state)  # type: ignore[method-assign]
        try:
            super().state_forwards(app_label, state)
        finally:
            del state.reload_model  # the method of the class again


def _made_anew(state: ProjectState, app_label: str, name: str, *, delay: bool = False) -> None:
    if "apps" not in state.__dict__:
        return  # nothing is made yet: all will be, at once
    model = state.models[app_label, name.lower()]
    with state.apps.bulk_update():
        state.apps.unregister_model(app_label, model.name_lower)
    state.apps.render_multiple([model])


class CreateModel(_Alone, migrations.CreateModel):
    """Django's own, as `_Alone` says."""


class AddField(_Alone, migrations.AddField):
    """Django's own, as `_Alone` says."""


class AlterField(_Alone, migrations.AlterField):
    """Django's own, as `_Alone` says; never of a primary key."""


class AlterModelOptions(_Alone, migrations.AlterModelOptions):
    """Django's own, as `_Alone` says."""


class RemoveConstraint(_Alone, migrations.RemoveConstraint):
    """Django's own, as `_Alone` says."""


class AddConstraint(migrations.AddConstraint):
    """Django's own, but that it leaves the models of the state as they are made.

    The state itself knows the constraint, which is all that later operations ask.
    """

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        _append(state, app_label, self.model_name, "constraints", self.constraint)


class AddIndex(migrations.AddIndex):
    """Django's own, as sparing as `AddConstraint`."""

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        _append(state, app_label, self.model_name, "indexes", self.index)


def _append(state: ProjectState, app_label: str, model: str, option: str, item: Any) -> None:
    options = state.models[app_label, model.lower()].options
    options[option] = [*options[option], item]


class TenantTable(_ModelOperation):
    """Make a model's table a tenant's: composite keys, forced row-level security, grants.

    model_name: the model, created earlier in the same migration or before it.
    grants: what the application role may do; the operator role may read.
    immutable: UPDATE, DELETE and TRUNCATE are refused to everybody, the owner included.
    append_only: the same, said of a log.
    mutable: columns that an immutable row may still change.
    deletable: an immutable row may be deleted (facts whose retention has ended).
    """

    def __init__(
        self,
        model_name: str,
        *,
        grants: Sequence[str] = ALL_GRANTS,
        immutable: bool = False,
        append_only: bool = False,
        mutable: Sequence[str] = (),
        deletable: bool = False,
    ) -> None:
        super().__init__(model_name)
        self.frozen = immutable or append_only
        if (mutable or deletable) and not self.frozen:
            raise ValueError("mutable and deletable say something of immutable tables only")
        self.grants = tuple(grants)
        self.immutable = immutable
        self.append_only = append_only
        self.mutable = tuple(mutable)
        self.deletable = deletable

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = self._model(app_label, to_state)
        table = model._meta.db_table
        if _keyed(model):
            schema_editor.execute(sql.composite_primary_key(table))
        for field in tenant_references(model):
            _reference(schema_editor, model, field)
        for statement in sql.secured(table, _tenant_column(model)) + sql.granted(
            table, self._granted()
        ):
            schema_editor.execute(statement)
        if self.frozen:
            for statement in sql.frozen(table, self.mutable, deletable=self.deletable):
                schema_editor.execute(statement)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = self._model(app_label, from_state)
        table = model._meta.db_table
        if self.frozen:
            for statement in sql.thawed(table):
                schema_editor.execute(statement)
        for statement in sql.ungranted(table) + sql.unsecured(table):
            schema_editor.execute(statement)
        for field in tenant_references(model):
            for statement in sql.unreferenced(table, field.column):
                schema_editor.execute(statement)
        if _keyed(model):
            schema_editor.execute(sql.plain_primary_key(table))

    def _granted(self) -> tuple[str, ...]:
        """An immutable table's application role may change only what may change."""
        if not self.frozen:
            return self.grants
        kept = [grant for grant in self.grants if grant in ("SELECT", "INSERT")]
        if self.mutable:
            kept.append("UPDATE ({})".format(", ".join(f'"{name}"' for name in self.mutable)))
        if self.deletable:
            kept.append("DELETE")
        return tuple(kept)

    def describe(self) -> str:
        return f"Make {self.model_name} a tenant's table"

    @property
    def migration_name_fragment(self) -> str:
        return f"tenant_{self.model_name.lower()}"


class TenantReference(_ModelOperation):
    """The composite key and index of one TenantForeignKey added to a table after its first."""

    def __init__(self, model_name: str, field_name: str) -> None:
        super().__init__(model_name)
        self.field_name = field_name

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = self._model(app_label, to_state)
        field = next(f for f in tenant_references(model) if f.name == self.field_name)
        _reference(schema_editor, model, field)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = self._model(app_label, from_state)
        field = next(f for f in tenant_references(model) if f.name == self.field_name)
        for statement in sql.unreferenced(model._meta.db_table, field.column):
            schema_editor.execute(statement)

    def describe(self) -> str:
        return f"Tie {self.model_name}.{self.field_name} to its organization"


class Statements(Operation):
    """Plain SQL both ways, for a trigger, a function, an exclusion constraint."""

    reduces_to_sql = True

    def __init__(self, forwards: Sequence[str], backwards: Sequence[str], about: str) -> None:
        self.forwards = tuple(forwards)
        self.backwards = tuple(backwards)
        self.about = about

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """The database alone."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for statement in self.forwards:
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        for statement in self.backwards:
            schema_editor.execute(statement, params=None)

    def describe(self) -> str:
        return self.about


class LookupFunction(Statements):
    """A narrow function that finds a row before the tenant is known.

    name: the call with its arguments, `organization_by_slug(slug text)`.
    returns: `TABLE (id uuid, name text)` or a type.
    body: one SQL statement; arguments by name. It reads `tables` and nothing else: its owner,
    the look-up role, is granted SELECT on just those.
    """

    def __init__(self, name: str, returns: str, body: str, tables: Sequence[str]) -> None:
        self.name = name
        self.returns = returns
        self.body = body
        self.tables = tuple(tables)
        super().__init__(
            forwards=sql.lookup_function(name, returns, body, self.tables),
            backwards=[sql.drop_lookup_function(name)],
            about=f"Look up {name.partition('(')[0]}",
        )


class WorkKind(Statements):
    """What `work_pending(kind, limit)` finds: rows across tenants that wait for work.

    query: a SELECT of exactly two uuid columns, organization id and row id, in the order in
    which the work should be done. `tables` as for LookupFunction.
    """

    def __init__(self, kind: str, query: str, tables: Sequence[str]) -> None:
        self.kind = kind
        self.query = query
        self.tables = tuple(tables)
        super().__init__(
            forwards=sql.work_function(kind, query, self.tables),
            backwards=[sql.drop_lookup_function(f"work_{kind}(max_rows integer)")],
            about=f"Find pending work of kind {kind}",
        )


def tenant_references(model: type[Model]) -> list[TenantForeignKey]:
    return [f for f in model._meta.local_fields if isinstance(f, TenantForeignKey)]


def _tenant_column(model: type[Model]) -> str:
    """The organization's own table is its own tenant."""
    names = {field.name for field in model._meta.local_fields}
    return "organization_id" if "organization" in names else "id"


def _keyed(model: type[Model]) -> bool:
    """Whether rows have an id of their own within the organization (a chain's head has none)."""
    return {"id", "organization"} <= {field.name for field in model._meta.local_fields}


def _reference(
    schema_editor: BaseDatabaseSchemaEditor, model: type[Model], field: TenantForeignKey
) -> None:
    """Indexed now, constrained when the migration ends: by then every table has its key."""
    table = model._meta.db_table
    if not _indexed(model, field.name):
        schema_editor.execute(sql.reference_index(table, field.column))
    target: Any = field.related_model
    deferred: list[Any] = schema_editor.deferred_sql
    deferred.extend(sql.referenced(table, field.column, target._meta.db_table))


def _indexed(model: type[Model], name: str) -> bool:
    """Whether the model's own index or unique constraint begins with organization and field."""
    wanted = ["organization", name]
    if any(
        list(index.fields)[:2] == wanted and not index.condition for index in model._meta.indexes
    ):
        return True
    return any(
        isinstance(constraint, UniqueConstraint)
        and list(constraint.fields)[:2] == wanted
        and constraint.condition is None
        for constraint in model._meta.constraints
    )
