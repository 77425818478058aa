# bz2: round trips, pieces with bounds, several streams, errors.
import bz2
d=bytes(i * i % 251 for i in range(300000))+b'x'*100000
for l in (1,9):
    c=bz2.compress(d,l); print(len(c)<len(d), bz2.decompress(c)==d)
o=bz2.BZ2Decompressor(); out=b''
for i in range(0,len(c),1000):
    out+=o.decompress(c[i:i+1000], 5000)
    while not o.needs_input and not o.eof: out+=o.decompress(b'',5000)
print(out==d,o.eof,o.unused_data)
print(bz2.decompress(bz2.compress(b'')+bz2.compress(b'ab')))
for f in (lambda: bz2.decompress(b'abc'), lambda: bz2.decompress(c[:50]), lambda: bz2.BZ2Compressor(0), lambda: bz2.BZ2Decompressor().decompress(b'BZh9'+b'x'*100)):
    try: f()
    except Exception as e: print(type(e).__name__, e)
k=bz2.BZ2Compressor(); k.compress(b'x'); k.flush()
for f in (k.flush, lambda: k.compress(b'')):
    try: f()
    except Exception as e: print(type(e).__name__, e)
try: o.decompress(b'')
except EOFError as e: print(e)
import io
with bz2.open(io.BytesIO(bz2.compress(b'a\nb\n')),'rt') as f: print(list(f))
