"""Do the patterns that only read write anything that threads share? Needs OROCHI_PROOF=1, and Orochi.

    proof.py [--threads N] [--times K] [--quiet] [NAME ...]

Each pattern runs in N threads while all memory that was there before them is read-only (crates/heap/src/proof says
how, and what is left out). What it wrote nevertheless is told, and the exit code is 1. Patterns that write what is shared by
their nature (`WRITERS`) are told with the number of writes, and must write. So must a pattern that counts in a shared counter.
"""

import sys
import threading
import time

import _orochi_proof as proof
import patterns


# What each of these writes, and others see, is its purpose.
WRITERS = {
    "global write, own name": "all write one dict",
    "create a class": "its bases list it",
    "random, shared": "all draw from one generator",
    "memoryview slice": "a view counts the views on it",
}

# Where each thread has a cache line of its own for a number that counts, a write disturbs nobody.
TALLY = "sync/tally.rs"


def in_threads(count, target):
    errors = []

    def thread():
        try:
            target()
        except BaseException as error:
            errors.append(error)
            raise

    threads = [threading.Thread(target=thread) for _ in range(count)]
    for each in threads:
        each.start()
    return threads, errors


def join(threads, errors):
    for each in threads:
        each.join()
    if errors:
        raise errors[0]


def prove(work, count, times):
    """What `work` writes: pairs of how often and where; and how often a thread took memory from the heap's blocks."""
    def watched(before):
        work(before)
        proof.arrive()
        try:
            work(times)
        finally:
            proof.leave()

    # Outside of a proof nobody waits for anybody in `arrive` and `leave`.
    proof.prepare()
    for _ in range(3):
        join(*in_threads(count, lambda: watched(1000)))
        time.sleep(SETTLE)
    proof.begin()
    running = in_threads(count, lambda: watched(50))
    found, blocks, size = proof.watch(count)
    join(*running)
    return found, blocks, size


# Time for code to be compiled in that got hot: by a thread of its own.
SETTLE = 0.02


def seeded(times):
    for _ in range(times):
        proof.write_shared()


def main(words):
    count, times = 3, 200
    quiet = False
    while words and words[0].startswith("--"):
        option = words.pop(0)
        if option == "--quiet":
            quiet = True
        elif option == "--threads":
            count = int(words.pop(0))
        elif option == "--times":
            times = int(words.pop(0))
        else:
            sys.exit(__doc__)
    failed = proved = 0
    for name, work in patterns.functions().items():
        if words and name not in words:
            continue
        found, blocks, size = prove(work, count, times)
        tallied = sum(n for n, text in found if TALLY in text)
        found = [(n, text) for n, text in found if TALLY not in text]
        if name in WRITERS:
            writes = sum(n for n, _ in found) / (count * times)
            if not quiet:
                print(f"{name}: {WRITERS[name]}; {writes:.1f} writes a step", flush=True)
            if not found:
                sys.exit(f"{name}: nothing was found")
        elif found:
            failed += 1
            print(f"{name}: {sum(n for n, _ in found)} writes in {count * times} steps", flush=True)
            for n, text in found:
                print(f"* {n} times: {text}", flush=True)
        else:
            proved += 1
            if not quiet:
                apart = f"; {tallied} in counters of the threads" if tallied else ""
                print(f"{name}: none; {blocks} to take blocks{apart}; {size >> 20} MiB read-only", flush=True)
    found, _, _ = prove(seeded, count, times)
    caught = sum(n for n, text in found if ", in seeded" in text)
    print(f"proved {proved}, failed {failed}, seeded counter {'caught' if caught >= times else "missed"}")
    if failed or caught < times:
        sys.exit(1)


if __name__ == "__main__":
    main(sys.argv[1:])
