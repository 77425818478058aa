"""A puzzle on hexagonal cells: numbered tiles, each to touch as many others as it says; search with inference."""

N = 8
CHECK = (6, 2006, 214)

# The rows of a board of side three. A digit is a tile that lies there already and stays; a dot is a free cell.
BOARD = (". . .", ". . . .", ". 5 . 4 .", ". . . .", ". . .")
TILES = (2, 2, 2, 3, 3, 3, 3, 3, 4, 5, 5)


def cells(rows):
    """The neighbours of each cell and the tiles that are fixed."""
    where = {}
    fixed = {}
    side = len(rows) // 2 + 1
    for y, row in enumerate(rows):
        for x, mark in enumerate(row.split()):
            # Axial coordinates: rows below the middle begin further right.
            place = (x + max(0, side - 1 - y), y)
            where[place] = len(where)
            if mark != ".":
                fixed[where[place]] = int(mark)
    steps = ((1, 0), (-1, 0), (0, 1), (0, -1), (1, -1), (-1, 1))
    near = [[where[x + dx, y + dy] for dx, dy in steps if (x + dx, y + dy) in where] for x, y in where]
    return near, fixed


EMPTY = -1


class Solver:
    def __init__(self, near, fixed, tiles):
        self.near = near
        size = len(near)
        self.left = [0] * 7
        for tile in tiles:
            self.left[tile] += 1
        self.holes = size - len(tiles) - len(fixed)
        self.options = [{fixed[i]} if i in fixed else set(range(len(near[i]) + 1)) | {EMPTY} for i in range(size)]
        self.fixed = fixed
        self.steps = 0
        self.found = []

    def consistent(self, options):
        """Narrows the options until nothing changes; false if some cell has none left."""
        changed = True
        while changed:
            changed = False
            for cell, near in enumerate(self.near):
                mine = options[cell]
                full = sum(1 for other in near if EMPTY not in options[other])
                possible = sum(1 for other in near if options[other] != {EMPTY})
                keep = {value for value in mine if value == EMPTY or full <= value <= possible}
                if len(keep) < len(mine):
                    options[cell] = mine = keep
                    changed = True
                if not mine:
                    return False
                if len(mine) == 1 and EMPTY not in mine:
                    (value,) = mine
                    if value == full and value < possible:
                        for other in near:
                            if EMPTY in options[other] and len(options[other]) > 1:
                                options[other] = {EMPTY}
                                changed = True
                    elif value == possible and value > full:
                        for other in near:
                            if EMPTY in options[other] and len(options[other]) > 1:
                                options[other] = options[other] - {EMPTY}
                                changed = True
            if not changed:
                changed = self.count(options)
                if changed is None:
                    return False
        return True

    def count(self, options):
        """Takes out what there are no tiles for; None if too many of a kind lie on the board."""
        changed = False
        for value in range(EMPTY, 7):
            supply = self.holes if value == EMPTY else self.left[value]
            sure = sum(1 for cell, mine in enumerate(options) if mine == {value} and cell not in self.fixed)
            maybe = sum(1 for cell, mine in enumerate(options) if value in mine and cell not in self.fixed)
            if sure > supply or maybe < supply:
                return None
            if sure == supply and maybe > sure:
                for cell, mine in enumerate(options):
                    if value in mine and len(mine) > 1:
                        options[cell] = mine - {value}
                        changed = True
        return changed

    def search(self, options):
        self.steps += 1
        if not self.consistent(options):
            return
        open_cells = [(len(mine), cell) for cell, mine in enumerate(options) if len(mine) > 1]
        if not open_cells:
            self.found.append([next(iter(mine)) for mine in options])
            return
        _, cell = min(open_cells)
        for value in sorted(options[cell], reverse=True):
            copy = options[:]
            copy[cell] = {value}
            self.search(copy)


def run(n):
    for _ in range(n):
        near, fixed = cells(BOARD)
        solver = Solver(near, fixed, TILES)
        solver.search(solver.options)
        weight = sum(i * value for solution in solver.found for i, value in enumerate(solution))
    return len(solver.found), weight, solver.steps
