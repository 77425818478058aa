"""One connection used by many threads: nothing is lost, and who comes after the end gets an exception."""

import sqlite3
import sys
import threading

THREADS = int(sys.argv[1]) if len(sys.argv) > 1 else 4
ROWS = int(sys.argv[2]) if len(sys.argv) > 2 else 60

db = sqlite3.connect(":memory:", check_same_thread=False, autocommit=True)
db.execute("create table t (thread integer, row integer, text text)")
db.create_function("label", 2, lambda thread, row: f"{thread}:{row}")


def write(thread):
    for row in range(ROWS):
        db.execute("insert into t values (?, ?, label(?, ?))", (thread, row, thread, row))
        count, = db.execute("select count(*) from t where thread = ?", (thread,)).fetchone()
        assert count == row + 1, count


threads = [threading.Thread(target=write, args=(i,)) for i in range(THREADS)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
expected = sorted((i, row, f"{i}:{row}") for i in range(THREADS) for row in range(ROWS))
assert sorted(db.execute("select * from t")) == expected

# The end comes while others are at it.
wrong = []


def read():
    try:
        while True:
            for row in db.execute("select text from t limit 20"):
                assert ":" in row[0]
    except sqlite3.ProgrammingError:
        pass
    except BaseException as error:
        wrong.append(error)


threads = [threading.Thread(target=read) for i in range(THREADS)]
for thread in threads:
    thread.start()
while True:
    try:
        db.close()
        break
    except sqlite3.ProgrammingError:
        pass
for thread in threads:
    thread.join()
assert not wrong, wrong
print("OK")
