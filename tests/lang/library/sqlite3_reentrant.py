"""Functions that take the database away under the statement that calls them: CPython crashes, here they fail."""

import gc
import sqlite3

db = sqlite3.connect(":memory:")
db.executescript("create table t (a); insert into t values (1), (2), (3)")
seen = []


def close():
    try:
        db.close()
    except sqlite3.ProgrammingError as error:
        seen.append(str(error))
    return 0


def again():
    try:
        cursor.execute("select 1")
    except sqlite3.ProgrammingError as error:
        seen.append(str(error))
    return 0


def rubbish():
    for _ in range(3):
        sqlite3.connect(":memory:").close()
        db.execute("select a from t").fetchone()
        gc.collect()
    return 0


for function in (close, again, rubbish):
    db.create_function(function.__name__, 0, function)
    cursor = db.cursor()
    print(function.__name__, cursor.execute(f"select a, {function.__name__}() from t").fetchall())
print(sorted(set(seen)))
db.close()
