# What a million generated calls found: messages, kinds of exceptions and orders of checks that were wrong once.
import array
import cmath
import math
import operator
import types
from collections import Counter, OrderedDict, defaultdict, deque


def attempt(text):
    try:
        print(text, "->", repr(eval(text)))
    except BaseException as error:
        print(text, "!!", type(error).__name__, ascii(str(error)), error.args if isinstance(error, KeyError) else "")


class Lies:
    def __init__(self, length):
        self.length = length

    def __len__(self):
        return self.length

    def __getitem__(self, index):
        if index >= 3:
            raise IndexError("end of Lies")
        return index * 2


class Index:
    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value


class Floaty:
    def __init__(self, value):
        self.value = value

    def __float__(self):
        return self.value


class Odd:
    def __iter__(self):
        return "odd"


class Fails:
    def fail(self, *others):
        raise LookupError("Fails")

    __iter__ = __index__ = __eq__ = __bytes__ = fail


class I(int):
    pass


class F(float):
    pass


class S(str):
    pass


class B(bytes):
    pass


class L(list):
    pass


class X(set):
    pass


class D(dict):
    pass


class T(tuple):
    def __iter__(self):
        return iter("xyz")

    def __add__(self, other):
        return "added"


class Reflected:
    pass


class Pairs:
    pass


class ListOfPairs(list, Pairs):
    pass


class TupleOfPairs(Pairs, tuple):
    pass


def released():
    view = memoryview(b"abc")
    view.release()
    return view


