"""The work of one job, alike for every queue: one row into a database, durable when the call returns.

The connection of a process is kept, as a careful program would.
"""

import os
import sqlite3
import time

import psycopg

_connection = None


def connect():
    """A connection to the database of PEER_DATABASE that commits each statement."""
    address = os.environ["PEER_DATABASE"]
    if address.startswith("postgres"):
        return psycopg.connect(address, autocommit=True)
    connection = sqlite3.connect(address, timeout=30, isolation_level=None)
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def effect(n):
    """Writes the row of job `n`, after PEER_WORK_MS of other work."""
    global _connection
    if _connection is None:
        _connection = connect()
    work = float(os.environ.get("PEER_WORK_MS", "0"))
    if work:
        time.sleep(work / 1000)
    place = "%s" if isinstance(_connection, psycopg.Connection) else "?"
    _connection.execute(f"INSERT INTO peer_effects (n) VALUES ({place})", (n,))
