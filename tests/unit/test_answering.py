"""A worker forks while a thread of it is in the broker's client: the child must not inherit a
lock that nobody there will ever release.
"""

import os
import subprocess
import sys

import pytest

from tests.architecture import tree

FORKS = """
import os, threading
from infra.celery.answering import Forks

forks, clients_lock, ended, rounds = Forks(), threading.RLock(), threading.Event(), 0

def ask():  # as a ping does: in the client's locks most of the time, waiting in between
    global rounds
    while not ended.is_set():
        with forks:
            for _ in range(20):
                with clients_lock:
                    ended.wait(0.002)
                forks.let_in()
                rounds += 1

thread = threading.Thread(target=ask)
thread.start()
stuck = 0
for _ in range(20):
    child = os.fork()
    if not child:
        os._exit(0 if clients_lock.acquire(timeout=1) else 1)
    stuck += os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
before = rounds
ended.set()
thread.join()
print(stuck, before > 0)
"""

NAMELESS = """
import os, threading, time
from infra.celery import answering

answering.FORK_WITHIN_S = 0.2
forks, asks, ended = answering.Forks(), threading.Event(), threading.Event()

def ask():  # as one does whose broker's name nobody knows just now
    with forks:
        asks.set()
        ended.wait(20)

thread = threading.Thread(target=ask)
thread.start()
asks.wait()
took_s = []
for _ in range(2):
    began_s = time.monotonic()
    if not (child := os.fork()):
        os._exit(0)
    took_s.append(time.monotonic() - began_s)
    os.waitpid(child, 0)
    ended.set()
    thread.join()
with forks:
    print(0.2 <= took_s[0] < 10, took_s[1] < 0.2)
"""


@pytest.fixture(scope="module")
def told() -> list[str]:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tree.ROOT), "BOT_TOKEN": "1:a"}
    done = subprocess.run(
        [sys.executable, "-c", FORKS + NAMELESS],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return done.stdout.splitlines()


def test_a_child_never_finds_a_lock_that_another_thread_held(told: list[str]) -> None:
    assert told[0] == "0 True"


def test_a_question_that_waits_for_ever_keeps_no_worker_from_forking(told: list[str]) -> None:
    assert told[1] == "True True"
