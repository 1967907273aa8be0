"""How the databases carry out the ledger's statements, caught as they really run."""

import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection, event

from infra.db.engine import Database
from infra.db.lines import Line, Prepared, SqliteLine, Step
from tests.integration.conftest import BOT

STEP = 100
"""SQLite's work is counted in steps of its virtual machine, so many at once."""
COMMON = (
    "bot_id, content, cost, wanted_at, created_at, attempts, max_attempts, hidden, on_uncertain, "
    "broadcast_id, lane, chat_id, key, state, turn_at, due_at, sent_at, ended_at, reason"
)
CONTENT = json.dumps({"method": "sendMessage", "params": {"text": "What happened today. " * 15}})
NOW = {"postgresql": "now()", "sqlite": "utc_now()"}


@dataclass(frozen=True)
class Rows:
    """So many messages; `chat`, `due_s`, `ended_s`, `lane` and `reason` are SQL over `n`, the
    number of the row.
    """

    count: int
    state: str
    chat: str
    due_s: str
    broadcast_id: int = 0
    ended_s: str = "NULL"
    lane: str = "0"
    reason: str = "NULL"


@dataclass
class Plan:
    """How one statement is carried out, and what is wrong with that."""

    name: str
    sql: str
    text: str = ""
    faults: list[str] = field(default_factory=list)
    read: int = 0


async def fill(database: Database, rows: Rows) -> None:
    """Written by one statement, in the server."""
    due, ended = (_moment(database.dialect, each) for each in (rows.due_s, rows.ended_s))
    key = f"'{rows.state}-{rows.due_s}-' || n" if not rows.broadcast_id else "NULL"
    now = NOW[database.dialect]
    values = (
        f"{BOT}, '{CONTENT}', 1, {now}, {now}, 0, 6, 0, 'resend', {rows.broadcast_id}, "
        f"{rows.lane}, {rows.chat}, {key}, '{rows.state}', {due}, {due}, {ended}, {ended}, "
        f"{rows.reason}"
    )
    async with database.writing() as connection:
        await connection.exec_driver_sql(
            f"INSERT INTO messages ({COMMON}) {_numbers(database.dialect, rows.count, values)}"
        )


def _moment(dialect: str, seconds: str) -> str:
    if dialect == "sqlite":
        return f"utc_now() + ({seconds}) * 1000000"
    return f"now() + ({seconds}) * interval '1 second'"


def _numbers(dialect: str, count: int, values: str) -> str:
    if dialect == "postgresql":
        return f"SELECT {values} FROM generate_series(1, {count}) AS n"
    series = f"WITH s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {count})"
    return f"{series} SELECT {values} FROM s"


