"""Runs Jupyter notebooks from top to bottom, without Jupyter.

`main` is what the command line calls. The parts, each its own module:

- `document`: reads, upgrades and writes `.ipynb` files;
- `magics`: turns the text of a cell into Python;
- `timing`: `%time` and `%timeit`;
- `display`: what a value looks like in an output;
- `streams`: `sys.stdout` and `sys.stderr` of a running notebook;
- `errors`: tracebacks that name cells;
- `session`: the namespace, and running one cell in it;
- `runner`: running all cells: interrupts, time limit, saving, progress.
"""


def main(argv=None):
    """Runs the notebook that the arguments name and returns the exit status."""
    from .runner import main

    return main(argv)
