"""Build-time variables for `sysconfig`, computed where CPython reads a generated file."""

import sys


def _variables():
    prefix = sys.base_prefix
    exec_prefix = sys.base_exec_prefix
    version = "%d.%d" % sys.version_info[:2]
    abiflags = sys.abiflags
    multiarch = getattr(sys.implementation, "_multiarch", "")
    tag = sys.implementation.cache_tag or "orochi-%d%d" % sys.version_info[:2]
    libdir = prefix + "/lib"
    libpl = f"{libdir}/orochi{version}{abiflags}"
    return {
        "ABIFLAGS": abiflags,
        "AR": "ar",
        "ARFLAGS": "rcs",
        "BINDIR": exec_prefix + "/bin",
        "BINLIBDEST": libpl,
        "CC": "cc",
        "CCSHARED": "-fPIC",
        "CFLAGS": "-O2",
        "CXX": "c++",
        "EXE": "",
        "EXT_SUFFIX": f".{tag}{abiflags}-{multiarch}.so" if multiarch else f".{tag}{abiflags}.so",
        "HAVE_GETRANDOM": 1,
        "HAVE_GETENTROPY": 1,
        "INCLUDEPY": f"{prefix}/include/orochi{version}{abiflags}",
        "LDCXXSHARED": "c++ -shared",
        "LDFLAGS": "",
        "LDSHARED": "cc -shared",
        "LDVERSION": version + abiflags,
        "LIBDEST": libpl,
        "LIBDIR": libdir,
        "MACHDEP": sys.platform,
        "MULTIARCH": multiarch,
        "Py_DEBUG": 0,
        "Py_ENABLE_SHARED": 0,
        "Py_GIL_DISABLED": 1,
        "SHELL": "/bin/sh",
        "SHLIB_SUFFIX": ".so",
        "SIZEOF_VOID_P": 8,
        "SOABI": f"{tag}{abiflags}-{multiarch}" if multiarch else f"{tag}{abiflags}",
        "VERSION": version,
        "WITH_DOC_STRINGS": 1,
        "exec_prefix": exec_prefix,
        "prefix": prefix,
    }


build_time_vars = _variables()
