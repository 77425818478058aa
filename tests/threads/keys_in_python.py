# args: 8 3000
# Keys that only Python code can compare, and that others put in and take out meanwhile: each is there once at most, and what was put in
# last by its only owner is there.
import sys
import threading

count, each = int(sys.argv[1]), int(sys.argv[2])
sys.setswitchinterval(0.0001)


class Key:
    def __init__(self, number):
        self.number = number

    def __eq__(self, other):
        return self.number == other.number

    def __hash__(self):
        return self.number % 3


table, members = {}, set()
wrong = []


def work(me):
    for i in range(each):
        # All share these.
        key = Key(i % 5)
        table[key] = me, i
        members.add(Key(i % 5))
        if i % 3 == 0:
            table.pop(Key((i + me) % 5), None)
            members.discard(Key((i + me) % 5))
        table.setdefault(Key(i % 5), (me, i))
        # And these are its own.
        own = 100 + 3 * me
        table[Key(own)] = i
        members.add(Key(own))
        if table.get(Key(own)) != i or Key(own) not in members:
            wrong.append((me, i, table.get(Key(own))))
        if i % 7 == 0:
            if table.pop(Key(own)) != i:
                wrong.append((me, i))
            members.remove(Key(own))
            if Key(own) in table or Key(own) in members:
                wrong.append((me, i, "still there"))
        if i % 50 == 0:
            for found in (list(table), list(members)):
                numbers = [key.number for key in found]
                if len(set(numbers)) != len(numbers):
                    wrong.append(sorted(numbers))


threads = [threading.Thread(target=work, args=(me,)) for me in range(count)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
assert not wrong, wrong[:3]
print("OK")
