"""All ways to put eight queens on a board, by trying every permutation: generators, sets, tuples."""

N = 3
CHECK = 92
SIZE = 8


def permutations(items):
    """Every order of `items`, by one position turned after another."""
    pool = tuple(items)
    size = len(pool)
    indices = list(range(size))
    cycles = list(range(size, 0, -1))
    yield tuple(pool[index] for index in indices)
    while True:
        for place in reversed(range(size)):
            cycles[place] -= 1
            if cycles[place]:
                other = -cycles[place]
                indices[place], indices[other] = indices[other], indices[place]
                yield tuple(pool[index] for index in indices)
                break
            indices[place:] = indices[place + 1:] + indices[place:place + 1]
            cycles[place] = size - place
        else:
            return


def solutions(size):
    columns = range(size)
    for rows in permutations(columns):
        if len({rows[c] + c for c in columns}) == size == len({rows[c] - c for c in columns}):
            yield rows


def run(n):
    for _ in range(n):
        result = sum(1 for _ in solutions(SIZE))
    return result
