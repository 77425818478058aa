# args: 18 1
# Allocation: binary trees, made and walked, in one or more threads that share the work.
import sys
import threading


class Node:
    __slots__ = ("left", "right")

    def __init__(self, left, right):
        self.left = left
        self.right = right


def make(depth):
    if depth == 0:
        return Node(None, None)
    return Node(make(depth - 1), make(depth - 1))


def count(node):
    if node.left is None:
        return 1
    return 1 + count(node.left) + count(node.right)


def many(depth, times):
    return sum(count(make(depth)) for _ in range(times))


def main(depth, workers):
    long_lived = make(depth)
    jobs = [(d, 1 << (depth - d)) for d in range(4, depth + 1, 4)]
    results = {}
    todo = [(d, times, part) for d, times in jobs for part in range(2)]
    lock = threading.Lock()

    def work():
        while True:
            with lock:
                if not todo:
                    return
                d, times, part = todo.pop(0)
            results[d, part] = many(d, times // 2)

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for d, times in jobs:
        print(times, "trees of depth", d, "check", results[d, 0] + results[d, 1])
    print("long lived tree of depth", depth, "check", count(long_lived))


main(int(sys.argv[1]), int(sys.argv[2]))
