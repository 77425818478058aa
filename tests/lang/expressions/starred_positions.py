"""Where the errors of starred arguments and items are reported to be."""
import traceback
for src in ("f(1, *2)","f(*2)","f(*2, *3)","f(*[], *3, 4)","f(1, *2, k=1)","f(*2, **{})","f(**2)","f(k=1, **2)","f(**{}, **3)","[*2]","[1, *2]","(1, *2, 3)","{*2}","{1, *2}","{**2}","{'a':1, **2}","print(1, *2)","class C(*2): pass","class C(1, *2): pass","f(x=1, **{'x':2})","f(*2 if 1 else 3)"):
    try: exec(compile(src,'s','exec'),{'f':lambda *a,**k:1})
    except Exception as e:
        tb=e.__traceback__
        while tb.tb_next and tb.tb_next.tb_frame.f_code.co_filename=='s': tb=tb.tb_next
        while tb and tb.tb_frame.f_code.co_filename!='s': tb=tb.tb_next
        s=traceback.extract_tb(tb)[0]
        print(src,'|',e,s.colno,s.end_colno)
