# skip: threads: changes a class that all threads share
# Keys of an instance's dict that are of a subclass of str stay what they are.
import time


class Text(str):
    pass


class Point:
    pass


one, other = Point(), Point()
one.x = 1
names = other.__dict__
names[Text("x")] = 2
print([type(name).__name__ for name in names], other.x, one.__dict__)
other.x = 3
print([type(name).__name__ for name in names], names, other.x)
other.y = 4
names[Text("y")] = 5
print([type(name).__name__ for name in names], other.y)
del other.x
print(names, hasattr(other, "x"))

# Attributes of this native class may be set.
moment = time.gmtime(0)
type(moment).kept = moment
print(time.struct_time.kept.tm_year, moment.kept is moment)
del time.struct_time.kept
print(hasattr(moment, "kept"))
for name in ("tm_year", "n_fields"):
    print(getattr(time.struct_time, name) is not None)
