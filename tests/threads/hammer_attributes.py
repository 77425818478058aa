# args: 4 2
# Every way to an attribute, taken by many threads while others bend it: slots deleted and set again, `__class__` and `__dict__`
# replaced, classes and bases changed under running methods, functions given other code, globals and cells deleted and
# defined. What is read is something that was put there, or the right exception. A third argument is the seed.
import functools
import gc
import itertools
import random
import sys
import threading
import time
import types
import weakref

count, seconds = int(sys.argv[1]), float(sys.argv[2])
seed = int(sys.argv[3]) if len(sys.argv) > 3 else time.time_ns() % 10**9
sys.setswitchinterval(0.0005)
STEPS = 200
NAMES = ["a", "b", "c", "d"]


class Value:
    """What is stored: it knows the name it was stored under."""

    def __init__(self, name, number):
        self.name, self.number = name, number


class Wrong(Exception):
    pass


def expect(value, name):
    if type(value) is not Value or value.name != name:
        raise Wrong(f"{value!r} under {name}")


class Base:
    def who(self):
        return "Base"

    def chain(self):
        return ["Base"]


class Left(Base):
    def who(self):
        return "Left"

    def chain(self):
        return ["Left", *super().chain()]


class Right(Base):
    def who(self):
        return "Right"

    def chain(self):
        return ["Right", *super().chain()]


class Slotted:
    __slots__ = (*NAMES, "__weakref__")


class OtherSlotted:
    __slots__ = (*NAMES, "__weakref__")


def instance(rng, shared):
    """Attributes of one instance."""
    name = rng.choice(NAMES)
    way = rng.randrange(9)
    if way == 0:
        setattr(shared.thing, name, Value(name, rng.random()))
    elif way == 1:
        delattr(shared.thing, name)
    elif way == 2:
        shared.thing.__dict__ = {name: Value(name, 1)}
    elif way == 3:
        shared.thing.__class__ = rng.choice([Left, Right, Base])
    elif way == 4:
        for key, value in dict(vars(shared.thing)).items():
            expect(value, key)
    elif way == 5:
        vars(shared.thing)[name] = Value(name, 2)
    elif way == 6:
        vars(shared.thing).pop(name, None)
    else:
        expect(getattr(shared.thing, name), name)


def slots(rng, shared):
    name = rng.choice(NAMES)
    way = rng.randrange(4)
    if way == 0:
        setattr(shared.slotted, name, Value(name, 1))
    elif way == 1:
        delattr(shared.slotted, name)
    elif way == 2:
        shared.slotted.__class__ = rng.choice([Slotted, OtherSlotted])
    else:
        expect(getattr(shared.slotted, name), name)


def class_(rng, shared):
    """Attributes of a class, and through an instance of it."""
    name = rng.choice(NAMES)
    way = rng.randrange(8)
    if way == 0:
        setattr(shared.cls, name, Value(name, 1))
    elif way == 1:
        setattr(shared.cls, name, property(lambda self: Value(name, 2)))
    elif way == 2:
        delattr(shared.cls, name)
    elif way == 3:
        shared.cls.__getattr__ = lambda self, name: Value(name, 3)
    elif way == 4:
        del shared.cls.__getattr__
    elif way == 5:
        setattr(shared.cls, "__len__", lambda self: 7)
    elif way == 6:
        if len(shared.made) not in (5, 7):
            raise Wrong("len")
    else:
        expect(getattr(shared.made, name), name)


def bases(rng, shared):
    """The order of resolution changes under running methods."""
    way = rng.randrange(6)
    if way == 0:
        shared.derived.__bases__ = rng.choice([(Left,), (Right,), (Left, Right), (Right, Left)])
    elif way == 1:
        found = shared.derived().chain()
        # The order may be another one at each step, as often as it changes.
        if found[-1] != "Base" or any(a == b for a, b in zip(found, found[1:])):
            raise Wrong(found)
    elif way == 2:
        if shared.derived().who() not in ("Left", "Right"):
            raise Wrong("who")
    elif way == 3:
        # Of several classes each is asked at its own moment: of (Left, Right) neither may be a base then.
        if not isinstance(shared.derived(), Base) or not issubclass(shared.derived, Base):
            raise Wrong("isinstance")
    elif way == 4:
        if Base not in shared.derived.__mro__:
            raise Wrong("mro")
    else:
        class Further(shared.derived):
            pass
        Further().who()
        Base.__subclasses__()


def first(x, y=1):
    return ("first", x, y)


def second(x, y=2):
    return ("second", x, y)


