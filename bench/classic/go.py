"""A player of Go on a small board that thinks by random games: Monte Carlo tree search, lists and sets of ints."""

import math
import random

N = 1
CHECK = [67, 66]
SIZE = 9
POINTS = SIZE * SIZE
GAMES = 300
EMPTY, BLACK, WHITE = 0, 1, 2
PASS = -1


def neighbours(point):
    row, column = divmod(point, SIZE)
    return tuple((row + y) * SIZE + column + x for y, x in ((-1, 0), (1, 0), (0, -1), (0, 1))
                 if 0 <= row + y < SIZE and 0 <= column + x < SIZE)


NEXT_TO = tuple(neighbours(point) for point in range(POINTS))


class Group:
    """Stones of one colour that hang together, and the empty points next to them."""

    __slots__ = ("colour", "stones", "liberties")

    def __init__(self, colour, stones, liberties):
        self.colour = colour
        self.stones = stones
        self.liberties = liberties


class Board:
    def __init__(self):
        self.groups = [None] * POINTS
        self.empty = list(range(POINTS))
        self.place = list(range(POINTS))
        self.colour = BLACK
        self.ko = PASS
        self.passes = 0
        self.moves = 0
        self.captured = [0, 0, 0]

    def copy(self):
        other = Board()
        copies = {}
        for point, group in enumerate(self.groups):
            if group is not None:
                new = copies.get(id(group))
                if new is None:
                    new = copies[id(group)] = Group(group.colour, set(group.stones), set(group.liberties))
                other.groups[point] = new
        other.empty = self.empty[:]
        other.place = self.place[:]
        other.colour = self.colour
        other.ko = self.ko
        other.passes = self.passes
        other.moves = self.moves
        other.captured = self.captured[:]
        return other

    def take_empty(self, point):
        at = self.place[point]
        last = self.empty.pop()
        if last != point:
            self.empty[at] = last
            self.place[last] = at

    def put_empty(self, point):
        self.place[point] = len(self.empty)
        self.empty.append(point)

    def useful(self, point):
        """Whether the one to move may put a stone there and does not fill an eye of their own."""
        if point == self.ko:
            return False
        own_eye = True
        free = False
        for near in NEXT_TO[point]:
            group = self.groups[near]
            if group is None:
                return True
            if group.colour == self.colour:
                if len(group.liberties) > 1:
                    free = True
                else:
                    own_eye = False
            else:
                own_eye = False
                if len(group.liberties) == 1:
                    free = True
        return free and not own_eye

    def play(self, point):
        self.moves += 1
        if point == PASS:
            self.passes += 1
            self.ko = PASS
            self.colour = BLACK + WHITE - self.colour
            return
        self.passes = 0
        self.take_empty(point)
        mine = Group(self.colour, {point}, set())
        taken = []
        for near in NEXT_TO[point]:
            group = self.groups[near]
            if group is None:
                mine.liberties.add(near)
            elif group.colour == self.colour:
                if group is not mine:
                    if len(group.stones) > len(mine.stones):
                        mine, group = group, mine
                    mine.stones |= group.stones
                    mine.liberties |= group.liberties
                    for stone in group.stones:
                        self.groups[stone] = mine
            else:
                group.liberties.discard(point)
                if not group.liberties:
                    taken.append(group)
        self.groups[point] = mine
        mine.liberties.discard(point)
        count = 0
        for group in taken:
            # In an order that no set's hashing decides.
            for stone in sorted(group.stones):
                if self.groups[stone] is group:
                    count += 1
                    self.groups[stone] = None
                    self.put_empty(stone)
                    for near in NEXT_TO[stone]:
                        other = self.groups[near]
                        if other is not None and other is not group:
                            other.liberties.add(stone)
        self.captured[self.colour] += count
        single = count == 1 and len(mine.stones) == 1 and len(mine.liberties) == 1
        self.ko = next(iter(mine.liberties)) if single else PASS
        self.colour = BLACK + WHITE - self.colour

    def some_move(self, chance):
        empty = self.empty
        count = len(empty)
        for tried in range(count):
            # What has been tried moves to the front; the rest stays eligible.
            at = tried + int(chance.random() * (count - tried))
            point = empty[at]
            if self.useful(point):
                return point
            other = empty[tried]
            empty[tried], empty[at] = point, other
            self.place[point], self.place[other] = tried, at
        return PASS

    def over(self):
        return self.passes >= 2 or self.moves >= 3 * POINTS

    def score(self):
        """Black's points less White's and the komi."""
        points = -7.5
        for point, group in enumerate(self.groups):
            if group is not None:
                points += 1 if group.colour == BLACK else -1
            else:
                owners = {near.colour for near in (self.groups[n] for n in NEXT_TO[point]) if near is not None}
                if len(owners) == 1:
                    points += 1 if BLACK in owners else -1
        return points


class Node:
    def __init__(self, board):
        self.untried = [point for point in sorted(board.empty) if board.useful(point)] or [PASS]
        self.children = {}
        self.wins = 0
        self.visits = 0

    def best(self):
        log = math.log(self.visits)
        return max(self.children.items(),
                   key=lambda item: item[1].wins / item[1].visits + math.sqrt(2 * log / item[1].visits))


def think(board, games, chance):
    root = Node(board)
    for _ in range(games):
        game = board.copy()
        node = root
        path = [(node, BLACK + WHITE - game.colour)]
        while not node.untried and node.children and not game.over():
            move, node = node.best()
            path.append((node, game.colour))
            game.play(move)
        if node.untried and not game.over():
            move = node.untried.pop(int(chance.random() * len(node.untried)))
            mover = game.colour
            game.play(move)
            child = node.children[move] = Node(game)
            path.append((child, mover))
        while not game.over():
            game.play(game.some_move(chance))
        winner = BLACK if game.score() > 0 else WHITE
        for node, mover in path:
            node.visits += 1
            node.wins += mover == winner
    return max(root.children.items(), key=lambda item: (item[1].visits, item[0]))[0]


def run(n):
    for _ in range(n):
        chance = random.Random(1)
        board = Board()
        moves = []
        for _ in range(2):
            move = think(board, GAMES, chance)
            board.play(move)
            moves.append(move)
    return moves
