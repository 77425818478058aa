# skip: threads: the random generator and the logger are shared
import datetime as dt
import functools
import operator
import random
import string
import textwrap
import time

d = dt.date(2024, 2, 29)
t = dt.datetime(2024, 2, 29, 13, 45, 30, 123456)
print(d, d.isoformat(), d.weekday(), d + dt.timedelta(days=366), d.strftime("%A %d %B %Y"), t, t.isoformat(), t - dt.datetime(2024, 1, 1), dt.timedelta(hours=25, seconds=5), dt.datetime.fromisoformat("2024-01-02T03:04:05+02:00"), dt.datetime.strptime("2024-05-06 07:08", "%Y-%m-%d %H:%M"))
print(dt.timedelta(days=-1, hours=5), dt.timedelta(1) / dt.timedelta(hours=1), t.replace(tzinfo=dt.timezone.utc).astimezone(dt.timezone(dt.timedelta(hours=5, minutes=30))), dt.datetime.fromtimestamp(0, dt.timezone.utc), d.isocalendar(), dt.date.min, dt.time(1, 2, 3))
try:
    dt.date(2023, 2, 29)
except ValueError as e:
    print(e)
random.seed(42)
print(random.random(), random.randint(1, 100), random.choice("abc"), random.sample(range(100), 5), random.shuffle(l := list(range(5))), l, random.gauss(0, 1), random.getrandbits(70), random.uniform(1, 2))
print(operator.itemgetter(1, 0)("ab"), operator.attrgetter("real")(5), operator.methodcaller("upper")("x"), functools.reduce(operator.add, [1, 2, 3]), string.ascii_lowercase[:5], string.Template("$a ${b}").substitute(a=1, b=2), textwrap.dedent("  a\n   b"), textwrap.wrap("the quick brown fox", 10), textwrap.indent("a\nb", "> "))
print(time.gmtime(0)[:6], time.strftime("%Y-%m-%d", time.gmtime(86400)), time.monotonic() <= time.monotonic(), time.perf_counter_ns() > 0)
import argparse, shlex, uuid, urllib.parse, html, difflib, statistics, fnmatch, configparser, csv, io
parser = argparse.ArgumentParser(prog="prog")
parser.add_argument("name")
parser.add_argument("-n", "--number", type=int, default=1)
parser.add_argument("--flag", action="store_true")
print(parser.parse_args(["x", "-n", "5", "--flag"]), shlex.split("a 'b c' d\\ e"), uuid.UUID(int=5), uuid.uuid5(uuid.NAMESPACE_DNS, "x.org"), urllib.parse.urlparse("http://u:p@h:80/p?q=1#f").port, urllib.parse.quote("a b/é"), urllib.parse.parse_qs("a=1&a=2"), html.escape("<a&b>"))
print(list(difflib.unified_diff(["a", "b"], ["a", "c"], lineterm="")), statistics.mean([1, 2, 4]), statistics.median([3, 1, 2]), statistics.stdev([1, 2, 3, 4]), fnmatch.filter(["a.py", "b.txt"], "*.py"), difflib.get_close_matches("appel", ["apple", "peach"]))
config = configparser.ConfigParser()
config.read_string("[a]\nx = 1\ny = %(x)s2\n")
out = io.StringIO()
csv.writer(out).writerows([["a", 'q"x', "c,d"], [1, None, 2.5]])
print(config["a"]["y"], config.getint("a", "x"), repr(out.getvalue()), list(csv.reader(["a,\"b,c\",d"])), list(csv.DictReader(["x,y", "1,2"])))
print(functools.partial(int, base=2)("101"), functools.cmp_to_key(lambda a, b: b - a)(1) < functools.cmp_to_key(lambda a, b: b - a)(0), sorted([1, 3, 2], key=functools.cmp_to_key(lambda a, b: b - a)))
import contextvars, weakref, types, abc, inspect
var = contextvars.ContextVar("var", default=0)
def setter():
    var.set(5)
    return var.get()
print(contextvars.copy_context().run(setter), var.get(), types.SimpleNamespace(a=1), inspect.signature(lambda a, b=1, *c, d, **e: 0), inspect.isfunction(setter), [p.kind.name for p in inspect.signature(lambda a, /, b, *, c: 0).parameters.values()])
class W: pass
w = W()
r = weakref.ref(w)
print(r() is w, weakref.WeakValueDictionary(a=w)["a"] is w, weakref.getweakrefcount(w) >= 1)
import logging
logger = logging.getLogger("test")
handler = logging.StreamHandler(stream := io.StringIO())
handler.setFormatter(logging.Formatter("%(levelname)s:%(name)s:%(message)s"))
logger.addHandler(handler)
logger.warning("value %d", 5)
logger.info("hidden")
logger.removeHandler(handler)
print(stream.getvalue())
