"""`python -m _orochi_notebook FILE.ipynb`."""

import sys

from . import main

sys.exit(main(sys.argv[1:]))
