"""Celery as its documentation begins: an application, a task, Redis as the broker, no results.

PEER_ACKS_LATE=1 switches on what Celery offers against lost workers; everything else is its default.
"""

import os

from celery import Celery

import work

app = Celery("peers", broker=os.environ["PEER_REDIS"])
late = os.environ.get("PEER_ACKS_LATE") == "1"


@app.task(ignore_result=True, acks_late=late, reject_on_worker_lost=late)
def effect(n):
    work.effect(n)
