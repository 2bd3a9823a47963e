"""How many questions a day of each person the model is given, kept in the database: a restart forgets none."""

import logging
import threading
from collections.abc import Callable
from datetime import date

from bot.errors import StoreUnusable
from bot.store import Store, StoreUnavailable

_log = logging.getLogger("bot.model")


class StoredAllowance:
    """`each` questions a person and a day, 0 for no limit; each thread that asks opens the database for itself."""

    def __init__(self, open_store: Callable[[], Store], each: int) -> None:
        self._open = open_store
        self._each = each
        self._of_thread = threading.local()
        self._one_at_a_time = threading.Lock()

    def take(self, user: str, day: date) -> bool:
        """Count one question of a user on a day; False when there are none left, or when it cannot be counted now."""
        if self._each == 0:
            return True
        try:
            with self._one_at_a_time:
                return self._taken(self._opened(), user, day.isoformat())
        except (StoreUnavailable, StoreUnusable) as error:
            _log.warning("allowance not counted: %s", error)
            return False

    def _opened(self) -> Store:
        if not hasattr(self._of_thread, "store"):
            self._of_thread.store = self._open()
        store: Store = self._of_thread.store
        return store

    def _taken(self, store: Store, user: str, day: str) -> bool:
        with store.transaction():
            store.execute("DELETE FROM model_questions WHERE day <> ?", (day,))
            added = store.execute(
                "INSERT INTO model_questions VALUES (?, ?, 1) "
                "ON CONFLICT DO UPDATE SET asked = asked + 1 WHERE asked < ?",
                (day, user, self._each),
            )
        return added == 1
