"""A rush of guesses takes its turns: never more at once than there is memory for, and nobody waits for ever."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from openler.access import sealing
from openler.access.sealing import Cost, stretch
from openler.access.turns import GUESSES, MOST_AT_ONCE, Turns
from openler.errors import Unavailable

CHEAP = Cost(time=1, memory=64, lanes=1)


def held(turns: Turns, count: int) -> tuple[list[threading.Thread], threading.Event]:
    """``count`` threads that have a turn each, until the event is set."""
    let_go, all_in = threading.Event(), threading.Barrier(count + 1)

    def hold() -> None:
        with turns.turn():
            all_in.wait(timeout=30)
            let_go.wait(timeout=30)

    threads = [threading.Thread(target=hold) for _ in range(count)]
    for thread in threads:
        thread.start()
    all_in.wait(timeout=30)
    return threads, let_go


def test_no_more_run_at_once_than_there_are_turns_and_all_have_one_in_the_end() -> None:
    turns = Turns(2, waiting=30, seconds=30)
    inside, most, lock = 0, 0, threading.Lock()

    def guess(_: int) -> None:
        nonlocal inside, most
        with turns.turn():
            with lock:
                inside += 1
                most = max(most, inside)
            with lock:
                inside -= 1

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(guess, range(200)))
    assert (inside, most <= 2) == (0, True)


def test_who_finds_no_turn_is_told_when_to_come_back() -> None:
    turns = Turns(1, waiting=1, seconds=0.01)
    threads, let_go = held(turns, 1)
    try:
        with pytest.raises(Unavailable) as caught, turns.turn():
            pytest.fail("there was no turn to have")
        assert (caught.value.code, caught.value.parameters) == ("access.busy", {"retry_after": 5})
    finally:
        let_go.set()
        for thread in threads:
            thread.join()
    with turns.turn():
        pass


def test_where_the_line_is_full_nobody_waits() -> None:
    turns = Turns(1, waiting=0, seconds=3600)
    threads, let_go = held(turns, 1)
    try:
        with pytest.raises(Unavailable), turns.turn():
            pytest.fail("there was no place in the line")
    finally:
        let_go.set()
        for thread in threads:
            thread.join()


def test_a_turn_is_given_back_after_a_failure_and_a_thread_needs_only_one() -> None:
    turns = Turns(1, waiting=0, seconds=0.01)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), turns.turn(), turns.turn():
            raise ZeroDivisionError
    with turns.turn():
        pass


def test_every_guess_at_a_passphrase_takes_a_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = Turns(1, waiting=0, seconds=0.01)
    monkeypatch.setattr(sealing, "GUESSES", turns)
    threads, let_go = held(turns, 1)
    try:
        with pytest.raises(Unavailable):
            stretch("correct horse", b"salt" * 4, CHEAP)
    finally:
        let_go.set()
        for thread in threads:
            thread.join()
    assert len(stretch("correct horse", b"salt" * 4, CHEAP)) == 32


def test_a_process_never_needs_more_than_half_a_gigabyte_for_guesses() -> None:
    assert MOST_AT_ONCE * sealing.STANDARD_COST.memory * 1024 <= 512 * 1024 * 1024
    with GUESSES.turn():
        pass
