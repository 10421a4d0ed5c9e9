"""The operation that makes a table a tenant's, on tables of its own, there and back."""

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from django.apps import apps
from django.db import (
    DatabaseError,
    IntegrityError,
    ProgrammingError,
    connection,
    migrations,
    models,
    transaction,
)
from django.db.migrations.state import ProjectState

from tenancy.enter import enter
from tenancy.ids import new_id
from tenancy.models import TenantForeignKey
from tenancy.operations import (
    AddField,
    CreateModel,
    LookupFunction,
    TenantReference,
    TenantTable,
    WorkKind,
)
from tenancy.roles import OWNER
from tenancy.row_security import referenced, unreferenced
from tenancy.selectors import work_pending

pytestmark = pytest.mark.django_db(transaction=True)


def tenant_model(name: str, **fields: models.Field) -> CreateModel:
    own = [
        ("id", models.UUIDField(primary_key=True, default=new_id)),
        (
            "organization",
            models.ForeignKey(
                "tenancy.Organization", models.PROTECT, related_name="+", db_index=False
            ),
        ),
    ]
    return CreateModel(name, [*own, *fields.items()])


OPERATIONS = [
    tenant_model("Book", title=models.TextField(), follows=TenantForeignKey("self", null=True)),
    tenant_model("Loan", book=TenantForeignKey("library.Book"), back=models.BooleanField()),
    # The one that points comes first: keys are added when the migration ends.
    TenantTable("Loan", immutable=True, mutable=["back"]),
    TenantTable("Book"),
    tenant_model("Stamp", text=models.TextField()),
    TenantTable("Stamp", append_only=True),
    LookupFunction(
        "book_title(wanted uuid)",
        "text",
        "SELECT b.title FROM library_book AS b WHERE b.id = wanted",
        tables=["library_book"],
    ),
    WorkKind(
        "overdue",
        "SELECT organization_id, id FROM library_loan WHERE NOT back ORDER BY id",
        tables=["library_loan"],
    ),
    AddField("Stamp", "book", TenantForeignKey("library.Book", null=True)),
    TenantReference("Stamp", "book"),
]


@pytest.fixture(scope="module")
def start() -> ProjectState:
    """Before the migration; its models are made here, for every test's copy."""
    state = ProjectState.from_apps(apps)
    assert state.apps.get_model("tenancy", "Organization")
    return state


@pytest.fixture
def library(start, database_roles, django_db_blocker) -> Iterator[None]:
    """A migration's worth of tables, made and unmade as the owner."""
    migration = migrations.Migration("0001_initial", "library")
    migration.operations = OPERATIONS
    with database_roles.acting_as(OWNER), connection.schema_editor() as editor:
        migration.apply(start.clone(), editor)
    yield
    with database_roles.acting_as(OWNER), connection.schema_editor() as editor:
        for table in ("library_loan", "library_stamp", "library_book"):
            editor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        editor.execute("TRUNCATE library_loan, library_stamp, library_book")
        migration.unapply(start.clone(), editor)


def run(statement: str, *parameters: object) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall() if cursor.description else [(cursor.rowcount,)]


def add_book(organization_id: UUID, title: str = "Faust") -> UUID:
    book = new_id()
    with enter(organization_id):
        insert = "INSERT INTO library_book (id, organization_id, title) VALUES (%s, %s, %s)"
        run(insert, book, organization_id, title)
    return book


def add_loan(organization_id: UUID, book: UUID) -> UUID:
    loan = new_id()
    with enter(organization_id):
        run(
            "INSERT INTO library_loan (id, organization_id, book_id, back)"
            " VALUES (%s, %s, %s, false)",
            loan,
            organization_id,
            book,
        )
    return loan


def test_a_row_points_at_its_own_tenants_row_only(library, hanse, aurora):
    theirs = add_book(aurora.id)
    with pytest.raises(IntegrityError, match="library_loan_book_id_fk"):
        add_loan(hanse.id, theirs)
    add_loan(aurora.id, theirs)


def test_the_same_holds_for_a_row_of_its_own_table(library, hanse, aurora):
    ours, theirs = add_book(hanse.id), add_book(aurora.id)
    with pytest.raises(IntegrityError), enter(hanse.id):
        run("UPDATE library_book SET follows_id = %s WHERE id = %s", theirs, ours)


def test_a_reference_added_later_is_composite_too(library, hanse, aurora):
    theirs = add_book(aurora.id)
    insert = "INSERT INTO library_stamp (id, text, organization_id, book_id) VALUES (%s,'x',%s,%s)"
    with pytest.raises(IntegrityError), enter(hanse.id):
        run(insert, new_id(), hanse.id, theirs)


