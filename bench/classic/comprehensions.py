"""List, set and dict comprehensions over a board of widgets, with filters and sorting."""

from dataclasses import dataclass

N = 120
CHECK = (130, 57000, 130, 28, 3354)


@dataclass
class Widget:
    widget_id: int
    creator_id: int
    derived: list
    kind: int
    name: str

    def key(self):
        return self.kind, self.name


class Tray:
    def __init__(self, owner, widgets):
        self.owner = owner
        self.sorted = []
        self.add(widgets)

    def add(self, widgets):
        known = {widget.widget_id for widget in self.sorted}
        fresh = [widget for widget in widgets if widget.widget_id not in known]
        self.sorted = sorted(self.sorted + fresh, key=Widget.key)

    def by_kind(self):
        return {kind: [widget for widget in self.sorted if widget.kind == kind]
                for kind in {widget.kind for widget in self.sorted}}

    def big_and_own(self):
        return [widget for widget in self.sorted if widget.creator_id == self.owner and widget.kind > 2]

    def any_derived(self):
        return [any(other.widget_id in widget.derived for other in self.sorted) for widget in self.sorted]


def widgets(count):
    return [Widget(i, i % 7, [i + 1, i * 2 % count], i * 13 % 5, f"w{i * 37 % count:04}") for i in range(count)]


def once():
    tray = Tray(3, widgets(130))
    tray.add(widgets(130))
    total = 0
    for owner in range(7):
        tray.owner = owner
        own = tray.big_and_own()
        total += sum([widget.widget_id for widget in own])
    kinds = tray.by_kind()
    squares = [[x * y for x in range(30) if x % 3] for y in range(20)]
    lengths = {kind: len(members) for kind, members in kinds.items()}
    names = {widget.name[1:3] for widget in tray.sorted}
    derived = sum(tray.any_derived())
    return len(tray.sorted), sum(map(sum, squares)), derived, len(names) + lengths[0], total


def run(n):
    for _ in range(n):
        result = once()
    return result
