"""Imports modules of the packed standard library.

The library pretends to lie in the folder `ROOT`, which is an entry of `sys.path`: a path hook
serves it and its packages. Sources, resources and lists of modules come from the pack.
"""

import sys
import _frozen_importlib as _bootstrap
from _orochi_pack import ROOT, exists, find, get_code, get_data, is_dir, list_dir

_PREFIX = ROOT + '/'
_call = _bootstrap._call_with_frames_removed


def _inside(path):
    """The path below the library's root, or None for paths elsewhere."""
    if path == ROOT:
        return ''
    if path.startswith(_PREFIX):
        return path[len(_PREFIX):].rstrip('/')
    return None


class PackLoader:
    """Loads one module of the packed library."""

    def __init__(self, name, path, package):
        self.name = name
        self.path = _PREFIX + path
        self._inner = path
        self._package = package

    def __repr__(self):
        return f'<PackLoader for {self.path!r}>'

    def __eq__(self, other):
        return self.__class__ is other.__class__ and self.__dict__ == other.__dict__

    def __hash__(self):
        return hash(self.name) ^ hash(self.path)

    def create_module(self, spec):
        return None

    def exec_module(self, module):
        _call(exec, get_code(self._inner), module.__dict__)

    def load_module(self, fullname=None):
        return _bootstrap._load_module_shim(self, fullname or self.name)

    def is_package(self, fullname):
        return self._package

    def get_filename(self, fullname=None):
        return self.path

    def get_code(self, fullname):
        return get_code(self._inner)

    def get_source(self, fullname):
        import io
        data = get_data(self._inner)
        return io.IncrementalNewlineDecoder(None, True).decode(data.decode('utf-8'))

    def get_data(self, path):
        inner = _inside(path)
        return get_data(path if inner is None else inner)

    def path_stats(self, path):
        inner = _inside(path)
        return {'mtime': 0, 'size': len(get_data(path if inner is None else inner))}

    def get_resource_reader(self, fullname):
        if not self._package:
            return None
        from _orochi_resources import PackReader
        return PackReader(self._inner.rpartition('/')[0])


class PackFinder:
    """Finds the modules of one folder of the packed library."""

    def __init__(self, path):
        inner = _inside(path)
        if inner is None or not is_dir(inner):
            raise ImportError('not a folder of the packed library', path=path)
        self.path = path
        self._folder = inner + '/' if inner else ''

    def __repr__(self):
        return f'PackFinder({self.path!r})'

    def find_spec(self, fullname, target=None):
        found = find(self._folder + fullname.rpartition('.')[2])
        if found is None:
            return None
        inner, package = found
        loader = PackLoader(fullname, inner, package)
        spec = _bootstrap.ModuleSpec(fullname, loader, origin=loader.path, is_package=package)
        spec._set_fileattr = True
        if package:
            spec.submodule_search_locations = [loader.path.rpartition('/')[0]]
        return spec

    def invalidate_caches(self):
        pass

    def iter_modules(self, prefix=''):
        for name, folder in list_dir(self._folder.rstrip('/')) or ():
            if folder:
                if '.' not in name and exists(f'{self._folder}{name}/__init__.py'):
                    yield prefix + name, True
            elif name.endswith('.py') and name != '__init__.py':
                yield prefix + name[:-3], False


def _zip_hook(path):
    """A hook for archives that loads zipimport only for paths that can be one."""
    if not path or is_directory(path):
        raise ImportError('not a Zip file', path=path)
    import zipimport
    return zipimport.zipimporter(path)


def is_directory(path):
    from posix import stat
    try:
        return stat(path).st_mode & 0o170000 == 0o040000
    except (OSError, ValueError):
        return False


def install():
    sys.path_hooks[:0] = [PackFinder, _zip_hook]