TEXTS = r"""
OrderedDict().move_to_end((1,2))
OrderedDict().move_to_end(None)
OrderedDict().move_to_end(())
OrderedDict(a=1).pop(None)
OrderedDict().pop((1,2))
OrderedDict().__delitem__(None)
OrderedDict().popitem()
[1].__mul__(2**62)
bytes(Odd())
b''.join(Odd())
b''.join(Fails())
b''.hex('')
b''.hex(5)
max()
max(1,a=1)
max(5,6,a=1)
min(key=1)
operator.concat(5,[1])
operator.concat([1],5)
operator.concat(T((1,2)),frozenset())
operator.concat(T((1,2)),[1])
operator.concat((1,2),[1])
operator.concat(frozenset(),(1,))
operator.concat({},[])
operator.concat(L(),{1})
deque('abc').__mul__(2**62)
deque('abcdef',4)*5
deque('abcdef',4)*2**61
deque('abcdef',4)*2**40
deque([1],4)*3
deque([1,2,3],4)*3
deque('abcdef',4).__imul__(2**62)
deque([],0)*2**62
deque(1,2**63)
deque([],2**63)
deque([],Index(2**63))
deque([],'a')
deque([],-2**63-1)
deque([],-1)
deque([],True)
OrderedDict().__module__
types.SimpleNamespace().__module__
(int|str).__module__
list[int].__module__
deque().__module__
defaultdict().__module__
bytes.__rmod__(b'ab',bytearray(b'x'))
bytearray.__rmod__(bytearray(b'x'),b'ab')
bytes.__rmod__(b'ab',5)
str.__rmod__('a','b')
str.__rmod__('a',5)
complex(-0.0-0.0j,-0.0-0.0j)
complex(-0.0,-0.0-0.0j)
complex(-0.0,0.0+0j)
complex(-0.0,0.0)
complex(imag=-0.0-0.0j)
complex(-0.0-0.0j,-0.0)
complex('1__0')
complex('1_0_')
complex('_1')
complex('abc')
complex('1__0j')
float('1__0')
complex('1_ 0')
complex(' 1__0 ')
complex('')
complex('1_'*100)
complex(Floaty('x'))
float(Floaty('x'))
complex(1,Floaty('x'))
__import__('math').sqrt(Floaty('x'))
complex.from_number(Floaty('x'))
float.from_number(Floaty('x'))
'%f' % Floaty('x')
round(2.5, Floaty('x'))
complex(Floaty(I(3)))
1j.__eq__(Floaty('x'))
__import__('cmath').sqrt(Floaty('x'))
__import__('math').fsum([Floaty('x')])
__import__('struct').pack('d',Floaty('x'))
'{:%s}'.format(Floaty('x'))
__import__('array').array('d',[Floaty('x')])
__import__('math').hypot(Floaty('x'))
__import__('math').floor(Floaty('x'))
__import__('math').atan2(1,Floaty('x'))
float(memoryview(b'12')[::-1])
float(released())
int(memoryview(b'12')[::-1])
int(released())
sum(released(),'a')
int(bytearray(b'12'),released())
b'1'+released()
bytearray(b'1')+released()
bytearray(b'1').__iadd__(released())
b'a'+memoryview(b'12')[::-1]
b'a'.join([released()])
b'a'.find(released())
b'a'.replace(released(),b'a')
iter(range(2**63,2**63+4)).__setstate__(True)
iter(range(5)).__setstate__(2**64)
iter(range(5)).__setstate__(-2**64)
iter(range(5)).__setstate__(True)
iter(range(5)).__setstate__('a')
iter(range(5)).__setstate__(Index(2))
iter(range(2**63,2**63+4)).__setstate__(2**64)
iter(range(2**63,2**63+4)).__setstate__('a')
I(1,2,3)
int(1,2,3)
int(1,2,base=3)
I(1,2,base=3)
I(a=1)
I(1,a=1)
int(a=1,b=2)
F(1,2)
float(1,2)
S(1,2,3,4)
str(1,2,3,4)
B(1,2,3,4)
L(1,2)
list(1,2)
T(1,2)
tuple(1,2)
D(1,2)
X(1,2)
bool(1,2)
complex(1,2,3)
str(1,None)
str(1,Index(2))
S(1,None)
S(1,Index(2))
str(1,encoding=None)
str(1,encoding=Index(2))
str(1,'a',Index(2))
str(1,errors=Index(2))
str(object=1,encoding=Index(3))
bytes(1,Index(2))
bytes(1,None)
bytearray(1,None)
'a'.replace(count=1)
b'a'.translate(delete=1)
'a'.replace('b',count=1)
''.split(a=1)
int.to_bytes(1,zz=1)
str.replace('a',count=1)
bytes.translate(b'a',delete=b'')
[].sort(1)
''.encode(1,2,3)
sum(start=1)
bytes.translate(delete=b'')
''.maketrans(None,Index(2))
''.maketrans(None,'a')
''.maketrans('a','b',Index(2))
''.maketrans(1,2,3)
''.maketrans(1,'a',3)
type('\0',(int,str),{})
type('\0',(5,),{})
type('\0',(),{})
type('\0',(bool,),{})
type('\ud800',(),{})
type('\ud800',(bool,),{})
type('a',(),{1:2})
len.__self__
__import__('math').sin.__self__
__import__('math').sin.__qualname__
types.ModuleType('m').__dir__.__qualname__
types.ModuleType('m').__reduce__.__qualname__
types.ModuleType('m').__init__.__qualname__
[].append.__qualname__
dict.fromkeys.__qualname__
types.ModuleType.__setattr__('a','b')
super(D).__init__(None)
super.__init__(super(D), None, 1)
super(None)
memoryview(b'').cast(None)
memoryview(b'').cast(5)
memoryview(b'').cast()
memoryview(bytes(12)).cast('B',(3,4)).cast('<i',(2,))
memoryview(bytes(12)).cast('B',(3,4)).cast('<i')
memoryview(bytes(12)).cast('<i',(2,))
memoryview(bytes(12)).cast('B',(3,4)).cast('B',(2,))
memoryview(bytes(12)).cast('B',())
memoryview(bytes(12)).cast('B',(3,4)).cast('B',())
memoryview(bytes(12)).cast('B',5)
memoryview(bytes(12)).cast('B',(3,4)).cast('B',5)
memoryview(bytes(12)).cast('<B',5)
memoryview(bytes(12))[::2].cast('<i',(2,))
memoryview(bytes(12))[::2].cast('B',5)
bytearray(b'ab').extend('')
bytearray(b'ab').extend('a')
bytearray(b'ab').extend(S('a'))
bytearray(b'ab').extend(['a'])
bytearray(b'ab').extend([Index('a')])
bytearray().extend(Fails())
bytearray().extend([None])
bytearray().extend([300])
setattr(type,'\0',1)
setattr(type,'\'',1)
delattr(type,'a')
setattr(5,'\n',1)
setattr(type,'\ud800',1)
getattr(type,'\n')
ValueError(1).__setattr__('__class__',L)
setattr(ValueError(),'__class__',L)
setattr(ValueError(),'__class__',int)
setattr(KeyError(),'__class__',ValueError)
setattr(5,'__class__',L)
setattr([],'__class__',L)
setattr(Reflected(),'__class__',int)
setattr(Reflected(),'__class__',ValueError)
setattr(L(),'__class__',I)
setattr(ExceptionGroup('a',[ValueError()]),'__class__',L)
setattr(ExceptionGroup('a',[ValueError()]),'__class__',list)
setattr(OSError(),'__class__',ExceptionGroup)
setattr(ExceptionGroup('a',[ValueError()]),'__class__',D)
setattr(ExceptionGroup('a',[ValueError()]),'__class__',Index)
memoryview(b'').__buffer__(1,2)
memoryview(b'').__buffer__(Lies(2))
b''.__buffer__(Lies(2))
b''.__buffer__()
b''.__buffer__(1)
b''.__buffer__(2**70)
bytearray().__buffer__('a')
memoryview._from_flags(5,0)
memoryview._from_flags(b'a')
memoryview._from_flags(b'a',1)
memoryview._from_flags(b'a','x')
[].__contains__([])
{}.get([])
{}[[]]
dict.fromkeys([[]])
frozenset([[]])
{1}.intersection({}.items())
{1} & {1:[]}.items()
{1}.intersection({1:[]}.items())
set().intersection({1:[]}.items())
repr(900719925474099.25)
repr(-450359962737049.625)
[n / 8 for n in range(7205759403792793, 7205759403792800)]
[n / 16 for n in range(1441151880758558, 1441151880758568)]
complex(900719925474099.25, 900719925474099.75)
len('a' * 2**40)
len(b'a' * 2**40)
len('a'.replace('', 'b' * 2**20) * 2**20)
slice(1, 100, 2).indices(True)
[type(bound) for bound in slice(None).indices(I(5))]
{1: []}.items() & {1}
frozenset([1]) & {1: []}.items()
frozenset([1, 2]) & {1: 2}.keys()
b'%s' % memoryview(b'abcdefgh')[::2]
memoryview(b'abc')[0:2:10**40].strides
memoryview(b'abc')[...]
released().cast(5)
memoryview(b'').cast('', 'f')
b'%s' * 2**62
types.ModuleType(None)
complex(Index(1), Odd())
complex(Odd(), Index(1))
int.__imul__
operator.imul(I(3), [1])
operator.imul({}.values(), [1])
operator.imul(print, 'a')
delattr(types.ModuleType('m'), '__module__')
list[int].__getattribute__('__module__')
str(SyntaxError('a', ('f', 1, 2, 't')))
B(b'sub').partition(b'x')
B(b'sub').rpartition(b'x')
operator.imul(int | str, b'xyz')
operator.imul(list[int], 'a')
deque().__init__(1, 2, zz=1)
bytearray(b'abc').__setitem__(slice(0, 1), 1j)
bytearray(b'abc').__setitem__(slice(0, 1), Index(2))
memoryview(b'ab').cast('n', None)
Counter().__init__(([],))
1.5 * ListOfPairs()
ListOfPairs() * None
ListOfPairs([1]) * 2
[0] + ListOfPairs([1]) + [2]
2 * TupleOfPairs((1,))
1 + ListOfPairs()
"""