class Plans:
    """Explains each statement about messages in the moment before it runs.

    `work` is by name: rows of messages read, on Postgres; steps of its machine, on SQLite.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self.found: list[Plan] = []
        self.work: Counter[str] = Counter()
        self._name = ""
        self._steps = 0

    @asynccontextmanager
    async def of(self, name: str) -> AsyncIterator[None]:
        """The plans of what is done within."""
        self._name, first = name, len(self.found)
        engines = {self._database._writer.sync_engine, self._database._reader.sync_engine}
        for engine in engines:
            event.listen(engine, "before_cursor_execute", self._before)
        line, self._database._line = self._database._line, _Watched(self._database, self._explain)
        await self._count_steps(line)
        try:
            yield
        finally:
            self._database._line = line
            for engine in engines:
                event.remove(engine, "before_cursor_execute", self._before)
        self.work[name] += self._steps + sum(plan.read for plan in self.found[first:])

    async def _count_steps(self, line: Line) -> None:
        self._steps = 0
        if self._database.dialect != "sqlite":
            return
        for engine in (self._database._writer, self._database._reader):
            async with engine.connect() as connection:
                raw: Any = (await connection.get_raw_connection()).driver_connection
                await raw.set_progress_handler(self._step, STEP)
        assert isinstance(line, SqliteLine)
        await line.on_each(lambda connection: connection.set_progress_handler(self._step, STEP))
        self._steps = 0

    def _step(self) -> int:
        self._steps += STEP
        return 0

    def _before(
        self, connection: Connection, _: Any, sql: str, values: Any, __: Any, many: bool
    ) -> None:
        if not many:
            self._explain(connection, sql, values)

    def _explain(self, connection: Connection, sql: str, values: Any) -> None:
        if not re.match(r"\s*(SELECT|UPDATE|WITH)\b.*\bmessages\b", sql, re.DOTALL):
            return
        plan = Plan(self._name, sql)
        self.found.append(plan)
        if connection.dialect.name == "sqlite":
            _explain_on_sqlite(connection, plan, values)
        else:
            _explain_on_postgres(connection, plan, values)


class _Watched:
    """The line, with each statement explained on another connection before it runs."""

    def __init__(self, database: Database, explain: Callable[[Connection, str, Any], None]) -> None:
        self._database, self._line, self._explain = database, database._line, explain

    async def run(self, *steps: Step) -> list[Sequence[Any]]:
        for prepared, values in steps:
            # One that goes by the rows of those before it is explained with none of its own.
            given = {"changes": "[]"} if callable(values) else values
            await self._look_at(prepared.sql, tuple(prepared.values(given)))
        return await self._line.run(*steps)

    async def look(self, prepared: Prepared, values: Mapping[str, Any]) -> Sequence[Any]:
        await self._look_at(prepared.sql, tuple(prepared.values(values)))
        return await self._line.look(prepared, values)

    async def close(self) -> None:
        await self._line.close()

    async def _look_at(self, sql: str, values: Any) -> None:
        async with self._database.writing() as connection:
            await connection.run_sync(self._explain, sql, values)
            await connection.rollback()


def _explain_on_sqlite(connection: Connection, plan: Plan, values: Any) -> None:
    rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {plan.sql}", values)
    lines = [row[3] for row in rows]
    plan.text = "\n".join(lines)
    names = "|".join({"messages", *re.findall(r"\bmessages AS (\w+)", plan.sql)})
    plan.faults = [
        line
        for line in lines
        if re.match(rf"SCAN ({names})\b", line) or "USE TEMP B-TREE FOR ORDER BY" in line
    ]


def _explain_on_postgres(connection: Connection, plan: Plan, values: Any) -> None:
    """Run and undone: only so are its rows counted."""
    connection.exec_driver_sql("SAVEPOINT before_the_plan")
    answer = connection.exec_driver_sql(
        f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {plan.sql}", values
    ).scalar_one()
    connection.exec_driver_sql("ROLLBACK TO SAVEPOINT before_the_plan")
    root = (json.loads(answer) if isinstance(answer, str) else answer)[0]["Plan"]
    lines = []
    for depth, node in _nodes(root):
        read = _read(node)
        lines.append(f"{'  ' * depth}{_title(node)}: {read} rows")
        if node.get("Relation Name") == "messages" and node["Node Type"] != "ModifyTable":
            plan.read += read
            if node["Node Type"] == "Seq Scan" and node["Actual Loops"]:
                plan.faults.append(lines[-1].strip())
        if node["Node Type"] in ("Sort", "Incremental Sort") and read > 100:
            plan.faults.append(lines[-1].strip())
    plan.text = "\n".join(lines)


def _nodes(node: dict[str, Any], depth: int = 0) -> Iterator[tuple[int, dict[str, Any]]]:
    yield depth, node
    for child in node.get("Plans", []):
        yield from _nodes(child, depth + 1)


def _read(node: dict[str, Any]) -> int:
    """Rows that the node looked at, whether or not it kept them."""
    removed = node.get("Rows Removed by Filter", 0) + node.get("Rows Removed by Index Recheck", 0)
    rows: float = (node["Actual Rows"] + removed) * node["Actual Loops"]
    return round(rows)


def _title(node: dict[str, Any]) -> str:
    parts = [node["Node Type"]]
    for key, word in (("Index Name", "using"), ("Relation Name", "on")):
        parts += [word, node[key]] if key in node else []
    for key in ("Index Cond", "Filter"):
        parts += [f"{key} {node[key]}"] if key in node else []
    return " ".join(parts)
