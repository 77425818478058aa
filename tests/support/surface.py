"""What a program can see of the native parts: built-in functions, types and modules, name by name.

    surface.py --dump               print the surface of the interpreter that runs this
    surface.py --compare FILE       print what FILE lists and this interpreter lacks

`tests/surface.txt` is the dump of CPython 3.14. Tests do not require it whole; it tells what is left.
"""

import builtins
import sys
import types

# Native modules of CPython 3.14 on Linux that programs and the library import.
MODULES = """
_abc _ast _asyncio _bisect _blake2 _bz2 _codecs _collections _contextvars _csv _ctypes _curses _datetime
_decimal _elementtree _functools _hashlib _heapq _hmac _imp _interpqueues _interpreters _io _json _locale _lsprof _lzma
_md5 _multibytecodec _multiprocessing _opcode _operator _pickle _posixshmem _posixsubprocess _queue _random _sha1 _sha2 _sha3
_signal _socket _sqlite3 _sre _ssl _stat _statistics _string _struct _suggestions _symtable _sysconfig _thread _tokenize _tracemalloc
_types _typing _uuid _warnings _weakref _zoneinfo _zstd array atexit binascii cmath errno faulthandler fcntl gc grp itertools marshal
math mmap posix pwd pyexpat readline resource select sys syslog termios time unicodedata zlib
""".split()


def names(owner):
    """The names of an owner's own attributes."""
    if isinstance(owner, type):
        return sorted(vars(owner))
    return sorted(name for name in vars(owner) if name not in ("__builtins__", "__cached__", "__file__", "__loader__", "__spec__"))


def native_types():
    """Types that have a name in `types` or `builtins`, and a few that have none."""
    found = {}
    for value in vars(builtins).values():
        if isinstance(value, type):
            found[value.__name__] = value
    for name, value in vars(types).items():
        if isinstance(value, type) and value.__module__ == "builtins":
            found[value.__name__] = value
    for value in ({}.keys(), {}.values(), {}.items(), iter([]), iter(()), iter({}), iter(""), iter(range(0)), iter(set()), reversed([])):
        found[type(value).__name__] = type(value)
    return found


def surface():
    """Lines `owner.name`."""
    for name in names(builtins):
        yield f"builtins.{name}"
    for name, value in sorted(native_types().items()):
        for attribute in names(value):
            yield f"{name}.{attribute}"
    for module_name in MODULES:
        try:
            module = __import__(module_name)
        except ImportError:
            continue
        yield module_name
        for name in names(module):
            yield f"{module_name}.{name}"
            value = vars(module)[name]
            if isinstance(value, type) and value.__module__ in (module_name, module_name.lstrip("_")):
                for attribute in names(value):
                    yield f"{module_name}.{name}.{attribute}"


def main(arguments):
    if arguments == ["--dump"]:
        for line in surface():
            print(line)
        return 0
    if len(arguments) == 2 and arguments[0] == "--compare":
        mine = set(surface())
        with open(arguments[1], encoding="utf-8") as file:
            expected = [line.strip() for line in file if line.strip() and not line.startswith("#")]
        missing = [line for line in expected if line not in mine]
        owners = {}
        for line in missing:
            owner, _, name = line.rpartition(".")
            if owner in missing:
                continue  # a type or module that is missing as a whole is named once
            owners.setdefault(owner, []).append(name)
        for owner, lacking in sorted(owners.items()):
            print(f"{owner or 'modules'}: {' '.join(lacking)}")
        print(f"{len(expected) - len(missing)} of {len(expected)} names are there")
        return 0
    print(__doc__)
    return 2


sys.exit(main(sys.argv[1:]))
