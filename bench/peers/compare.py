"""Rates and losses of Celery and RQ beside ours. Called by bench/peers/compare, which provides everything named here.

Every rate is of jobs that are in the queue before the workers start, and counts from the first row to the last, so that the
start of a process is nobody's cost. Two worker processes each; ours is one process.
"""

import argparse
import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import time

import redis
import work

HERE = pathlib.Path(__file__).parent
BIN = pathlib.Path(sys.executable).parent


def say(text):
    print(text, file=sys.stderr, flush=True)


class Rows:
    """The table that the jobs write into."""

    def __init__(self, address):
        os.environ["PEER_DATABASE"] = address
        self.connection = work.connect()
        self.connection.execute("DROP TABLE IF EXISTS peer_effects")
        self.connection.execute("CREATE TABLE peer_effects (n BIGINT NOT NULL)")

    def count(self):
        return self.connection.execute("SELECT COUNT(*), COUNT(DISTINCT n) FROM peer_effects").fetchone()

    def wait_for(self, jobs, seconds):
        """True when so many jobs were done in time."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self.count()[1] >= jobs:
                return True
            # Rarely: the question runs on the cores and the database of those who are measured.
            time.sleep(0.05)
        return False


class Celery:
    name = "Celery"

    def __init__(self, acks_late=False):
        self.environment = {"PEER_ACKS_LATE": "1"} if acks_late else {}

    def enqueue(self, jobs):
        script = f"import celery_app\nfor n in range({jobs}): celery_app.effect.delay(n)"
        subprocess.run([sys.executable, "-c", script], check=True, cwd=HERE, env=environment(self.environment))

    def commands(self):
        # One master with two processes: its own way of having two workers.
        return [[BIN / "celery", "-A", "celery_app", "worker", "--concurrency", "2", "--loglevel", "ERROR"]]


class Rq:
    name = "RQ"
    environment = {}

    def enqueue(self, jobs):
        script = (
            "import os, redis, rq, work\n"
            "queue = rq.Queue(connection=redis.from_url(os.environ['PEER_REDIS']))\n"
            f"for n in range({jobs}): queue.enqueue(work.effect, n)"
        )
        subprocess.run([sys.executable, "-c", script], check=True, cwd=HERE, env=environment({}))

    def commands(self):
        worker = [BIN / "rq", "worker", "--url", os.environ["PEER_REDIS"], "--quiet"]
        return [worker, worker]


def environment(more):
    return {**os.environ, "PYTHONPATH": str(HERE), **more}


def start(peer, command):
    # A process group of its own, so that a kill takes the worker with all its processes, as the end of a machine does.
    quiet = subprocess.DEVNULL
    return subprocess.Popen(
        command, cwd=HERE, env=environment(peer.environment), start_new_session=True, stdout=quiet, stderr=quiet
    )


def end(workers):
    for worker in workers:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def rate(peer, address, jobs):
    """Jobs per second of one round."""
    redis.from_url(os.environ["PEER_REDIS"]).flushall()
    rows = Rows(address)
    peer.enqueue(jobs)
    workers = [start(peer, command) for command in peer.commands()]
    try:
        if not rows.wait_for(1, 60):
            raise SystemExit(f"{peer.name} does nothing")
        first, begun = rows.count()[1], time.monotonic()
        if not rows.wait_for(jobs, 900):
            raise SystemExit(f"{peer.name} does not come to an end")
        return (jobs - first) / (time.monotonic() - begun)
    finally:
        end(workers)


def ours(engine, jobs):
    """The same of ours, from its own bench."""
    command = [os.environ["PEER_BENCH"], "--scratch", os.environ["PEER_SCRATCH"], "jobs", "--rounds", "1"]
    command += ["--database", engine, "--jobs", str(jobs), "--at-a-time", os.environ.get("PEER_AT_A_TIME", "32")]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(re.search(r"one at a time +\| +\d+ \| +\d+ \| +([0-9.]+)", told).group(1))


def losses(peer, address, jobs, kills, wait):
    """kill -9 of one worker, so often while the jobs run, each started again at once; what is not done a while later."""
    redis.from_url(os.environ["PEER_REDIS"]).flushall()
    os.environ["PEER_WORK_MS"] = "50"
    rows = Rows(address)
    peer.enqueue(jobs)
    commands = peer.commands()
    workers = [start(peer, command) for command in commands]
    try:
        rows.wait_for(1, 60)
        for kill in range(1, kills + 1):
            rows.wait_for(jobs * kill // (kills + 2), 60)
            place = kill % len(workers)
            end([workers[place]])
            workers[place] = start(peer, commands[place])
        rows.wait_for(jobs, wait)
        written, done = rows.count()
        return jobs - done, written - done
    finally:
        end(workers)
        os.environ["PEER_WORK_MS"] = "0"


def print_rates(options, databases):
    print("| jobs per second, one row each | rounds | ours | Celery | RQ | ours / best of theirs | goal |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | ---: |")
    for engine, address in databases.items():
        found = {"ours": [], "Celery": [], "RQ": []}
        for number in range(1, options.rounds + 1):
            say(f"{engine}: round {number} of {options.rounds}")
            found["ours"].append(ours(engine, options.jobs * 5))
            for peer in (Celery(), Rq()):
                found[peer.name].append(rate(peer, address, options.jobs if peer.name == "Celery" else options.jobs // 4))
        ratios = [a / max(b, c) for a, b, c in zip(found["ours"], found["Celery"], found["RQ"])]
        cells = [shown(found[name], 0) for name in ("ours", "Celery", "RQ")] + [shown(ratios, 1), "≥ 4"]
        print(f"| {engine} | {options.rounds} | " + " | ".join(cells) + " |", flush=True)


def shown(values, digits):
    low, high = min(values), max(values)
    return f"{statistics.median(values):.{digits}f} ({low:.{digits}f}–{high:.{digits}f})"


def print_losses(options, address):
    print(f"\n| {options.kills} × kill -9 during 200 jobs | not done {options.wait} s later | done twice |")
    print("| --- | ---: | ---: |")
    settings = [
        ("Celery, defaults", Celery()),
        ("Celery, acks_late and reject_on_worker_lost", Celery(acks_late=True)),
        ("RQ, defaults", Rq()),
    ]
    for name, peer in settings:
        say(name)
        missing, twice = losses(peer, address, 200, options.kills, options.wait)
        print(f"| {name} | {missing} | {twice} |", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--jobs", type=int, default=2000, help="of Celery; RQ a quarter of them, ours five times as many")
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--wait", type=int, default=60, help="seconds after the last kill")
    parser.add_argument("--quick", action="store_true", help="one round of few jobs, ten seconds of waiting")
    options = parser.parse_args()
    if options.quick:
        options.rounds, options.jobs, options.wait = 1, 200, 10
    databases = {
        "sqlite": str(pathlib.Path(os.environ["PEER_SCRATCH"]) / f"peers-{os.getpid()}.sqlite"),
        "postgres": os.environ["KARAVAN_BENCH_POSTGRES"],
    }
    try:
        print_rates(options, databases)
        print_losses(options, databases["postgres"])
    finally:
        for file in pathlib.Path(os.environ["PEER_SCRATCH"]).glob(f"peers-{os.getpid()}.sqlite*"):
            file.unlink()


if __name__ == "__main__":
    main()
