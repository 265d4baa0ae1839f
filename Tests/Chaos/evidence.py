"""What is left at the end, by SQL and by HTTP."""

import asyncio
import json
import time

from clients import Client
from history import History, JobRow, Run
from stack import Stack

OP = '"op": ?"([^"]+)"'
JOBS = """
SELECT id, substring(payload from '{op}'), kind, state, attempt, lost_leases, generation, {archived},
       extract(epoch FROM created_at), extract(epoch FROM started_at), extract(epoch FROM finished_at),
       last_error_code, {runs}
FROM {table}
"""
HOT = JOBS.format(op=OP, archived="false", table="jobs", runs="""
       (SELECT json_agg(json_build_array(generation, attempt, (extract(epoch FROM started_at) * 1000000)::bigint,
                                         (extract(epoch FROM finished_at) * 1000000)::bigint, outcome, consumer)
                        ORDER BY number)
        FROM job_attempts WHERE job_id = jobs.id)""")
# Of several archived rows of one job the latest generation counts.
ARCHIVED = JOBS.replace("SELECT id", "SELECT DISTINCT ON (id) id", 1).format(
    op=OP, archived="true", table="archived_jobs", runs="attempts") + "ORDER BY id, generation DESC"


OPS = [f"SELECT substring(payload from '{OP}') FROM {table}" for table in ("jobs", "archived_jobs")]
OPS.append("SELECT substring(convert_from(value, 'UTF8') from 'not a job: (.*)') FROM dead_records")


async def settle(stack: Stack, limit: float) -> bool:
    """Waits until every job has ended, and every record that its broker still has is a row."""
    deadline = time.time() + limit
    while time.time() < deadline:
        rows = await stack.postgres.query("SELECT count(*) FROM jobs WHERE finished_at IS NULL", limit=30)
        if rows and int(rows[0][0]) == 0 and await _is_read(stack):
            return True
        await asyncio.sleep(1)
    return False


async def _is_read(stack: Stack) -> bool:
    history = stack.history
    awaited = {each.op for each in history.accepted("kafka") if not any(loss.excuses(each) for loss in history.lost_logs)}
    there = {row[0] for statement in OPS for row in await _rows(stack, statement) if row}
    return awaited <= there


async def collect(stack: Stack, history: History) -> None:
    """Fills in the part of the history that is known at the end."""
    stack.read_commands()
    # Hot first: what leaves meanwhile is then found in the archive too, never in neither. Hot wins.
    rows: dict[str, JobRow] = {}
    for statement in (HOT, ARCHIVED):
        for fields in await _rows(stack, statement):
            row = _row(fields)
            if row.id not in rows or row.generation > rows[row.id].generation:
                rows[row.id] = row
    history.rows = list(rows.values())
    for fields in await _rows(stack, "SELECT convert_from(value, 'UTF8') FROM dead_records WHERE value IS NOT NULL"):
        history.dead_records[fields[0].removeprefix("not a job: ")] += 1
    await _list(stack, history)


async def _rows(stack: Stack, statement: str) -> list[list[str]]:
    rows = await stack.postgres.query(statement, limit=120)
    if rows is None:
        raise RuntimeError("Postgres does not answer after the end")
    return rows


def _row(fields: list[str]) -> JobRow:
    id, op, kind, state, attempt, lost, generation, archived, created, started, finished, error, runs = fields
    return JobRow(
        id=id, op=op or None, kind=kind, state=state, attempt=int(attempt), lost_leases=int(lost),
        generation=int(generation), archived=archived == "t", created_at=float(created),
        started_at=float(started) if started else None, finished_at=float(finished) if finished else None,
        error=error or None,
        runs=[Run(each[0], each[1], each[2] / 1e6, each[3] / 1e6, each[4], each[5]) for each in json.loads(runs or "[]")])


async def _list(stack: Stack, history: History) -> None:
    """GET /jobs of every owner, all pages."""
    client = Client(stack, history)
    owners = [fields[0] for fields in await _rows(stack, "SELECT id FROM users")]
    for owner in owners:
        cursor = ""
        while cursor is not None:
            path = f"/api/v1/jobs?owner_id={owner}&limit=500" + (f"&cursor={cursor}" if cursor else "")
            status, page = await client.get(path, "list")
            if status != 200:
                history.refused.append(f"{status} for {path}: {str(page)[:200]}")
                break
            for job in page["items"]:
                history.listed[job["id"]] += 1
                history.listed_states[job["id"]] = job["state"]
            cursor = page["next_cursor"]
    await _attempts(client, history)
    client.close()


async def _attempts(client: Client, history: History) -> None:
    """Of some jobs: GET shows the runs that the store has."""
    for row in history.rows[:: max(1, len(history.rows) // 300)]:
        status, body = await client.get(f"/api/v1/jobs/{row.id}/attempts", "attempts")
        shown = [(item["attempt"], item["outcome"]) for item in body.get("items", [])]
        if status != 200 or shown != [(run.attempt, run.outcome) for run in row.runs]:
            history.refused.append(f"attempts of {row.id}: {status} {shown}, in the store {row.runs}")
