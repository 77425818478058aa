# What is the context of an exception that was thrown into a generator: what it handles itself, not what its caller does.
def g():
    try:
        raise KeyError(3)
    except KeyError:
        try:
            yield 1
        except ValueError as e:
            print("simple", repr(e.__context__))
            yield 2
def inner():
    yield 1
def outer():
    try:
        raise KeyError(4)
    except KeyError:
        try:
            yield from inner()
        except ValueError as e:
            print("delegating", repr(e.__context__))
            yield 2
class It:
    def __iter__(self): return self
    def __next__(self): return 1
    def throw(self, e): raise e
def other():
    try:
        raise KeyError(5)
    except KeyError:
        try:
            yield from It()
        except ValueError as e:
            print("own iterator", repr(e.__context__))
            yield 2
class Aw:
    def __await__(self):
        yield self
async def co():
    try:
        raise KeyError(6)
    except KeyError:
        try:
            await Aw()
        except ValueError as e:
            print("await", repr(e.__context__))
async def co2():
    try:
        raise KeyError(7)
    except KeyError:
        try:
            await Aw()
        except ValueError as e:
            print("await, handled outside", repr(e.__context__))
for f in g, outer, other:
    x = f(); next(x); x.throw(ValueError(1))
c = co(); c.send(None)
try: c.throw(ValueError(2))
except StopIteration: pass
c = co2(); c.send(None)
try:
    raise OSError(1)
except OSError as exc:
    try: c.throw(ValueError(2))
    except StopIteration: pass
def plain():
    try: yield 1
    except ValueError as e:
        print("plain", repr(e.__context__)); yield 2
x = plain(); next(x)
try: raise OSError(2)
except OSError: x.throw(ValueError(3))
# one that was raised before keeps its context
def again():
    try:
        raise KeyError(8)
    except KeyError:
        try: yield
        except ValueError as e: print("again", repr(e.__context__)); yield
try:
    try: raise IndexError(1)
    except IndexError: raise ValueError(4)
except ValueError as e: kept = e
x = again(); next(x); x.throw(kept)
# cycle
def cyc():
    try: raise kept2
    except KeyError as e:
        try: yield
        except KeyError as e2: print("cycle", e2 is e, repr(e2.__context__)); yield
kept2 = KeyError(9)
x = cyc(); next(x); x.throw(kept2)
