"""Databases: statements, rows, functions and transactions of `sqlite3`."""

import os
import sqlite3
import tempfile


def told(f, *args, **kwargs):
    try:
        return f(*args, **kwargs)
    except Exception as error:
        return type(error).__module__, type(error).__name__, str(error)


db = sqlite3.connect(":memory:")
print(told(db.execute, "select * from nowhere"))
cursor = db.execute("create table t (a integer primary key, b text, c real, d blob)")
print(cursor.description, cursor.fetchall(), cursor.rowcount)
cursor = db.execute("insert into t values (?, ?, ?, ?)", (1, "ä€𝕏", 1.5, b"\0\xff"))
print(cursor.rowcount, cursor.lastrowid, db.in_transaction, db.total_changes)
rows = [(n, f"row {n}", n / 4, bytes([n])) for n in range(2, 12)]
cursor.executemany("insert into t values (?, ?, ?, ?)", rows)
print(cursor.rowcount, db.in_transaction)
db.commit()
print(db.in_transaction)
print(db.execute("select * from t where a < 4").fetchall())
print([column[0] for column in db.execute('select a, b as "two words" from t').description])
cursor = db.execute("select a from t order by a")
print(cursor.fetchone(), cursor.fetchmany(2), next(cursor), len(cursor.fetchall()), cursor.fetchone())
print(db.execute("select :x + :y", {"x": 1, "y": 2}).fetchone())
print(told(db.execute, "select ?, ?", (1,)))
print(told(db.execute, "select :x", {"y": 1}))
print(told(db.execute, "select ?", (object(),))[:2])
print(told(db.execute, "select ?", (1 << 63,)))
print(told(db.execute, "select 1; select 2"))
print(told(db.execute, "select 1; -- and nothing").fetchall())
print(told(db.execute, "selec 1"))
print(told(db.execute, "insert into t (a) values (1)"))
try:
    db.execute("insert into t (a) values (1)")
except sqlite3.IntegrityError as error:
    print(error.sqlite_errorcode, error.sqlite_errorname)
db.rollback()

# Rows.
db.row_factory = sqlite3.Row
row = db.execute("select a, b as Name from t where a = 3").fetchone()
print(tuple(row), row["a"], row["name"], row[-1], row.keys(), len(row), told(row.__getitem__, "x"))
print(row == db.execute("select a, b as Name from t where a = 3").fetchone(), isinstance(row, sqlite3.Row))
db.row_factory = None

# Functions, aggregates, collations.
db.create_function("twice", 1, lambda x: x * 2)
print(db.execute("select twice(4), twice('ab')").fetchone(), told(db.execute, "select twice(null)"))


class Spread:
    def __init__(self):
        self.values = []

    def step(self, value):
        self.values.append(value)

    def finalize(self):
        return max(self.values) - min(self.values)


db.create_aggregate("spread", 1, Spread)
print(db.execute("select a % 2, spread(c) from t group by 1").fetchall())


class Window(Spread):
    def inverse(self, value):
        self.values.remove(value)

    def value(self):
        return sum(self.values)


db.create_window_function("running", 1, Window)
sql = "select a, running(a) over (order by a rows between 1 preceding and current row) from t limit 4"
print(db.execute(sql).fetchall())
db.create_collation("backwards", lambda x, y: (x < y) - (x > y))
print(db.execute("select b from t order by b collate backwards limit 2").fetchall())

# A function that uses the connection it is called from.
db.create_function("inner", 1, lambda x: db.execute("select a + 100 from t where a = ?", (x,)).fetchone()[0])
print(db.execute("select inner(a) from t limit 3").fetchall())

# Handlers.
seen = []
db.set_trace_callback(seen.append)
db.execute("select ?", (5,)).fetchall()
db.set_trace_callback(None)
print(seen)
db.set_authorizer(lambda action, *names: sqlite3.SQLITE_DENY if action == sqlite3.SQLITE_DELETE else sqlite3.SQLITE_OK)
print(told(db.execute, "delete from t"))
db.set_authorizer(None)
db.set_progress_handler(lambda: 1, 10)
print(told(db.execute, "select count(*) from t, t, t, t"))
db.set_progress_handler(None, 0)

# Adapters and converters.
import datetime


class Point:
    def __init__(self, x, y):
        self.x, self.y = x, y

    def __conform__(self, protocol):
        return f"{self.x};{self.y}" if protocol is sqlite3.PrepareProtocol else None


sqlite3.register_converter("point", lambda text: tuple(map(int, text.split(b";"))))
sqlite3.register_adapter(datetime.date, lambda day: day.isoformat())
kinds = sqlite3.connect(":memory:", detect_types=sqlite3.PARSE_DECLTYPES | sqlite3.PARSE_COLNAMES)
kinds.execute("create table p (p point, d text)")
kinds.execute("insert into p values (?, ?)", (Point(3, 4), datetime.date(2024, 2, 29)))
print(kinds.execute('select p, d, d as "e [point]" from p where 1 = 0').description[2][0])
print(kinds.execute("select p, d from p").fetchall())

# Files, blobs, backups.
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "file.db")
    with sqlite3.connect(path) as file:
        db.backup(file)
    print(file.execute("select count(*) from t").fetchone(), os.path.getsize(path) > 4096)
    with file.blobopen("t", "d", 1) as blob:
        blob[0] = 7
        print(len(blob), blob.read(), told(blob.write, b"x"))
    file.commit()
    other = sqlite3.connect(path, timeout=0.05)
    file.execute("update t set b = 'x' where a = 1")
    print(told(other.execute, "update t set b = 'y' where a = 1"))
    file.close()
    print(told(file.execute, "select 1"))
    other.execute("update t set b = 'y' where a = 1")
    other.close()
print(list(kinds.iterdump())[:2], len(kinds.serialize()) > 0)
script = "create table s (x); insert into s values (1); insert into s values ('; -- no end'); /* over */"
kinds.executescript(script)
print(kinds.execute("select x from s").fetchall(), sqlite3.complete_statement("select 1;"))

# Transactions without the module's own.
plain = sqlite3.connect(":memory:", autocommit=False)
print(plain.in_transaction, plain.isolation_level, plain.autocommit)
plain.execute("create table x (y)")
plain.rollback()
print(told(plain.execute, "select * from x"))
for connection in (db, kinds, plain):
    connection.close()
