import threading


def run(n, work):
    threads = [threading.Thread(target=work, args=(i,)) for i in range(n)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()


items, counts, seen = [], {}, set()
lock = threading.Lock()
total = 0


def work(me):
    global total
    for i in range(200):
        items.append((me, i))
        counts[me, i] = i
        seen.add(i)
        with lock:
            total += 1


run(4, work)
print(len(items), len(counts), len(seen), total, [sum(1 for a, _ in items if a == me) for me in range(4)])


class Account:
    def __init__(self):
        self.balance = 0
        self.lock = threading.RLock()

    def add(self, n):
        with self.lock:
            self.balance += n
            if n > 1:
                self.add(-1)


account = Account()
run(4, lambda me: [account.add(2) for _ in range(100)])
print(account.balance)
condition = threading.Condition()
turn, log = 0, []


def in_turn(me):
    global turn
    for _ in range(3):
        with condition:
            condition.wait_for(lambda: turn % 3 == me)
            log.append(me)
            turn += 1
            condition.notify_all()


run(3, in_turn)
print(log)
done = False
spins = []


def spin(me):
    n = 0
    while not done:
        n += 1
    spins.append(n >= 0)


t = threading.Thread(target=spin, args=(0,))
t.start()
done = True
t.join()
print(spins)
def generate():
    for i in range(50):
        yield i
results = [None] * 4
def each(me):
    results[me] = sum(generate()) + sum(x * x for x in range(100))
run(4, each)
print(results)
def raises(me):
    try:
        [][me]
    except IndexError as e:
        results[me] = str(e)
run(4, raises)
print(results)
