# Messages with keys: the native module, and what `hmac` makes of it.
import _hmac
import hashlib
import hmac


def attempt(function, *args, **kwargs):
    try:
        print(function(*args, **kwargs))
    except Exception as error:
        print(type(error).__name__, error)


NAMES = ["md5", "sha1", "sha224", "sha256", "sha384", "sha512", "sha3_224", "sha3_256", "sha3_384", "sha3_512"]
for name in NAMES:
    for key in b"", b"key", b"k" * 300:
        made = _hmac.new(key, b"some ", name)
        copy = made.copy()
        made.update(msg=b"message")
        pure = hmac.HMAC.__new__(hmac.HMAC)
        pure._init_old(key, b"some message", name)
        print(made.name, made.block_size, made.digest_size, made.hexdigest()[:16], copy.hexdigest()[:16])
        assert made.digest() == pure.digest() == hmac.digest(key, b"some message", name)
        assert made.digest() == hmac.new(key, b"some message", name).digest()
        assert made.digest() == getattr(_hmac, "compute_" + name)(key, b"some message")
        assert made.digest() == hmac.digest(key, b"some message", getattr(hashlib, name))
large = bytes(range(256)) * 1000
print(hmac.new(b"key", large, "sha256").hexdigest() == hmac.new(b"key", memoryview(large), "SHA256").hexdigest())

for name in "nope", None, "", 5, "shake_128", "sha3-256", hmac:
    try:
        _hmac.new(b"key", b"m", name)
    except _hmac.UnknownHashError as error:
        print(isinstance(error, ValueError), str(error).split(" from")[0].split(" (")[0])
attempt(_hmac.new, b"key", b"m")
attempt(_hmac.new, "key", b"m", "md5")
attempt(_hmac.new, b"key", "m", "md5")
attempt(_hmac.new, b"key", 5, "md5")
attempt(_hmac.new, 5, None, "md5")
attempt(_hmac.compute_md5, b"key", None)
attempt(_hmac.compute_digest, b"key", b"m", "nope")
attempt(_hmac.compute_digest, b"key", b"m", "md5")
attempt(_hmac.HMAC)
