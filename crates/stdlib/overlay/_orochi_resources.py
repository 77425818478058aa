"""Resources of packages in the packed standard library, for `importlib.resources`."""

import io
from importlib.resources.abc import Traversable, TraversableResources

from _orochi_pack import exists, get_data, is_dir, list_dir


class PackPath(Traversable):
    """A file or folder of the packed library."""

    def __init__(self, inner):
        self._inner = inner

    def __repr__(self):
        return f'PackPath({self._inner!r})'

    @property
    def name(self):
        return self._inner.rpartition('/')[2]

    def iterdir(self):
        for name, _ in list_dir(self._inner) or ():
            yield PackPath(f'{self._inner}/{name}' if self._inner else name)

    def is_dir(self):
        return is_dir(self._inner)

    def is_file(self):
        return exists(self._inner)

    def joinpath(self, *descendants):
        parts = [self._inner] if self._inner else []
        for descendant in descendants:
            for part in str(descendant).split('/'):
                if part == '..':
                    parts = '/'.join(parts).split('/')[:-1]
                elif part not in ('', '.'):
                    parts.append(part)
        return PackPath('/'.join(parts))

    __truediv__ = joinpath

    def open(self, mode='r', *args, **kwargs):
        raw = io.BytesIO(get_data(self._inner))
        return raw if 'b' in mode else io.TextIOWrapper(raw, *args, **kwargs)

    def read_bytes(self):
        return get_data(self._inner)


class PackReader(TraversableResources):
    """Gives access to the resources of one package."""

    def __init__(self, folder):
        self._folder = folder

    def files(self):
        return PackPath(self._folder)
