"""Sharing a round of work between threads: everybody gets their own answer, and nobody is forgotten."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

import pytest

from widget_server.errors import RequestRefused, StoreUnavailable
from widget_server.inbox.together import Together

PATIENCE_SECONDS = 10


class Store:
    """Doubles numbers, in rounds that are remembered. The first round lasts until `go`; 13 breaks its round."""

    def __init__(self, then: Callable[[Sequence[int]], None] = lambda _: None) -> None:
        self.rounds: list[list[int]] = []
        self.is_working = threading.Event()
        self.go = threading.Event()
        self._then = then

    def run(self, works: Sequence[int]) -> list[int | Exception]:
        self.rounds.append(list(works))
        self.is_working.set()
        assert self.go.wait(PATIENCE_SECONDS)
        self._then(works)
        if 13 in works:
            raise ZeroDivisionError
        return [RequestRefused(422, "odd", "It is odd.") if work % 2 else 2 * work for work in works]


def all_at_once(
    store: Store, works: Sequence[int], most: int = 32, give_way: Callable[[], None] = lambda: None
) -> list[Future[int]]:
    """The first of `works` leads; the others wait in their order when it goes on."""
    together = Together(store.run, most, give_way)
    with ThreadPoolExecutor(len(works)) as pool:
        futures = [pool.submit(together.do, works[0])]
        assert store.is_working.wait(PATIENCE_SECONDS)
        for number, work in enumerate(works[1:], start=1):
            futures.append(pool.submit(together.do, work))
            while together.waiting < number:
                threading.Event().wait(0.001)
        store.go.set()
    return futures


def test_who_comes_alone_waits_for_nobody() -> None:
    store = Store()
    store.go.set()
    assert Together(store.run, give_way=pytest.fail).do(2) == 4
    assert store.rounds == [[2]]


def test_those_who_wait_share_the_next_round_and_get_their_own_answers() -> None:
    store = Store()
    futures = all_at_once(store, [2, 4, 5, 6])
    assert store.rounds == [[2], [4, 5, 6]]
    assert [future.result() for future in futures if future is not futures[2]] == [4, 8, 12]
    with pytest.raises(RequestRefused):
        futures[2].result()


def test_a_round_takes_no_more_than_it_may_and_others_get_their_turn_between_two() -> None:
    store, given = Store(), list[int]()
    futures = all_at_once(store, [2, 4, 6, 8, 10, 12], 2, lambda: given.append(len(store.rounds)))
    assert [future.result() for future in futures] == [4, 8, 12, 16, 20, 24]
    assert store.rounds == [[2], [4, 6], [8, 10], [12]]
    assert given == [1, 2, 3]


def test_one_that_breaks_its_round_harms_no_other() -> None:
    store = Store()
    futures = all_at_once(store, [2, 4, 13, 6])
    assert store.rounds == [[2], [4, 13, 6], [4], [13], [6]]
    assert [future.result() for future in futures if future is not futures[2]] == [4, 8, 12]
    with pytest.raises(ZeroDivisionError):
        futures[2].result()


def test_a_store_that_is_away_is_told_to_the_round_and_to_all_that_wait_for_it() -> None:
    def away(_: Sequence[int]) -> None:
        raise StoreUnavailable("locked")

    store = Store(away)
    futures = all_at_once(store, [2, 4, 6], most=1)
    assert [type(future.exception()) for future in futures] == [StoreUnavailable] * 3
    assert store.rounds == [[2]]


def test_a_thread_that_is_ended_in_the_middle_leaves_nobody_waiting() -> None:
    def end(works: Sequence[int]) -> None:
        if works == [2]:
            raise SystemExit

    store = Store(end)
    futures = all_at_once(store, [2, 4])
    assert isinstance(futures[0].exception(), SystemExit)
    assert futures[1].result() == 8


def test_hundreds_from_many_threads_are_each_answered_once() -> None:
    store = Store()
    store.go.set()
    together = Together(store.run, 8, lambda: None)

    def answer(work: int) -> int | None:
        with suppress(RequestRefused):
            return together.do(work)
        return None

    with ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(answer, range(14, 414)))
    assert answers == [None if work % 2 else 2 * work for work in range(14, 414)]
    assert sorted(work for works in store.rounds for work in works) == list(range(14, 414))
