# Objects that one thread made and others change: their locks go over to all, one by one at first, then all at once.
import threading


class Box:
    pass


def meet(count, work):
    barrier = threading.Barrier(count)

    def begin(number):
        barrier.wait()
        work(number)

    threads = [threading.Thread(target=begin, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    return threads


def end(threads):
    for thread in threads:
        thread.join()


# One list of the main thread's, which it goes on to change.
shared, table, items, box = [], {}, set(), Box()


def change(number):
    for i in range(3000):
        shared.append(i)
        table[number, i] = i
        items.add((number, i))
        setattr(box, f"a{number}_{i % 50}", i)


threads = meet(3, change)
change(3)
end(threads)
print(len(shared), len(table), len(items), len(vars(box)))

# Many objects, each changed by whoever comes by: more than are given over one by one.
made = [([], {}, Box()) for _ in range(400)]


def visit(number):
    for row, (some, mapping, box) in enumerate(made):
        some.append(number)
        mapping[number] = row
        setattr(box, f"n{number}", row)


threads = meet(3, visit)
visit(3)
end(threads)
print({tuple(sorted(some)) for some, _, _ in made}, {len(mapping) for _, mapping, _ in made})
print({tuple(sorted(vars(box))) for _, _, box in made})

# Alone again, then with others again.
alone = []
for i in range(1000):
    alone.append(i)
threads = meet(2, lambda number: [alone.append(number) for _ in range(1000)])
for i in range(1000):
    alone.append(i)
end(threads)
print(len(alone))

# What an ended thread made.
left = []
end(meet(1, lambda number: left.extend([[], []])))
end(meet(2, lambda number: [row.append(number) for row in left for _ in range(500)]))
print([len(row) for row in left])