for text in TEXTS.strip().split("\n"):
    attempt(text)


class Grows:
    def __init__(self, target):
        self.target = target

    def grow(self):
        self.target.extend(b"grown")

    def __index__(self):
        self.grow()
        return 2

    def __iter__(self):
        self.grow()
        return iter([1])


class Clears:
    def __init__(self, target):
        self.target = target

    def __eq__(self, other):
        self.target.clear()
        return True

    def __hash__(self):
        self.target.clear()
        return 1

    def __iter__(self):
        self.target.clear()
        return iter([1, 2])


print("-- what changes meanwhile")
for method in ("rindex", "find", "count", "startswith"):
    a = bytearray(b"ab")
    try:
        print(method, getattr(a, method)(b"", Grows(a)), a)
    except Exception as error:
        print(method, type(error).__name__, error)
a = bytearray(b"abc")
a.__init__(Grows(a))
print(a)
a = bytearray(b"abc")
try:
    a.__init__(a, 5)
except TypeError as error:
    print(error, a)
try:
    print(Grows(a) in a)
except Exception as error:
    print(type(error).__name__, error)
a = {1, 2, 3}
print(a.symmetric_difference(Clears(a)), a)
for length in (1, 4):
    a = deque(range(length))
    try:
        a.remove(Clears(a))
    except Exception as error:
        print(type(error).__name__, error)
view = memoryview(bytes(8)).cast("q")


class Releases:
    def __index__(self):
        view.release()
        return 1


try:
    view[Releases()]
except Exception as error:
    print(type(error).__name__, error)

a = bytearray(b"abcdef")
a[1:3] = memoryview(b"12345678")[::2]
print(a)
for method in ("issubset", "intersection"):
    items = iter(range(9))
    print(getattr({0, 1}, method)(items), list(items))
a = bytearray()
a.extend(Grows(bytearray()))


class Outer:
    class Inner:
        pass


Outer.Inner.__module__ = None
print(Outer.Inner)
Outer.Inner.__module__ = "builtins"
print(Outer.Inner)
ordered = OrderedDict(a=1)
try:
    for key in ordered:
        ordered["b"] = 2
except RuntimeError as error:
    print(error)
error = SyntaxError("bad", ("f", 1, 2, "text"))
try:
    error.__init__("worse", (1, 2))
except TypeError as wrong:
    print(wrong, error)


class Nines(list):
    def __iter__(self):
        return iter([9, 8, 7])


nines = Nines([1, 2])
nines.extend(nines)
print(list.__repr__(nines))
nines.__init__(nines)
print(list.__repr__(nines))


def texts():
    yield "a"
    raise TypeError("an item's own")


def parts():
    yield b"a"
    raise TypeError("an item's own")


for function in (lambda: "".join(Odd()), lambda: b"".join(Odd()), lambda: "".join(texts()), lambda: b"".join(parts()), lambda: "".join(5), lambda: b",".join({b"a": 1})):
    try:
        print(function())
    except TypeError as error:
        print(error)
for encoding in ("utf-16", "utf-32", "utf-16-be", "utf-8"):
    for handler in ("strict", "surrogatepass", "surrogateescape"):
        try:
            print("a\udc80b\ud800".encode(encoding, handler))
        except UnicodeError as error:
            print(error)
print(repr(L().append).split(" at ")[0])
