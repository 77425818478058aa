"""What some functions of CPython's C interface do, on Python objects: see README.md."""


def _py_getbuiltwithassert():
    return False


def sequence_getitem(obj, index):
    return obj[index]


def sequence_setitem(obj, index, value):
    obj[index] = value


def sequence_delitem(obj, index):
    del obj[index]


def object_hasattrstring(obj, name):
    try:
        getattr(obj, name.decode())
    except Exception:
        return 0
    return 1
