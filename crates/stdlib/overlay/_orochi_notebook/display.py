"""What a value looks like in an output: text always, richer forms where the value offers them."""

import base64

# Methods that IPython made customary, and the type of what they return.
_METHODS = (
    ("_repr_html_", "text/html"),
    ("_repr_markdown_", "text/markdown"),
    ("_repr_svg_", "image/svg+xml"),
    ("_repr_png_", "image/png"),
    ("_repr_jpeg_", "image/jpeg"),
    ("_repr_pdf_", "application/pdf"),
    ("_repr_latex_", "text/latex"),
    ("_repr_json_", "application/json"),
    ("_repr_javascript_", "application/javascript"),
)

_WIDTH = 79


def plain(value):
    """The text form; long containers are broken into lines."""
    text = repr(value)
    if len(text) <= _WIDTH or "\n" in text:
        return text
    if type(value) in (list, tuple, dict, set, frozenset):
        import pprint

        try:
            return pprint.pformat(value, width=_WIDTH, sort_dicts=False)
        except Exception:
            return text
    return text


def bundle(value):
    """The data and metadata of an output."""
    data, metadata = {}, {}
    if isinstance(value, type):
        return {"text/plain": plain(value)}, metadata
    found = _call(value, "_repr_mimebundle_", include=None, exclude=None)
    if isinstance(found, tuple) and len(found) == 2:
        found, more = found
        metadata.update(more)
    if isinstance(found, dict):
        data.update(found)
    for method, kind in _METHODS:
        if kind in data:
            continue
        found = _call(value, method)
        if isinstance(found, tuple) and len(found) == 2:
            found, more = found
            metadata[kind] = more
        if found is not None:
            data[kind] = found
    data.setdefault("text/plain", plain(value))
    return {kind: _storable(kind, each) for kind, each in data.items()}, metadata


def _call(value, name, **arguments):
    # An object may answer to every name (mocks do); one that says so is not asked.
    if getattr(value, "_ipython_canary_method_should_not_exist_", None) is not None:
        return None
    method = getattr(value, name, None)
    if not callable(method):
        return None
    try:
        return method(**arguments)
    except NotImplementedError:
        return None


def _storable(kind, data):
    if isinstance(data, (bytes, bytearray)):
        return base64.b64encode(data).decode("ascii")
    if isinstance(data, str) or kind == "application/json" or kind.endswith("+json"):
        return data
    return str(data)
