"""A ring buffer of rows of numbers whose newest part is always one contiguous view."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


class Ring:
    """The last `capacity` rows; each value is kept twice, so that no view ever has to be joined."""

    def __init__(self, capacity: int, columns: int) -> None:
        self._capacity = capacity
        self._values: FloatArray = np.full((columns, 2 * capacity), np.nan)
        self._next = 0
        self._count = 0

    def __len__(self) -> int:
        return self._count

    @property
    def columns(self) -> int:
        """How many numbers a row has."""
        return int(self._values.shape[0])

    def append(self, row: tuple[float, ...]) -> None:
        """Add a row of `columns` numbers; the oldest one goes where the ring is full."""
        place = self._next
        self._values[:, place] = self._values[:, place + self._capacity] = row
        self._next = (place + 1) % self._capacity
        self._count = min(self._count + 1, self._capacity)

    def add_column(self, value: float) -> None:
        """Give every row one more number."""
        added = np.full((1, 2 * self._capacity), value)
        self._values = np.concatenate((self._values, added))

    def view(self) -> FloatArray:
        """Return the rows from the oldest to the newest, shape (columns, rows).

        It is a view: `append` changes it. Copy what is to be kept.
        """
        end = self._next + self._capacity
        return self._values[:, end - self._count : end]
