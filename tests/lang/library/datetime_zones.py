# skip: threads: the time zone of the environment is the process's
# Local time where clocks are changed, by a rule in the environment; zones that depend on `fold`.
import os
import pickle
import time as clock
from datetime import datetime, timedelta, timezone, tzinfo

os.environ["TZ"] = "AAA-1BBB,M3.5.0/2,M10.5.0/3"
clock.tzset()

for seconds in range(1711846200, 1711852200, 1200):
    here = datetime.fromtimestamp(seconds)
    print(here, here.fold, here.timestamp() == seconds, here.astimezone(), here.astimezone().tzname())
for seconds in range(1729986600, 1729996200, 1200):
    here = datetime.fromtimestamp(seconds)
    print(here, here.fold, here.timestamp() == seconds, here.astimezone(timezone.utc), here.astimezone().tzname())
gap = datetime(2024, 3, 31, 2, 30)
for fold in 0, 1:
    there = gap.replace(fold=fold)
    print(there.timestamp(), there.astimezone(timezone.utc), there.astimezone())


class Twice(tzinfo):
    """One hour a day is shown twice."""

    def utcoffset(self, dt):
        return dt and timedelta(hours=1 if dt.hour == 2 and dt.fold else 2)

    def dst(self, dt):
        return timedelta(0)

    def tzname(self, dt):
        return "twice%%"

    def __reduce__(self):
        return Twice, ()


zone = Twice()
first = datetime(2024, 1, 1, 2, 30, tzinfo=zone)
second = first.replace(fold=1)
print(first == second, hash(first) == hash(second), first - second)
for moment in first, second:
    utc = moment.astimezone(timezone.utc)
    print(utc, moment == utc, utc == moment, moment < utc, moment - utc, moment.strftime("%H%z%Z|%:z"))
    again = pickle.loads(pickle.dumps(moment))
    print(again.fold, again.isoformat(), repr(pickle.loads(pickle.dumps(moment, 2)).time()))