def test_the_same_id_may_stand_in_two_tenants(library, hanse, aurora):
    """A clash of identifiers tells nothing: the key begins with the tenant."""
    book = add_book(hanse.id)
    with enter(aurora.id):
        insert = "INSERT INTO library_book (id, organization_id, title) VALUES (%s, %s, 'Faust')"
        run(insert, book, aurora.id)


def test_the_references_are_indexed(library):
    indexes = run("SELECT indexdef FROM pg_indexes WHERE tablename = 'library_loan'")
    assert any("(organization_id, book_id)" in definition for (definition,) in indexes)


def test_an_immutable_row_changes_where_it_may(library, hanse):
    loan = add_loan(hanse.id, add_book(hanse.id))
    with enter(hanse.id):
        assert run("UPDATE library_loan SET back = true WHERE id = %s", loan) == [(1,)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE library_loan SET book_id = book_id",
        "DELETE FROM library_loan",
        "TRUNCATE library_loan",
        "UPDATE library_stamp SET text = 'y'",
        "DELETE FROM library_stamp",
        "TRUNCATE library_stamp",
    ],
)
def test_what_is_for_good_is_refused_to_application_and_owner(
    library, database_roles, hanse, statement
):
    add_loan(hanse.id, add_book(hanse.id))
    with pytest.raises(ProgrammingError, match="permission denied"):
        run(statement)
    changed = statement.replace("book_id = book_id", "book_id = gen_random_uuid()")
    refused = pytest.raises(DatabaseError, match="refused")
    with database_roles.acting_as(OWNER), refused, enter(hanse.id):
        run(changed)


def test_a_lookup_finds_across_tenants_what_it_was_made_for(library, hanse):
    book = add_book(hanse.id, "Nathan")
    assert run("SELECT title FROM library_book") == []
    assert run("SELECT lookup.book_title(%s)", book) == [("Nathan",)]


def test_pending_work_is_found_across_tenants_by_ids_alone(library, hanse, aurora):
    ours = add_loan(hanse.id, add_book(hanse.id))
    theirs = add_loan(aurora.id, add_book(aurora.id))
    assert work_pending("overdue", 10) == [(hanse.id, ours), (aurora.id, theirs)]
    assert work_pending("overdue", 1) == [(hanse.id, ours)]


def test_a_kinds_own_function_is_not_callable(library):
    with pytest.raises(ProgrammingError, match="permission denied"):
        run("SELECT * FROM lookup.work_overdue(1)")


@pytest.mark.parametrize("kind", ["nothing", "overdue(1); DROP TABLE library_loan; --", '"'])
def test_no_other_kind_can_be_asked_for(library, kind):
    with pytest.raises(ProgrammingError, match="no work of kind"):
        work_pending(kind, 1)


def test_a_dangling_row_is_seen_when_a_key_is_added(database_roles, library, hanse):
    """FORCE would blind the validation: the operation stands it aside for that moment."""
    book = add_book(hanse.id)
    with database_roles.acting_as(OWNER):
        run_all(unreferenced("library_book", "follows_id"))
        with enter(hanse.id):
            run("UPDATE library_book SET follows_id = %s WHERE id = %s", uuid4(), book)
        with pytest.raises(IntegrityError):
            run_all(referenced("library_book", "follows_id", "library_book"))


def run_all(statements: list[str]) -> None:
    with transaction.atomic():
        for statement in statements:
            run(statement)


def test_it_all_comes_off_again(database_roles, hanse):
    left = "SELECT count(*) FROM pg_class WHERE starts_with(relname, 'library')"
    functions = "SELECT count(*) FROM pg_proc WHERE proname IN ('book_title', 'work_overdue')"
    assert run(left) == run(functions) == [(0,)]


def test_an_operation_makes_only_its_own_model_anew(start):
    """What keeps making the database short: the models around it stay as they are made."""
    state = start.clone()
    lender = state.apps.get_model("tenancy", "Organization")
    field = models.TextField(default="")
    AddField("Event", "colour", field).state_forwards("events", state)
    assert "colour" in {each.name for each in state.apps.get_model("events", "Event")._meta.fields}
    assert state.apps.get_model("tenancy", "Organization") is lender


@pytest.mark.parametrize("room", ["accounts", "events", "scoring", "tenancy", "underwriting"])
def test_migrations_use_the_operations_that_spare_the_state(room):
    sparing = "CreateModel|AddField|AlterModelOptions|AddConstraint|RemoveConstraint|AddIndex"
    folder = Path(apps.get_app_config(room).path) / "migrations"
    django = re.compile(rf"\bmigrations\.({sparing})\(")
    assert not [each.name for each in folder.glob("0*.py") if django.search(each.read_text())]
