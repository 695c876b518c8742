"""Queries whose SQL is made once, for the pages that many people ask for at once.

Django works out the SQL of a query whenever it is run, which for a small query takes longer than PostgreSQL takes to
answer it. A query that is the same each time but for some values says which by `Given`:

    _BY_KEY = Prepared(lambda: Assignment.objects.select_related("prompt").filter(idempotency_key=Given("key")))
    _BY_KEY.first(key=key)
"""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import Any, Final, Generic, TypeVar

from django.db import connection
from django.db.models import Expression, Model, QuerySet
from django.db.models.query import get_related_populators

M = TypeVar("M", bound=Model)


class Given(Expression):
    """A value of a prepared query, told by its name when the query is run."""

    def __init__(self, name: str) -> None:
        """Name the value."""
        super().__init__()
        self.name: Final = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:  # noqa: ARG002
        """Stand in the SQL as a parameter that is known later."""
        return "%s", (self,)


class Prepared(Generic[M]):
    """A query of whole objects, with those that `select_related` names; annotations and prefetches are not read."""

    def __init__(self, make: Callable[[], QuerySet[M]]) -> None:
        """Keep what makes the query; it is made when it is first run, once all models are known."""
        self._make = make

    def first(self, **given: Any) -> M | None:
        """Return the first object that is found, None where there is none."""
        return next(self.iterate(**given), None)

    def all(self, **given: Any) -> list[M]:
        """Return all objects that are found."""
        return list(self.iterate(**given))

    def iterate(self, **given: Any) -> Iterator[M]:
        """Run the query, and yield what is found."""
        sql, parameters, build = self._compiled
        with connection.cursor() as cursor:
            cursor.execute(sql, [given[one.name] if isinstance(one, Given) else one for one in parameters])
            rows = cursor.fetchall()
        return map(build, rows)

    @cached_property
    def _compiled(self) -> tuple[str, tuple[Any, ...], Callable[[tuple[Any, ...]], M]]:
        """The SQL, its parameters, and what makes an object of a row, as Django's `ModelIterable` does."""
        queryset = self._make()
        compiler = queryset.query.get_compiler(queryset.db)
        sql, parameters = compiler.as_sql()
        columns, parts = compiler.select, compiler.klass_info
        own = slice(parts["select_fields"][0], parts["select_fields"][-1] + 1)
        names = [column[0].target.attname for column in columns[own]]
        converters = list(compiler.get_converters([column[0] for column in columns]).items())
        related = get_related_populators(parts, columns, queryset.db)  # type: ignore[call-arg]

        def build(row: tuple[Any, ...]) -> M:
            values = list(row)
            for position, (steps, expression) in converters:
                for convert in steps:
                    values[position] = convert(values[position], expression, connection)
            made = queryset.model.from_db(queryset.db, names, values[own])
            for one in related:
                one.populate(values, made)
            return made

        return sql, tuple(parameters), build
