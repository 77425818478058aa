# skip: threads: warnings are told by filters that all share

"""Escapes in strings that stand before a syntax error are warned of; each once."""

import warnings


def tell(source, action="always"):
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter(action)
        try:
            compile(source, "<t>", "exec")
            error = None
        except SyntaxError as e:
            error = (e.msg, e.lineno, e.offset)
    print(error, [(str(w.message)[:30], w.lineno, w.category.__name__) for w in told])


tell("'\\e' $")
tell("'\\e' + (")
tell("'\\e' 1")
tell("x = '''\n\\z''' b'\\777' r'\\q'\ny y")
tell("y y\n\n'\\e'")
tell("'\\e' 1", "error")
tell("'\\e'", "error")
tell("1 +", "error")