def function(rng, shared):
    way = rng.randrange(7)
    f = shared.function
    if way == 0:
        f.__code__ = rng.choice([first, second]).__code__
    elif way == 1:
        f.__defaults__ = (rng.randrange(5),)
    elif way == 2:
        f.__kwdefaults__ = None
    elif way == 3:
        f.note = Value("note", 1)
    elif way == 4:
        del f.note
    elif way == 5:
        expect(f.note, "note")
    else:
        name, x, y = f(8)
        if name not in ("first", "second") or x != 8 or y not in range(5):
            raise Wrong((name, x, y))


READER = compile("result = changing", "reader", "exec")


def globals_(rng, shared):
    way = rng.randrange(5)
    if way == 0:
        shared.names["changing"] = Value("changing", 1)
    elif way == 1:
        del shared.names["changing"]
    elif way == 2:
        setattr(shared.module, "changing", Value("changing", 2))
    elif way == 3:
        expect(shared.names["read"](), "changing")
    else:
        expect(shared.module.changing, "changing")


def cells(rng, shared):
    way = rng.randrange(4)
    if way == 0:
        shared.assign(Value("cell", 1))
    elif way == 1:
        shared.delete()
    elif way == 2:
        expect(shared.read(), "cell")
    else:
        expect(shared.read.__closure__[0].cell_contents, "cell")


def weak(rng, shared):
    way = rng.randrange(5)
    if way == 0:
        shared.target = Value("target", 1)
    elif way == 1:
        shared.reference = weakref.ref(shared.target, lambda _: None)
    elif way == 2:
        found = shared.reference()
        if found is not None:
            expect(found, "target")
    elif way == 3:
        shared.values["k"] = Value("k", 1)
        expect(shared.values.get("k", Value("k", 2)), "k")
    elif rng.random() < 0.02:
        gc.collect(rng.randrange(3))
    else:
        shared.proxy = weakref.proxy(shared.target)
        shared.proxy.name


def cached(rng, shared):
    """Properties and methods that are made anew while they are called."""
    way = rng.randrange(5)
    if way == 0:
        shared.cls.method = lambda self: "method"
    elif way == 1:
        shared.cls.method = staticmethod(lambda: "method")
    elif way == 2:
        shared.cls.method = classmethod(lambda cls: "method")
    elif way == 3:
        shared.cls.lazy = functools.cached_property(lambda self: Value("lazy", 1))
        shared.cls.lazy.__set_name__(shared.cls, "lazy")
        vars(shared.made).pop("lazy", None)
        expect(shared.made.lazy, "lazy")
    elif shared.made.method() != "method":
        raise Wrong("method")


class Shared:
    def __init__(self):
        self.thing = Left()
        self.slotted = Slotted()
        self.cls = type("Made", (Base,), {"__len__": lambda self: 5, "method": lambda self: "method"})
        self.made = self.cls()
        self.derived = type("Derived", (Left,), {})
        self.function = types.FunctionType(first.__code__, {}, "f", (1,))
        self.module = types.ModuleType("module")
        self.names = vars(self.module)
        exec("def read(): return changing", self.names)
        self.target = Value("target", 0)
        self.reference = weakref.ref(self.target)
        self.values = weakref.WeakValueDictionary()
        cell = Value("cell", 0)

        def assign(value):
            nonlocal cell
            cell = value

        def delete():
            nonlocal cell
            del cell

        self.assign, self.delete, self.read = assign, delete, lambda: cell


PATHS = [instance, slots, class_, bases, function, globals_, cells, weak, cached]
ALLOWED = (AttributeError, NameError, KeyError, ValueError, ReferenceError, TypeError)


def hammer(paths, round):
    shared = Shared()
    wrong = []
    barrier = threading.Barrier(count)

    def work(me):
        rng = random.Random(f"{seed} {round} {me}")
        barrier.wait()
        for _ in range(STEPS):
            path = rng.choice(paths)
            try:
                path(rng, shared)
            except ALLOWED:
                pass
            except Exception as error:
                wrong.append(f"{path.__name__}: {error!r}")

    threads = [threading.Thread(target=work, args=(me,)) for me in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if wrong:
        sys.exit(f"{wrong[:3]}; round {round} of seed {seed}")


end = time.monotonic() + seconds
for round in itertools.count():
    # One path at a time, and now and then all of them.
    index = round % (len(PATHS) + 1)
    hammer(PATHS[index:index + 1] or PATHS, round)
    if time.monotonic() > end:
        break
print("OK")
