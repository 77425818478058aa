# A direct call of `__init__` that is refused (no record for its frame yet, a poll) is made again with the operands it had.
import threading
import types

module = types.ModuleType("module")


def twice(x):
    return [x, x]


class Pair:
    def __init__(self):
        self.value = twice(1)


module.Pair = Pair


def dive(depth):
    made = module.Pair()
    return len(made.value) + (dive(depth - 1) if depth else 0)


for _ in range(200):
    assert dive(3) == 8

# A thread begins with few records: some of these calls are the first so deep.
sums = []
threads = [threading.Thread(target=lambda depth=depth: sums.append(dive(depth))) for depth in range(400, 420)]
for thread in threads:
    thread.start()
    thread.join()
print(sums)
