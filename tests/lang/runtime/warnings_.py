# skip: threads: filters belong to the process
import warnings

with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    warnings.warn("first")
    warnings.warn("second", DeprecationWarning)
    warnings.warn(UserWarning("third"))
    compile("x = '\\d'", "s", "exec")
    compile("1 is 1", "s", "exec")
    compile("assert (1, 'x')", "s", "exec")
    compile("def f():\n try: pass\n finally: return 1", "s", "exec")
print([(w.category.__name__, str(w.message)) for w in seen])
with warnings.catch_warnings():
    warnings.simplefilter("error")
    try:
        warnings.warn("raised", RuntimeWarning)
    except RuntimeWarning as e:
        print(repr(e))
    try:
        compile("x = '\\d'", "s", "exec")
    except SyntaxError as e:
        print(e.msg)
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("ignore")
    warnings.warn("hidden")
    warnings.filterwarnings("always", message="sh.*")
    warnings.warn("shown")
print([str(w.message) for w in seen])
try:
    warnings.warn("x", int)
except TypeError as e:
    print(e)


@warnings.deprecated("use another")
def old():
    return 1


with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    print(old(), seen[0].category.__name__, seen[0].message)


async def never():
    pass


import gc
with warnings.catch_warnings(record=True) as seen:
    warnings.simplefilter("always")
    never()
    gc.collect()
    print([str(w.message) for w in seen])
