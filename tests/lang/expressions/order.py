# The order in which parts of an expression are evaluated.
log = []


def n(name, value=0):
    log.append(name)
    return value


def flush(title):
    print(title, " ".join(log))
    log.clear()


class Box:
    def __setitem__(self, key, value):
        log.append(f"set[{key}]")

    def __getitem__(self, key):
        log.append(f"get[{key}]")
        return 1

    def __call__(self, *args, **kwargs):
        log.append("call")
        return self


box = Box()
n("a") + n("b") * n("c")
flush("binary")
n("f", box)(n("x"), *n("y", ()), k=n("z"), **n("w", {}))
flush("call")
n("t", box)[n("i")] = n("v")
flush("assign")
n("t", box)[n("i", 2)] += n("v")
flush("augmented")
{n("k1"): n("v1"), n("k2"): n("v2")}
flush("dict")
n("a", 1) < n("b", 0) < n("c")
flush("chain")
x, (y, z) = n("one"), (n("two"), n("three"))
flush("tuple")
[n("e") for _ in n("it", range(2)) if n("if", 1)]
flush("comprehension")
def f(a=n("default1"), *, b: n("annotation") = n("default2")) -> n("return"): pass
flush("def")
(lambda q=n("ld"): n("body"))()
flush("lambda")
n("c", 0) if n("cond", 1) else n("else")
flush("conditional")
print(f"{n('f1')}{n('f2')!r:{n('width', 5)}}")
flush("f-string")
