import hashlib


def error(f, *args, **named):
    try:
        return f(*args, **named)
    except Exception as e:
        return f"{type(e).__name__}: {e}"


P, S = hashlib.pbkdf2_hmac, hashlib.scrypt
for name in ("md5", "sha1", "SHA224", "sha256", "sha384", "sha512", "sha3_224", "sha3_256", "sha3_512"):
    print(name, P(name, b"password", b"salt", 3).hex())
print(P("sha256", b"p" * 200, bytearray(b"s"), 1000).hex(), P("sha1", b"", b"", 1, dklen=50).hex())
print(P("sha512", memoryview(b"p"), b"s", 2, 5))
for args in (
    ("sha256", b"p", b"s", 0), ("sha256", "p", b"s", 1), ("sha256", b"p", b"s", 1, 0),
    ("sha256", b"p", b"s", 1, -1), ("sha256", b"p", b"s", 2**40), (b"sha256", b"p", b"s", 1),
):
    print(error(P, *args))
print(isinstance(error(P, "none", b"p", b"s", 1), str))
print(S(b"p", salt=b"s", n=16, r=8, p=1).hex())
print(S(b"", salt=b"", n=2, r=1, p=3, dklen=16).hex(), S(b"p", salt=b"s", n=1 << 14, r=8, p=1).hex()[:16])
print(S(b"p", salt=b"s", n=1 << 15, r=8, p=1, maxmem=1 << 26).hex()[:16])
for named in (
    dict(salt=b"s", n=15, r=8, p=1), dict(salt=b"s", n=2, r=0, p=1), dict(salt=b"s", n=1 << 20, r=8, p=1),
    dict(salt=b"s", n=2, r=8, p=1, dklen=0), dict(salt=b"s", n=2, r=8, p=1, maxmem=-1), dict(salt="s", n=2, r=8, p=1),
    dict(salt=b"s", n=1 << 15, r=8, p=1), dict(salt=b"s", n="x", r=8, p=1),
):
    print(error(S, b"p", **named))
