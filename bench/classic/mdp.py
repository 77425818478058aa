"""A duel as a Markov decision process, solved by value iteration: tuples as keys of dicts, `Fraction`s, sorting."""

from collections import namedtuple
from fractions import Fraction
from functools import lru_cache

N = 3
CHECK = (3211, 3, "0.965044236")

State = namedtuple("State", "mine theirs charge potions turn")
HEALTH = 14


def damage(low, high):
    """Equal chances of each amount."""
    return [(Fraction(1, high - low + 1), amount) for amount in range(low, high + 1)]


STRIKE, BLAST, CLAW = damage(2, 4), damage(5, 7), damage(1, 5)


def actions(state):
    """What the one to move can do: a name and the chances of the states it leads to."""
    if state.turn:
        return [("claw", [(chance, state._replace(mine=max(0, state.mine - hurt), turn=0)) for chance, hurt in CLAW])]
    found = [("strike", [(chance, state._replace(theirs=max(0, state.theirs - hurt), turn=1))
                         for chance, hurt in STRIKE])]
    if state.charge < 2:
        found.append(("charge", [(Fraction(1), state._replace(charge=state.charge + 1, turn=1))]))
    if state.charge == 2:
        after = state._replace(charge=0, turn=1)
        hits = [(chance * Fraction(9, 10), after._replace(theirs=max(0, state.theirs - hurt)))
                for chance, hurt in BLAST]
        found.append(("blast", hits + [(Fraction(1, 10), after)]))
    if state.potions and state.mine < HEALTH:
        found.append(("drink", [(Fraction(1), state._replace(mine=min(HEALTH, state.mine + 6),
                                                             potions=state.potions - 1, turn=1))]))
    return found


def reachable(start):
    """Every state and its actions, and a table of who may come before whom."""
    table = {}
    todo = [start]
    while todo:
        state = todo.pop()
        if state in table:
            continue
        if state.mine == 0 or state.theirs == 0:
            table[state] = []
            continue
        table[state] = actions(state)
        for _, outcomes in table[state]:
            todo += [after for _, after in outcomes if after not in table]
    return table


@lru_cache(maxsize=None)
def measure(state):
    return state.mine + state.theirs + state.potions * 7, -state.charge, state.turn


def solve(start):
    """Chances of winning: exact for the sure ends, floats for the rest."""
    table = reachable(start)
    order = sorted(table, key=measure)
    values = {state: 1.0 if state.theirs == 0 else 0.0 for state in order}
    weighed = {state: [(name, [(float(chance), after) for chance, after in outcomes]) for name, outcomes in choices]
               for state, choices in table.items() if choices}
    sweeps = 0
    change = 1.0
    while change > 1e-9:
        change = 0.0
        sweeps += 1
        for state in order:
            choices = weighed.get(state)
            if choices is None:
                continue
            best = max(sum(chance * values[after] for chance, after in outcomes) for _, outcomes in choices)
            change = max(change, abs(best - values[state]))
            values[state] = best
    return len(table), sweeps, values[start]


def run(n):
    for _ in range(n):
        measure.cache_clear()
        count, sweeps, value = solve(State(HEALTH, HEALTH, 0, 2, 0))
    return count, sweeps, f"{value:.9f}"
