"""A package to import."""

value = "package value"
reload_count = 1
_hidden = "hidden"
__all__ = ["value", "sub", "listed"]
listed = "listed"


def __getattr__(name):
    if name in ("lazy", "dynamic"):
        return f"made {name}"
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
