# C data types: memory, structures, arrays, pointers, callbacks.
from ctypes import *
import ctypes
def show(*a): print(*a)
def err(f, *a):
    try: return f(*a)
    except Exception as e: return type(e).__name__+': '+str(e)
show(c_int(5), c_int(2**33+7).value, c_ubyte(-1).value, c_short(70000).value, c_double(1.5), c_float(0.1).value, c_bool(3), c_char(b'x'), c_wchar('é'))
show([sizeof(t) for t in (c_char,c_byte,c_short,c_int,c_long,c_longlong,c_float,c_double,c_void_p,c_char_p,c_wchar,c_size_t,c_bool,py_object)])
show(err(c_int,'a'), err(c_int, 1.5), err(c_double,'a'), err(c_char, b'ab'))
class P(Structure): _fields_=[('x',c_int),('y',c_double),('n',c_char*8)]
p=P(1,2.5,b'abc'); show(p.x,p.y,p.n,sizeof(P),alignment(P),P.x.offset,P.y.offset,P.n.size, bytes(p)[:4])
p.x=9; show(p.x, err(setattr,p,'x','q'), err(P,1,2,b'',4), 1)
class B(Structure): _fields_=[('a',c_uint,3),('b',c_uint,5),('c',c_int,4)]
b=B(7,33,-3); show(b.a,b.b,b.c,sizeof(B))
class U(Union): _fields_=[('i',c_uint32),('b',c_ubyte*4)]
u=U(); u.i=0x01020304; show(list(u.b), sizeof(U))
A=c_int*4; a=A(1,2,3); show(list(a),len(a),a[1:3],a[-1],err(lambda:a[9]),err(A,1,2,3,4,5), A.__name__)
a[2]=7; a[0:2]=[5,6]; show(list(a))
pp=pointer(a); show(pp.contents[2], pp[0][1]); q=cast(a,POINTER(c_int)); show(q[0:4], q.contents.value, bool(q), bool(POINTER(c_int)()))
q[1]=42; show(list(a)); show(err(lambda:POINTER(c_int)().contents))
s=create_string_buffer(b'hello',10); show(s.value,s.raw,len(s)); s.value=b'hi'; show(s.raw, err(setattr,s,'value',b'x'*11))
w=create_unicode_buffer('héllo'); show(w.value,sizeof(w))
show(string_at(s), string_at(addressof(s),3), c_char_p(b'zz').value, c_wchar_p('yy').value, c_char_p().value)
d=create_string_buffer(5); memmove(d,b'abcd',4); show(d.raw); memset(d,0x41,2); show(d.raw)
show(c_int.from_buffer_copy(b'\x01\x00\x00\x00').value); ba=bytearray(8); i=c_int.from_buffer(ba,4); i.value=-1; show(ba)
show(P.from_buffer_copy(bytes(p)).y, issubclass(P,Structure), isinstance(type(P),type))
class N(Structure): pass
N._fields_=[('v',c_int),('next',POINTER(N))]
n2=N(2,None); n1=N(1,pointer(n2)); show(n1.next.contents.v, bool(n2.next))
class In(Structure): _fields_=[('a',c_int),('b',c_int)]
class Out(Structure):
    _anonymous_=['i']; _fields_=[('i',In),('c',c_int)]
o=Out(); o.a=4; o.i.b=5; o.c=6; show(o.a,o.b,o.i.a,sizeof(o))
F=CFUNCTYPE(c_int,c_int,c_int); f=F(lambda x,y:x+y); show(f(3,4), err(f,1), err(f,'a',1))
show(repr(byref(c_int(1)))[:12], c_int*3 is c_int*3, POINTER(c_int).__name__)
v=(P*2)(); v[1].x=8; show(v[1].x, v[0].x, sizeof(v)); m=memoryview(v).nbytes; show(m)
import copy
c = copy.copy(p)
c.x = 77
show(c.n, c.x, p.x, list(copy.copy(a)), err(copy.copy, q))
show(c_void_p(None).value, c_void_p(5).value, cast(5,c_void_p).value, P.x.name, In.b)
class Su(c_int): pass
class Q(Structure): _fields_=[('s',Su)]
show(type(Q().s).__name__, Q(Su(4)).s.value)
show(c_long.from_param(3).__class__.__name__ in ('CArgObject','c_long'), c_uint8(300).value)
