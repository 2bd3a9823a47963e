"""The budget of calls, and the pauses between tries, on a clock of the test."""

import asyncio

from bot.matrix.budget import Budget
from bot.matrix.calls import Pauses


class Clock:
    """Seconds that pass when someone sleeps."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)
        self.now += seconds


def budget_of(rate: float) -> tuple[Budget, Clock]:
    clock = Clock()
    return Budget(rate, clock, clock.sleep), clock


def times(budget: Budget, clock: Clock, calls: int) -> list[float]:
    async def scenario() -> list[float]:
        found = []
        for _ in range(calls):
            await budget.take()
            found.append(round(clock.now, 3))
        return found

    return asyncio.run(scenario())


def test_after_what_was_saved_up_there_is_one_call_a_second() -> None:
    assert times(*budget_of(1), 6) == [0, 0, 0, 1, 2, 3]


def test_a_rate_of_four_is_four_a_second() -> None:
    assert times(*budget_of(4), 6)[3:] == [0.25, 0.5, 0.75]


def test_without_limit_nothing_waits() -> None:
    assert times(*budget_of(0), 100)[-1] == 0


def test_more_than_a_moment_is_not_saved_up() -> None:
    budget, clock = budget_of(1)
    clock.now = 3_600
    assert times(budget, clock, 5) == [3600, 3600, 3600, 3601, 3602]


def test_a_courtesy_leaves_a_call_for_the_answer() -> None:
    budget, clock = budget_of(1)
    assert [budget.spare() for _ in range(4)] == [True, True, False, False]
    assert times(budget, clock, 1) == [0]


def test_calls_are_given_in_the_order_in_which_they_were_asked_for() -> None:
    budget, _ = budget_of(1)
    order: list[int] = []

    async def one(number: int) -> None:
        await budget.take()
        order.append(number)

    async def scenario() -> None:
        async with asyncio.TaskGroup() as tasks:
            for number in range(10):
                tasks.create_task(one(number))

    asyncio.run(scenario())
    assert order == list(range(10))


def test_pauses_double_up_to_thirty_seconds_with_jitter() -> None:
    pauses = Pauses()
    found = [pauses.next() for _ in range(12)]
    for number, pause in enumerate(found):
        longest = min(0.5 * 2**number, 30)
        assert longest / 2 <= pause <= longest
    assert len(set(found)) == len(found)
    assert Pauses().next() <= 0.5
