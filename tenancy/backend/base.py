"""Django's PostgreSQL backend: every table's primary key begins with its organization, and what
runs for every decision is prepared and travels together (`tenancy.statements`)."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db.backends.postgresql import base
from django.db.backends.utils import debug_transaction

from tenancy.backend.features import DatabaseFeatures
from tenancy.backend.journeys import Answered, Journeys, Statement

PREPARED_WHEN_ASKED = 1_000_000
"""Executions after which psycopg prepares by itself: only what asks for it is prepared."""

PLANNED_ONCE = "-c plan_cache_mode=force_generic_plan"
"""What is prepared finds few rows by key, whoever asks: one plan is as good as another for it, and
planning a decision's reads takes longer than running them."""


class DatabaseWrapper(base.DatabaseWrapper):
    """What waits is sent before whatever comes next on the connection, so nothing overtakes it; a
    rollback forgets it."""

    features_class = DatabaseFeatures

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._waiting: list[Statement] = []
        self._journeys: Journeys | None = None

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        params["prepare_threshold"] = params.get("prepare_threshold") or PREPARED_WHEN_ASKED
        params["options"] = " ".join(filter(None, [params.get("options"), PLANNED_ONCE]))
        return params

    def later(self, statement: Statement) -> None:
        """Send this with the next statement or the commit: nobody waits for its answer.

        Outside a transaction there is nothing to wait for: it is sent at once.
        """
        if not self.in_atomic_block:
            self.ask_together((statement,))
            return
        self.validate_no_broken_transaction()
        self._waiting.append(statement)

    def ask_together(self, statements: Sequence[Statement]) -> list[Answered]:
        """What waits and these, in one journey; the answers of these."""
        self.ensure_connection()
        self.validate_no_broken_transaction()
        waited, self._waiting = self._waiting, []
        sent = [*waited, *statements]
        if not sent:
            return []
        with self.wrap_database_errors, self._noted(sent):
            return self._travelled(sent)[len(waited) :]

    def close(self) -> None:
        self._waiting, self._journeys = [], None
        super().close()

    def _travelled(
        self, statements: Sequence[Statement], *, commit: bool = False
    ) -> list[Answered]:
        """By what this very connection has prepared."""
        if self._journeys is None or self._journeys.raw is not self.connection:
            self._journeys = Journeys(self.connection)
        return self._journeys.travelled(statements, commit=commit)

    def _cursor(self, name: str | None = None) -> Any:
        if self._waiting:
            self.ask_together(())
        return super()._cursor(name)  # type: ignore[misc] # the stubs leave it out

    def _commit(self) -> None:
        if not self._waiting or self.connection is None:
            super()._commit()  # type: ignore[misc] # the stubs leave it out
            return
        waited, self._waiting = self._waiting, []
        with self.wrap_database_errors, self._noted(waited), debug_transaction(self, "COMMIT"):
            self._travelled(waited, commit=True)

    def _rollback(self) -> None:
        self._waiting = []
        super()._rollback()  # type: ignore[misc] # the stubs leave it out

    def _savepoint_rollback(self, sid: str) -> None:
        self._waiting = []
        super()._savepoint_rollback(sid)  # type: ignore[misc] # the stubs leave it out

    @contextmanager
    def _noted(self, statements: Sequence[Statement]) -> Iterator[None]:
        """Where Django counts statements, these count too."""
        started = time.monotonic()
        try:
            yield
        finally:
            if self.queries_logged:
                took = f"{(time.monotonic() - started) / len(statements):.3f}"
                self.queries_log.extend({"sql": each.text, "time": took} for each in statements)
