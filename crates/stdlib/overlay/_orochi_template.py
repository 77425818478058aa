"""Template strings: the types of t-strings and of their replacement fields."""


class Interpolation:
    """A replacement field of a template string."""

    __slots__ = ("value", "expression", "conversion", "format_spec")
    __match_args__ = __slots__

    def __new__(cls, value, expression="", conversion=None, format_spec=""):
        if conversion is not None and conversion not in ("s", "a", "r"):
            if not isinstance(conversion, str):
                raise TypeError(
                    f"Interpolation() argument 'conversion' must be str, not {type(conversion).__name__}"
                )
            raise ValueError("Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'")
        for name, text in (("expression", expression), ("format_spec", format_spec)):
            if not isinstance(text, str):
                raise TypeError(
                    f"Interpolation() argument '{name}' must be str, not {type(text).__name__}"
                )
        return _make_interpolation(value, expression, conversion, format_spec)

    def __init_subclass__(cls, **kwargs):
        raise TypeError("type 'string.templatelib.Interpolation' is not an acceptable base type")

    def __class_getitem__(cls, item):
        import types
        return types.GenericAlias(cls, item)

    def __setattr__(self, name, value):
        raise AttributeError("readonly attribute")

    __delattr__ = lambda self, name: self.__setattr__(name, None)

    def __repr__(self):
        return (
            f"Interpolation({self.value!r}, {self.expression!r}, {self.conversion!r}, {self.format_spec!r})"
        )

    def __reduce__(self):
        return type(self), (self.value, self.expression, self.conversion, self.format_spec)


class Template:
    """A template string: texts and the interpolations between them."""

    __slots__ = ("strings", "interpolations")

    def __new__(cls, *args, **kwargs):
        if kwargs:
            raise TypeError("Template.__new__ only accepts *args arguments")
        strings, fields = [""], []
        for arg in args:
            if isinstance(arg, str):
                strings[-1] += arg
            elif isinstance(arg, Interpolation):
                fields.append(arg)
                strings.append("")
            else:
                raise TypeError(
                    "Template.__new__ *args need to be of type 'str' or 'Interpolation', "
                    f"got {type(arg).__name__}"
                )
        return _make_template(tuple(strings), tuple(fields))

    def __init_subclass__(cls, **kwargs):
        raise TypeError("type 'string.templatelib.Template' is not an acceptable base type")

    def __setattr__(self, name, value):
        raise AttributeError("readonly attribute")

    __delattr__ = lambda self, name: self.__setattr__(name, None)

    @property
    def values(self):
        """The values of the interpolations."""
        return tuple([field.value for field in self.interpolations])

    def __iter__(self):
        for text, field in zip(self.strings, self.interpolations):
            if text:
                yield text
            yield field
        if self.strings[-1]:
            yield self.strings[-1]

    def __add__(self, other):
        if not isinstance(other, Template):
            name = type(other).__name__
            raise TypeError(
                f'can only concatenate string.templatelib.Template (not "{name}") to string.templatelib.Template'
            )
        middle = self.strings[-1] + other.strings[0]
        strings = self.strings[:-1] + (middle,) + other.strings[1:]
        return _make_template(strings, self.interpolations + other.interpolations)

    def __repr__(self):
        return f"Template(strings={self.strings!r}, interpolations={self.interpolations!r})"

    def __reduce__(self):
        return _make_template, (self.strings, self.interpolations)


Interpolation.__module__ = Template.__module__ = "string.templatelib"
_set = object.__setattr__


def _make_interpolation(value, expression, conversion, format_spec):
    field = object.__new__(Interpolation)
    _set(field, "value", value)
    _set(field, "expression", expression)
    _set(field, "conversion", conversion)
    _set(field, "format_spec", format_spec)
    return field


def _make_template(strings, interpolations):
    template = object.__new__(Template)
    _set(template, "strings", strings)
    _set(template, "interpolations", interpolations)
    return template
