"""What other queues do in the parts of scripts/bench-queue, each through its public interface.

    FOLDER/bin/python scripts/bench_queue_peers.py procrastinate|pgqueuer|awa B1|B2|B9 URL COUNT
                      (procrastinate 3.10, pgqueuer 1.6 with asyncpg 0.32, awa-pg 0.6)

Prints the measures as JSON. Exit status 69: the system is not installed, or has no counterpart of the part.
"""

import asyncio
import json
import statistics
import sys
import time


def latencies(times):
    times = sorted(times)
    return {"p50_ms": statistics.median(times), "p99_ms": times[min(len(times) - 1, int(0.99 * len(times)))]}


async def singly(count, enqueue, started):
    """Enqueues one job after another, each when the one before has started; milliseconds until then."""
    times = []
    await asyncio.sleep(0.5)
    for _ in range(count):
        await asyncio.sleep(0.01)
        started.clear()
        begin = time.monotonic()
        await enqueue()
        await asyncio.wait_for(started.wait(), 60)
        times.append((time.monotonic() - begin) * 1000)
    return latencies(times)


async def procrastinate(part, url, count):
    import procrastinate

    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url))
    started, done = asyncio.Event(), [0]

    @app.task(name="nothing")
    async def nothing():
        started.set()
        done[0] += 1

    async with app.open_async():
        await app.schema_manager.apply_schema_async()
        if part == "B9":
            begin = time.monotonic()
            await nothing.batch_defer_async(*({} for _ in range(count)))
            return {"seconds": time.monotonic() - begin, "jobs": count}
        if part == "B1":
            await nothing.batch_defer_async(*({} for _ in range(count)))
            begin = time.monotonic()
            await app.run_worker_async(wait=False, concurrency=4, install_signal_handlers=False)
            assert done[0] == count, done
            return {"jobs_per_s": count / (time.monotonic() - begin)}
        worker = asyncio.create_task(app.run_worker_async(concurrency=1, install_signal_handlers=False))
        try:
            return await singly(count, nothing.defer_async, started)
        finally:
            worker.cancel()
            await asyncio.gather(worker, return_exceptions=True)


async def pgqueuer(part, url, count):
    import datetime

    import asyncpg
    from pgqueuer import PgQueuer
    from pgqueuer.db import AsyncpgDriver
    from pgqueuer.models import Job
    from pgqueuer.types import QueueExecutionMode

    connection, producer = await asyncpg.connect(url), await asyncpg.connect(url)
    queue = PgQueuer(AsyncpgDriver(connection))
    from pgqueuer.queries import Queries

    queries = Queries(AsyncpgDriver(producer))
    await queries.install()
    started, done = asyncio.Event(), [0]

    @queue.entrypoint("nothing")
    async def nothing(job: Job) -> None:
        started.set()
        done[0] += 1

    async def many():
        await queries.enqueue(["nothing"] * count, [None] * count, [0] * count)

    begin = time.monotonic()
    if part in ("B1", "B9"):
        await many()
    if part == "B9":
        return {"seconds": time.monotonic() - begin, "jobs": count}
    if part == "B1":
        begin = time.monotonic()
        await queue.run(
            # Larger batches acknowledge several jobs at once.
            batch_size=1, max_concurrent_tasks=4, dequeue_timeout=datetime.timedelta(seconds=1),
            mode=QueueExecutionMode.drain)
        assert done[0] == count, done
        return {"jobs_per_s": count / (time.monotonic() - begin)}
    worker = asyncio.create_task(queue.run(batch_size=1))
    try:
        return await singly(count, lambda: queries.enqueue("nothing", None), started)
    finally:
        queue.shutdown.set()
        worker.cancel()
        await asyncio.gather(worker, return_exceptions=True)


async def awa(part, url, count):
    import dataclasses

    from awa import AsyncClient

    @dataclasses.dataclass
    class Nothing:
        text: str = ""

    client = AsyncClient(url)
    await client.migrate()
    await client.install_queue_storage()
    started, done, all_done = asyncio.Event(), [0], asyncio.Event()

    @client.task(Nothing, queue="nothing")
    async def nothing(job):
        started.set()
        done[0] += 1
        if done[0] == count:
            all_done.set()

    begin = time.monotonic()
    if part in ("B1", "B9"):
        await client.enqueue_many_copy([Nothing() for _ in range(count)], queue="nothing")
    if part == "B9":
        return {"seconds": time.monotonic() - begin, "jobs": count}
    begin = time.monotonic()
    await client.start([("nothing", 4 if part == "B1" else 1)])
    try:
        if part == "B1":
            await asyncio.wait_for(all_done.wait(), 300)
            return {"jobs_per_s": count / (time.monotonic() - begin)}
        return await singly(count, lambda: client.insert(Nothing(), queue="nothing"), started)
    finally:
        await client.shutdown()


SYSTEMS = {"procrastinate": procrastinate, "pgqueuer": pgqueuer, "awa": awa}


def main():
    system, part, url, count = sys.argv[1:]
    try:
        found = asyncio.run(SYSTEMS[system](part, url, int(count)))
    except ModuleNotFoundError as error:
        print(error, file=sys.stderr)
        return 69
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
