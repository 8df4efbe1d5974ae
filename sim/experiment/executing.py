"""Who plays the blocks: this process, processes, a cluster; any ``concurrent.futures.Executor``.

A pool of processes loses its blocks when a worker dies; they go to a fresh pool. A block that
kills its worker again and again is played alone, and if it does so again it is given up.
"""

from __future__ import annotations

import importlib
import os
import signal
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import (
    FIRST_COMPLETED,
    BrokenExecutor,
    CancelledError,
    Executor,
    Future,
    ProcessPoolExecutor,
    wait,
)
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any, Generic, TypeVar

from sim.errors import RunError

__all__ = ["Crew", "Lost", "Serial", "cluster_crew", "crew_of", "played"]

T = TypeVar("T")
R = TypeVar("R")

_SUSPECT = 2
"""Pools a block may break before it is played alone."""

_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


class Serial(Executor):
    """Plays in this process, one after the other."""

    def submit(self, fn: Callable[..., R], /, *args: Any, **kwargs: Any) -> Future[R]:  # noqa: ANN401
        """Play at once and return a future that is done."""
        future: Future[R] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


class Crew:
    """An executor, how many blocks it is given at once, and how to get a fresh one.

    Parameters
    ----------
    executor
        Plays the blocks.
    window
        Blocks handed out at a time, so that results do not pile up.
    renew
        Makes a fresh executor when this one breaks; ``None`` where it is not ours to replace.
    """

    def __init__(
        self, executor: Executor, window: int, renew: Callable[[], Executor] | None = None
    ) -> None:
        self.executor = executor
        self.window = window
        self._renew = renew

    def fresh(self) -> None:
        """Replace an executor that broke.

        Raises
        ------
        RunError
            If it was given by the caller.
        """
        if self._renew is None:
            message = (
                "the executor broke; finished blocks are kept. Start it again and resume "
                "(--resume, resume=True)"
            )
            raise RunError(message)
        self.executor.shutdown(wait=False, cancel_futures=True)
        self.executor = self._renew()

    def stop(self) -> None:
        """Let go of what is not finished, without waiting for it."""
        if self._renew is not None:
            workers = list((getattr(self.executor, "_processes", None) or {}).values())
            self.executor.shutdown(wait=False, cancel_futures=True)
            for worker in workers:
                worker.terminate()


@contextmanager
def crew_of(workers: int, executor: Executor | None = None) -> Iterator[Crew]:
    """Return a crew: the executor given, this process alone, or a pool of processes."""
    if executor is not None:
        yield Crew(executor, window=2 * max(workers, os.cpu_count() or 1))
    elif workers == 1:
        yield Crew(Serial(), window=1)
    else:
        with _single_threads():
            crew = Crew(_pool(workers), window=workers + 2, renew=lambda: _pool(workers))
            try:
                yield crew
            except BaseException:
                crew.stop()
                raise
            crew.executor.shutdown()


def _pool(workers: int) -> Executor:
    spawn = get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=spawn, initializer=_leave_interrupts)


def _leave_interrupts() -> None:
    """Leave an interrupt from the keyboard to the process that hands out the work."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def _single_threads() -> Iterator[None]:
    """Keep each worker's linear algebra to one thread: workers are the parallelism."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def cluster_crew(address: str, workers: int = 2) -> Iterator[Crew]:
    """Return a Dask cluster as a crew: a scheduler's address, or ``local`` to start one here.

    Raises
    ------
    RunError
        If Dask is not installed, or nobody answers at the address.
    """
    try:
        distributed: Any = importlib.import_module("distributed")
    except ImportError as error:
        message = "this needs Dask; install it with: pip install 'ceasefire-sim[cluster]'"
        raise RunError(message) from error
    local = None
    if address == "local":
        local = distributed.LocalCluster(
            n_workers=workers, threads_per_worker=1, dashboard_address=None
        )
    try:
        client = distributed.Client(local or address, timeout="10s")
    except (OSError, TimeoutError, ValueError) as error:
        message = f"no Dask scheduler answers at {address}; allowed: tcp://HOST:PORT, or local"
        raise RunError(message) from error
    try:
        threads = sum(client.nthreads().values()) or workers
        yield Crew(client.get_executor(pure=False), window=2 * threads)
    finally:
        client.close()
        if local is not None:
            local.close()


class Lost(Exception):  # noqa: N818 - it says what became of a block
    """The worker that played a block died each time."""


def played(
    crew: Crew, function: Callable[[T], R], tasks: Sequence[Callable[[], T]]
) -> Iterator[tuple[int, R | BaseException]]:
    """Play tasks and yield the number and the result, or the failure, of each as it is done.

    Parameters
    ----------
    function
        What is done with a task; the result may depend on the task alone.
    tasks
        Make each task when its turn has come.
    """
    yield from _Play(crew, function, tasks)


class _Play(Generic[T, R]):
    """Hands out tasks, takes in results, and sends out again what died with its worker."""

    def __init__(
        self, crew: Crew, function: Callable[[T], R], tasks: Sequence[Callable[[], T]]
    ) -> None:
        self.crew, self.function, self.tasks = crew, function, tasks
        self.waiting = deque(range(len(tasks)))
        self.pending: dict[Future[R], int] = {}
        self.broke: Counter[int] = Counter()

    def __iter__(self) -> Iterator[tuple[int, R | BaseException]]:
        while self.waiting or self.pending:
            self._hand_out()
            done, _ = wait(self.pending, return_when=FIRST_COMPLETED)
            lost: list[int] = []
            for future in done:
                number = self.pending.pop(future)
                try:
                    yield number, future.result()
                except (BrokenExecutor, CancelledError):
                    lost.append(number)
                except Exception as error:
                    yield number, error
            if lost:
                yield from self._sent_again(lost)

    def _hand_out(self) -> None:
        """Fill the window; a block that broke pools goes alone."""
        while self.waiting and len(self.pending) < self.crew.window:
            suspect = self.broke[self.waiting[0]] >= _SUSPECT
            if suspect and self.pending:
                return
            number = self.waiting.popleft()
            try:
                future = self.crew.executor.submit(self.function, self.tasks[number]())
            except BrokenExecutor:
                self.waiting.appendleft(number)
                if self.pending:
                    return
                self.crew.fresh()
                continue
            self.pending[future] = number
            if suspect:
                return

    def _sent_again(self, lost: list[int]) -> Iterator[tuple[int, BaseException]]:
        """Take a fresh executor, and put what was lost back at the head of the queue."""
        done, _ = wait(self.pending)
        for future in done:
            number = self.pending[future]
            if future.cancelled() or isinstance(future.exception(), BrokenExecutor):
                self.pending.pop(future)
                lost.append(number)
        self.crew.fresh()
        for number in sorted(lost, reverse=True):
            self.broke[number] += 1
            if self.broke[number] > _SUSPECT:
                yield number, Lost("the worker died while playing it, alone as among others")
            else:
                self.waiting.appendleft(number)
