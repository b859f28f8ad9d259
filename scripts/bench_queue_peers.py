"""What other queues do in the parts of scripts/bench-queue, each through its public interface.

    FOLDER/bin/python scripts/bench_queue_peers.py procrastinate|pgqueuer|awa B1|B2|B7|B8|B9 URL COUNT
                      (procrastinate 3.10, pgqueuer 1.6 with asyncpg 0.32, awa-pg 0.6)

COUNT is that of the jobs, and in B8 the seconds after which a worker counts as lost. Prints the measures as JSON in
its last line; in B1 first `begins`, and it waits for a line before it goes on. Exit status 69: the system is not
installed, or has no counterpart of the part: procrastinate takes nobody's jobs back unless one writes a task for it.
"""

import asyncio
import contextlib
import json
import signal
import statistics
import subprocess
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


class Drain:
    """The time and the processor time of emptying a queue of so many jobs."""

    def __init__(self, count):
        self.count = count
        # Whoever measures the server reads its counters now.
        print("begins", flush=True)
        sys.stdin.readline()
        self.begin, self.spent = time.monotonic(), time.process_time()

    def found(self):
        return {
            "jobs_per_s": self.count / (time.monotonic() - self.begin),
            "client_cpu_ms_per_job": (time.process_time() - self.spent) / self.count * 1000,
        }


@contextlib.contextmanager
def held_snapshot(url):
    """A session that holds a snapshot, as a report or a forgotten transaction does."""
    holder = subprocess.Popen(["psql", "-XqAt", url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        holder.stdin.write("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM pg_class;\n")
        holder.stdin.flush()
        holder.stdout.readline()
        yield
    finally:
        holder.kill()
        holder.wait()


async def under_snapshot(url, count, enqueue, started):
    """The same measures as those of B7 in scripts/bench-queue."""
    before = (await singly(count, enqueue, started))["p99_ms"]
    with held_snapshot(url):
        await singly(4 * count, enqueue, started)
        held = (await singly(count, enqueue, started))["p99_ms"]
    return {"start_p99_before_ms": before, "start_p99_held_ms": held, "start_held_ratio": held / before}


async def until_restart(system, url, lease):
    """Kills the one of two workers that has the only job; seconds until the other one starts it."""
    def worker():
        return subprocess.Popen(
            [sys.executable, __file__, system, "worker", url, str(lease)], stdout=subprocess.PIPE, text=True)

    children = [worker()]
    try:
        assert children[0].stdout.readline() == "started\n"
        children.append(worker())
        await asyncio.sleep(3)
        children[0].send_signal(signal.SIGKILL)
        begin = time.monotonic()
        line = await asyncio.wait_for(asyncio.to_thread(children[1].stdout.readline), 500)
        assert line == "started\n", line
        took = time.monotonic() - begin
        return {"seconds_to_restart": took, "lease_s": lease, "seconds_beyond_lease": took - lease}
    finally:
        for child in children:
            child.kill()


async def procrastinate(part, url, count):
    import procrastinate

    if part == "B8":
        raise NotImplementedError
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
            drain = Drain(count)
            await app.run_worker_async(wait=False, concurrency=4, install_signal_handlers=False)
            assert done[0] == count, done
            return drain.found()
        worker = asyncio.create_task(app.run_worker_async(concurrency=1, install_signal_handlers=False))
        try:
            if part == "B7":
                return await under_snapshot(url, count, nothing.defer_async, started)
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
    if part == "worker":
        @queue.entrypoint("long")
        async def long(job: Job) -> None:
            print("started", flush=True)
            await asyncio.sleep(3600)

        await queue.run(batch_size=1, heartbeat_timeout=datetime.timedelta(seconds=count))
        return {}
    await queries.install()
    if part == "B8":
        await queries.enqueue("long", None)
        return await until_restart("pgqueuer", url, count)
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
        drain = Drain(count)
        await queue.run(
            # Larger batches acknowledge several jobs at once.
            batch_size=1, max_concurrent_tasks=4, dequeue_timeout=datetime.timedelta(seconds=1),
            mode=QueueExecutionMode.drain)
        assert done[0] == count, done
        return drain.found()
    worker = asyncio.create_task(queue.run(batch_size=1))
    try:
        if part == "B7":
            return await under_snapshot(url, count, lambda: queries.enqueue("nothing", None), started)
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
    if part == "worker":
        @client.task(Nothing, queue="long")
        async def long(job):
            print("started", flush=True)
            await asyncio.sleep(3600)

        await client.start([("long", 1)], heartbeat_staleness_ms=1000 * count)
        await asyncio.sleep(3600)
    await client.migrate()
    await client.install_queue_storage()
    if part == "B8":
        await client.insert(Nothing(), queue="long")
        return await until_restart("awa", url, count)
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
    drain = Drain(count) if part == "B1" else None
    await client.start([("nothing", 4 if part == "B1" else 1)])
    try:
        if drain:
            await asyncio.wait_for(all_done.wait(), 300)
            return drain.found()
        if part == "B7":
            return await under_snapshot(
                url, count, lambda: client.insert(Nothing(), queue="nothing"), started)
        return await singly(count, lambda: client.insert(Nothing(), queue="nothing"), started)
    finally:
        await client.shutdown()


SYSTEMS = {"procrastinate": procrastinate, "pgqueuer": pgqueuer, "awa": awa}


def main():
    system, part, url, count = sys.argv[1:]
    try:
        found = asyncio.run(SYSTEMS[system](part, url, int(count)))
    except (ModuleNotFoundError, NotImplementedError) as error:
        print(error, file=sys.stderr)
        return 69
    print(json.dumps(found))
    return 0


if __name__ == "__main__":
    sys.exit(main())
