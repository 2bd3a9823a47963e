"""What each person may still ask of the model: kept over restarts, begun anew each day."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from functools import partial

from bot.language.allowance import StoredAllowance
from bot.store import StoreUnavailable, open_store

DAY = date(2026, 11, 21)
NEXT = date(2026, 11, 22)


def test_so_many_questions_a_person_and_a_day(tmp_path):
    allowance = StoredAllowance(partial(open_store, tmp_path / "bot.db"), 2)
    assert [allowance.take("@alice:a", DAY) for _ in range(3)] == [True, True, False]
    assert allowance.take("@bob:a", DAY)
    assert allowance.take("@alice:a", NEXT)


def test_a_restart_forgets_none(tmp_path):
    for expected in (True, False):
        assert StoredAllowance(partial(open_store, tmp_path / "bot.db"), 1).take("@alice:a", DAY) is expected


def test_days_that_are_over_are_not_kept(tmp_path):
    allowance = StoredAllowance(partial(open_store, tmp_path / "bot.db"), 5)
    for day in (DAY, NEXT):
        allowance.take("@alice:a", day)
    rows = open_store(tmp_path / "bot.db").rows("SELECT day FROM model_questions")
    assert [row["day"] for row in rows] == [NEXT.isoformat()]


def test_without_limit_nothing_is_kept(tmp_path):
    allowance = StoredAllowance(partial(open_store, tmp_path / "bot.db"), 0)
    assert all(allowance.take("@alice:a", DAY) for _ in range(10))
    assert not (tmp_path / "bot.db").exists()


def test_a_database_that_cannot_be_read_gives_no_question_to_the_model(tmp_path):
    def fails():
        raise StoreUnavailable("disk full")

    assert not StoredAllowance(fails, 5).take("@alice:a", DAY)


def test_each_thread_that_asks_has_its_own_connection(tmp_path):
    allowance = StoredAllowance(partial(open_store, tmp_path / "bot.db"), 3)
    with ThreadPoolExecutor(4) as threads:
        taken = list(threads.map(lambda _: allowance.take("@alice:a", DAY), range(8)))
    assert sum(taken) == 3
