"""Which entry met which judge and criterion how often, and the sums over entries that a fit asks for.

Each entry is a short sparse row over the dense columns (judges, then criteria). A weighted sum of the
outer products of these rows is asked for again and again; entries with equally many ratings have equal
weights, so that a few sums per count, made once, are enough where the counts are few. Where they are many,
the pairs of columns are laid out once as long as they fit in memory.
"""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Numbers = NDArray[np.int64]

FEW_COUNTS = 12
PAIRS_AT_ONCE = 4_000_000
PAIRS_KEPT = 24_000_000


class _Sizes(Protocol):
    @property
    def entries(self) -> int: ...
    @property
    def judges(self) -> int: ...
    @property
    def criteria(self) -> int: ...


class Cells:
    """The incidence of entries (rows) on judges and criteria (columns)."""

    def __init__(self, entry: Numbers, judge: Numbers, criterion: Numbers, sizes: _Sizes) -> None:
        self.entries, self.width = sizes.entries, sizes.judges + sizes.criteria
        rows = np.concatenate([entry, entry])
        columns = np.concatenate([judge, sizes.judges + criterion])
        keys, counts = np.unique(rows * self.width + columns, return_counts=True)
        self.row, self.column = np.divmod(keys, self.width)
        self.value = counts.astype(np.float64)
        self.length = np.bincount(self.row, minlength=self.entries)
        self.start = np.concatenate([[0], np.cumsum(self.length)[:-1]])
        self.crossed = _crossed(judge, criterion, sizes)
        per_entry = np.bincount(entry, minlength=self.entries)
        self.distinct, self.kind = np.unique(per_entry, return_inverse=True)
        self._sums = (
            [self._outer((self.kind == n).astype(np.float64)) for n in range(len(self.distinct))]
            if len(self.distinct) <= FEW_COUNTS
            else None
        )
        self._pairs = None if self._sums is not None else self._laid_out()
        self._first = np.zeros(len(self.distinct), dtype=np.int64)
        self._first[self.kind] = np.arange(self.entries)

    def folded(self, weights: Vector) -> Vector:
        """The sum over entries of weight x row x row; entries with equally many ratings weigh the same."""
        if self._pairs is not None:
            places, products, rows = self._pairs
            flat = np.bincount(places, products * weights[rows], self.width**2).astype(np.float64)
            return flat.reshape(self.width, self.width)
        if self._sums is None:
            return self._outer(weights)
        folded = np.zeros((self.width, self.width))
        for number, one in enumerate(self._sums):
            folded += weights[self._first[number]] * one
        return folded

    def down(self, by_entry: Vector) -> Vector:
        """The sum over entries of a number x row."""
        return np.bincount(self.column, self.value * by_entry[self.row], self.width).astype(np.float64)

    def across(self, by_column: Vector) -> Vector:
        """For each entry, the sum over its row of value x number."""
        return np.bincount(self.row, self.value * by_column[self.column], self.entries).astype(np.float64)

    def quadratic(self, matrix: Vector) -> Vector:
        """For each entry, row x matrix x row."""
        answer = np.zeros(self.entries)
        for length, entries in self._blocks():
            columns, values = self._block(length, entries)
            inner = np.einsum("ij,ijk->ik", values, matrix[columns[:, :, None], columns[:, None, :]])
            answer[entries] = (inner * values).sum(axis=1)
        return answer

    def _laid_out(self) -> tuple[Numbers, Vector, Numbers] | None:
        """Place in the matrix, product and entry of every pair of columns; None where they are too many."""
        if int((self.length.astype(np.int64) ** 2).sum()) > PAIRS_KEPT:
            return None
        places, products, rows = [], [], []
        for length, entries in self._blocks():
            columns, values = self._block(length, entries)
            places.append((columns[:, :, None] * self.width + columns[:, None, :]).ravel())
            products.append((values[:, :, None] * values[:, None, :]).ravel())
            rows.append(np.repeat(entries, length * length))
        return np.concatenate(places), np.concatenate(products), np.concatenate(rows)

    def _outer(self, weights: Vector) -> Vector:
        total = np.zeros(self.width * self.width)
        for length, entries in self._blocks():
            entries = entries[weights[entries] != 0.0]
            if not len(entries):
                continue
            columns, values = self._block(length, entries)
            products = values[:, :, None] * values[:, None, :] * weights[entries][:, None, None]
            places = columns[:, :, None] * self.width + columns[:, None, :]
            total += np.bincount(places.ravel(), products.ravel(), len(total))
        return total.reshape(self.width, self.width)

    def _blocks(self) -> list[tuple[int, Numbers]]:
        """Entries with rows of equal length, in portions that keep memory bounded."""
        blocks = []
        for length in np.unique(self.length[self.length > 0]):
            entries = np.flatnonzero(self.length == length)
            portion = max(1, PAIRS_AT_ONCE // int(length) ** 2)
            blocks += [(int(length), entries[n : n + portion]) for n in range(0, len(entries), portion)]
        return blocks

    def _block(self, length: int, entries: Numbers) -> tuple[Numbers, Vector]:
        places = self.start[entries][:, None] + np.arange(length)[None, :]
        return self.column[places], self.value[places]


def _crossed(judge: Numbers, criterion: Numbers, sizes: _Sizes) -> Vector:
    """Judges and criteria against each other: how many ratings they share."""
    width = sizes.judges + sizes.criteria
    crossed = np.zeros((width, width))
    np.add.at(crossed, (judge, judge), 1.0)
    np.add.at(crossed, (sizes.judges + criterion, sizes.judges + criterion), 1.0)
    np.add.at(crossed, (judge, sizes.judges + criterion), 1.0)
    np.add.at(crossed, (sizes.judges + criterion, judge), 1.0)
    return crossed
