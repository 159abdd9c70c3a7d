"""The orthogonal arrays L4, L8, L9, L12, L16, L18 and L27 in their customary order, levels from 1.

Two- and three-level arrays are built from their basic columns; L12 is the Plackett-Burman design with its
customary rows; L18 is 2 x 3^7 (Taguchi, System of Experimental Design, appendix).
"""

from itertools import product

Array = tuple[tuple[int, ...], ...]


def _powers(levels: int, basics: int, columns: tuple[tuple[int, ...], ...]) -> Array:
    """Rows over all levels of the basic columns; each column is their sum by its coefficients."""
    return tuple(
        tuple(sum(c * x for c, x in zip(column, row, strict=True)) % levels + 1 for column in columns)
        for row in product(range(levels), repeat=basics)
    )


def _binary(basics: int) -> Array:
    """The 2^(2^k - 1) array: column n is the sum of the basic columns in the bits of n."""
    bits = tuple(tuple(n >> b & 1 for b in range(basics)) for n in range(1, 2**basics))
    return _powers(2, basics, bits)


def _ternary(basics: int) -> Array:
    """The 3^k array: all directions whose last coefficient that is not zero is one."""
    columns: list[tuple[int, ...]] = []
    for at in range(basics):
        for before in product(range(3), repeat=at):
            column = (*before, 1, *(0,) * (basics - at - 1))
            columns.append(column)
    return _powers(3, basics, tuple(columns))


_L9 = tuple((a + 1, b + 1, (a + b) % 3 + 1, (2 * a + b) % 3 + 1) for a in range(3) for b in range(3))
_L12_ROWS = (
    "11111111111",
    "11111222222",
    "11222111222",
    "12122122112",
    "12212212121",
    "12221221211",
    "21221122121",
    "21212221112",
    "21122212211",
    "22211112212",
    "22121211122",
    "22112121221",
)
_L18_ROWS = (
    "11111111",
    "11222222",
    "11333333",
    "12112233",
    "12223311",
    "12331122",
    "13121323",
    "13232131",
    "13313212",
    "21133221",
    "21211332",
    "21322113",
    "22123132",
    "22231213",
    "22312321",
    "23132312",
    "23213123",
    "23321231",
)


def _literal(rows: tuple[str, ...]) -> Array:
    return tuple(tuple(int(cell) for cell in row) for row in rows)


ARRAYS: dict[str, Array] = {
    "L4": _binary(2),
    "L8": _binary(3),
    "L9": _L9,
    "L12": _literal(_L12_ROWS),
    "L16": _binary(4),
    "L18": _literal(_L18_ROWS),
    "L27": _ternary(3),
}


def levels_of(array: Array, column: int) -> int:
    """How many levels a column (from 0) has."""
    return max(row[column] for row in array)
