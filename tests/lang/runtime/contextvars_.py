import contextvars
import threading

var = contextvars.ContextVar("var", default="default")
other = contextvars.ContextVar("other")
print(var.get(), other.get("fallback"))
try:
    other.get()
except LookupError as e:
    print(type(e).__name__)
token = var.set("one")
print(var.get(), token.old_value is contextvars.Token.MISSING, token.var is var)
second = var.set("two")
print(second.old_value)
var.reset(second)
print(var.get())
var.reset(token)
print(var.get())
try:
    var.reset(token)
except RuntimeError as e:
    print("already used" in str(e))
context = contextvars.copy_context()


def work():
    var.set("inside")
    return var.get()


print(context.run(work), var.get(), context[var], var in context, other in context, len(context) >= 1)
with var.set("managed"):
    print(var.get())
print(var.get())
seen = []
var.set("main")
t = threading.Thread(target=lambda: seen.append(var.get()), context=contextvars.copy_context())
t.start()
t.join()
print(seen)
try:
    context.run(context.run, work)
except RuntimeError as e:
    print("cannot enter" in str(e))


def generate():
    var.set("generator")
    yield var.get()


print(list(generate()), var.get())
