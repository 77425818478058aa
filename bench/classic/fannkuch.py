"""The most flips it takes to bring a one to the top, over all permutations of 1 to 9: lists and small ints."""

N = 1
CHECK = (8629, 30)
SIZE = 9


def fannkuch(size):
    """The checksum, which weighs even permutations with +1 and odd with -1, and the most flips."""
    order = list(range(size))
    counts = [0] * size
    checksum = most = 0
    even = True
    while True:
        if order[0]:
            flips = 0
            work = order[:]
            first = work[0]
            while first:
                work[:first + 1] = work[first::-1]
                flips += 1
                first = work[0]
            if flips > most:
                most = flips
            checksum += flips if even else -flips
        # The next permutation differs by a rotation of its first elements; parity alternates.
        if even:
            order[0], order[1] = order[1], order[0]
            even = False
            continue
        order[1], order[2] = order[2], order[1]
        even = True
        place = 2
        counts[2] += 1
        while counts[place] > place:
            counts[place] = 0
            place += 1
            if place == size:
                return checksum, most
            order.insert(place, order.pop(0))
            counts[place] += 1


def run(n):
    for _ in range(n):
        result = fannkuch(SIZE)
    return result
