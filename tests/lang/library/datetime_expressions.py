# What the types of `datetime` give and say, an expression a line.
import copy
import datetime as D
import os
import pickle
import time as clock
from datetime import date, datetime, time, timedelta, timezone, tzinfo

os.environ["TZ"] = "UTC"
clock.tzset()


class X(timedelta):
    pass


class DD(date):
    pass


class DT(datetime):
    pass


class TT(time):
    pass


def sub(cls):
    class Inner(cls):
        pass
    return Inner


UTC1 = timezone(timedelta(hours=1))
EXPRESSIONS = r"""
date()
date(2000)
date(2000,1)
date(2000,1,2,3)
date(2000,1,2,x=3)
date(2000,1,2,year=3)
date(0,1,1)
date(10000,1,1)
date(2000,13,1)
date(2000,2,30)
date(2000,2,0)
date(2000.0,1,1)
date('a')
date('abcd')
date(b'abcd')
date(2**40,1,1)
date(-2**70,1,1)
timedelta(1,2,3,4,5,6,7,8)
timedelta(x=1)
timedelta(1,days=2)
timedelta('a')
timedelta(days='x')
timedelta(weeks=[])
timedelta(10**9)
timedelta(-10**9)
timedelta(10**20)
timedelta(float('nan'))
timedelta(float('inf'))
timedelta(1e300)
timedelta(2**70)
timedelta(hours=2**70,minutes=-60*2**70+5)
X(1,2,3)
repr(X(1))
sub(timedelta)(1)
X(1)+X(1)
type(X(1)+X(1))
type(+X(1))
type(abs(X(1)))
type(-X(1))
type(X(1)*2)
type(X(1)//2)
DD(2000,1,1)
sub(date)(2000,1,1)
DT(2000,1,1)
TT(1)
type(DD(2000,1,1)+timedelta(1))
type(DT(2000,1,1)+timedelta(1))
type(DT(2000,1,1).date())
type(DT(2000,1,1).time())
type(DD(2000,1,1).replace(day=2))
type(TT(1).replace(hour=2))
type(DT(2000,1,1).replace(day=2))
type(DD.today())
type(DT.now())
type(DT.fromordinal(5))
type(DT.strptime('2000','%Y'))
type(DT.combine(date(2000,1,1),time(1)))
timedelta(1)+1
1+timedelta(1)
timedelta(1)-1
1-timedelta(1)
timedelta(1)*'a'
timedelta(1)*2.5
timedelta(1)*float('nan')
timedelta(1)*float('inf')
timedelta(1)/0
timedelta(1)/0.0
timedelta(1)//0
timedelta(1)//timedelta(0)
timedelta(1)/timedelta(0)
timedelta(1)%timedelta(0)
divmod(timedelta(1),timedelta(0))
timedelta(1)%1
timedelta(1)//1.5
1/timedelta(1)
timedelta(1)<1
timedelta(1)==1
timedelta.max+timedelta(1)
timedelta.min-timedelta(1)
-timedelta.max
-timedelta.min
timedelta.max*2
timedelta.max*2**70
timedelta(1)*1e20
timedelta.max/0.5
timedelta.max*1.5
timedelta(microseconds=1)*2**64
timedelta(1).days
timedelta(1).x
date.min
date.max
datetime.min
datetime.max
time.min
time.max
timedelta.resolution
date.resolution
time.resolution
datetime.resolution
timedelta.min
timedelta.max
timezone.utc
timezone.min
timezone.max
D.UTC
setattr(timedelta(1),'days',2)
setattr(date(1,1,1),'day',2)
setattr(date(1,1,1),'x',2)
date(1,1,1).__dict__
delattr(date(1,1,1),'day')
date.fromtimestamp('x')
date.fromtimestamp(1e20)
date.fromtimestamp(float('nan'))
date.fromtimestamp(None)
date.fromtimestamp(-1e15)
date.fromtimestamp(2**70)
datetime.fromtimestamp(1e20)
datetime.fromtimestamp(-1e15)
datetime.fromtimestamp('x')
datetime.fromtimestamp(0, 1)
datetime.fromtimestamp(0, tz=1)
datetime.fromtimestamp(timestamp=0)
datetime.fromtimestamp(1e12,timezone.utc)
datetime.fromtimestamp(1.9999999)
datetime.fromtimestamp(1.0000005)
datetime.fromtimestamp(-1.0000005)
datetime.fromtimestamp(0, timezone.utc)
date.fromordinal(0)
date.fromordinal(-1)
date.fromordinal(3652060)
date.fromordinal(2**40)
date.fromordinal('x')
date.fromordinal(1)
date.fromordinal(1.0)
datetime.fromordinal(0)
date.fromisoformat(1)
date.fromisoformat('x')
date.fromisoformat('2000-01-01x')
date.fromisoformat('2000-13-01')
date.fromisoformat('20000101')
date.fromisoformat('2000W011')
date.fromisoformat('2000-W01-1')
date.fromisoformat('2000-W01')
date.fromisoformat('2000W01')
date.fromisoformat('2000-W54-1')
date.fromisoformat('2000-W01-8')
date.fromisoformat('2000-W53-1')
date.fromisoformat('2000-01-0\u0661')
date.fromisoformat('0000-01-01')
date.fromisocalendar(2000,1,1)
date.fromisocalendar(2000,54,1)
date.fromisocalendar(2000,53,1)
date.fromisocalendar(2000,1,8)
date.fromisocalendar(0,1,1)
date.fromisocalendar(10000,1,1)
date.fromisocalendar('x',1,1)
date.fromisocalendar(2000,1)
date.fromisocalendar(year=2000,week=1,day=1)
date.fromisocalendar(9999,53,5)
date.fromisocalendar(1,1,1)
date.fromisocalendar(2**70,1,1)
date.fromisocalendar(2000,2**70,1)
date(2000,1,1)+1
date(2000,1,1)-1
date(2000,1,1)+date(2000,1,1)
date(2000,1,1)-date(1999,1,1)
1-date(2000,1,1)
timedelta(1)+date(2000,1,1)
timedelta(1)-date(2000,1,1)
date.max+timedelta(1)
date.min-timedelta(1)
date.max+timedelta.max
date.max-timedelta.min
date(2000,1,1)<datetime(2000,1,1)
date(2000,1,1)==datetime(2000,1,1)
datetime(2000,1,1)==date(2000,1,1)
datetime(2000,1,1)<date(2000,1,1)
date(2000,1,1)<1
1<date(2000,1,1)
date(2000,1,1)!=1
date(2000,1,1).isocalendar()
date(2000,1,1).isocalendar()[0]
repr(date(2000,1,1).isocalendar())
type(date(2000,1,1).isocalendar())
type(date(2000,1,1).isocalendar())(1,2,3)
pickle.dumps(date(2000,1,1).isocalendar(),2)
date(2000,1,1).isocalendar().year
date(2000,1,1).isocalendar()._replace(year=1)
date(2000,1,1).replace(year=0)
date(2000,1,1).replace(2001,2,3)
date(2000,1,1).replace(1,2,3,4)
date(2000,1,1).replace(x=1)
date(2000,1,1).replace(month='a')
date(2000,1,1).__replace__(day=2)
copy.replace(date(2000,1,1),day=3)
date(2000,1,1).__replace__(1,2)
date(2000,1,1).strftime()
date(2000,1,1).strftime(1)
date(2000,1,1).strftime('%Y %z %Z %f %% %:z %:')
date(2000,1,1).strftime('%')
date(2000,1,1).strftime('')
date(5,1,1).strftime('%Y %G %C %F')
format(date(2000,1,1),'%d')
format(date(2000,1,1),'')
date(2000,1,1).__format__(1)
date(2000,1,1).strftime(format='%Y')
date(2000,1,1).ctime()
date(2000,1,1).timetuple()
date(2000,1,1).toordinal()
date(2000,1,1).weekday()
date(2000,1,1).isoweekday()
str(date(2000,1,1))
date.strptime('2000','%Y')
time.strptime('10','%H')
datetime.strptime(1,2)
datetime.strptime('x','%Y')
time.strptime('10 2000','%H %Y')
time()
time(24)
time(0,60)
time(0,0,60)
time(0,0,0,10**6)
time(0,0,0,-1)
time(0,0,0,0,1)
time(0,0,0,0,None,1)
time(fold=2)
time(fold=1)
time(1,2,3,4,5,6)
time(x=1)
time('a')
time(1.0)
time(hour=1,tzinfo=timezone.utc)
time(b'abcdef')
time(1)+time(1)
time(1)<1
time(1)==1
time(1)<time(1,tzinfo=UTC1)
time(1)==time(1,tzinfo=UTC1)
time(1,tzinfo=UTC1)==time(0,tzinfo=timezone.utc)
time(1,tzinfo=UTC1)<time(2,tzinfo=timezone.utc)
bool(time(0))
repr(time(1,2,3,4,UTC1,fold=1))
repr(time(1))
repr(time(1,0,3))
str(time(1,2,3,4,UTC1))
time(1).isoformat('x')
time(1).isoformat(1)
time(1).isoformat('auto')
time(1).isoformat('hours')
time(1).isoformat('minutes')
time(1).isoformat('seconds')
time(1).isoformat('milliseconds')
time(1).isoformat('microseconds')
time(1).isoformat(timespec='hours')
time(1).utcoffset()
time(1,tzinfo=UTC1).utcoffset()
time(1,tzinfo=UTC1).tzname()
time(1,tzinfo=UTC1).dst()
time(1).replace(hour=25)
time(1).replace(tzinfo=1)
time(1).replace(1,2,3,4,None)
time(1).replace(1,2,3,4,None,5)
time(1).replace(fold=1)
time(1).replace(fold=2)
time(1).strftime('%Y-%H %f %z')
time(1).replace(x=2)
time(1,tzinfo=UTC1).replace(tzinfo=None)
time.fromisoformat('1')
time.fromisoformat('24:00')
time.fromisoformat('12:34:56.789+01:30')
time.fromisoformat('T12:34')
time.fromisoformat(1)
time.fromisoformat('12:34:56,789Z')
time.fromisoformat('12:34:5')
time.fromisoformat('12:60')
time.fromisoformat('123456.123456789')
time.fromisoformat('12:34+25:00')
time.fromisoformat('12:34-00:00')
time.fromisoformat('24:00:01')
time.fromisoformat('')
time.fromisoformat('12:3456')
time.fromisoformat('12:34+')
datetime()
datetime(2000)
datetime(2000,1)
datetime(2000,1,1,24)
datetime(2000,1,1,0,0,0,0,1)
datetime(2000,1,1,0,0,0,0,None,1)
datetime(2000,1,1,0,0,0,0,None,1,1)
datetime(2000,1,1,fold=3)
datetime(2000,1,1,x=3)
datetime(b'0123456789')
datetime('0123456789')
datetime(2000,1,1,tzinfo='x')
repr(datetime(2000,1,1))
repr(datetime(2000,1,1,1,2,3,4,UTC1,fold=1))
str(datetime(2000,1,1,1,2,3,4,UTC1))
datetime(2000,1,1).isoformat(' ')
datetime(2000,1,1).isoformat('xx')
datetime(2000,1,1).isoformat('T','x')
datetime(2000,1,1).isoformat(1)
datetime(2000,1,1).isoformat(sep='\u20ac',timespec='hours')
datetime(2000,1,1).ctime()
datetime(2000,1,1).timetuple()
datetime(2000,1,1,tzinfo=UTC1).timetuple()
datetime(2000,1,1,tzinfo=UTC1).utctimetuple()
datetime(1,1,1,tzinfo=UTC1).utctimetuple()
datetime(2000,1,1).utctimetuple()
datetime(2000,1,1).timestamp()
datetime(2000,1,1,tzinfo=UTC1).timestamp()
datetime(2000,1,1).date()
datetime(2000,1,1,5,fold=1).time()
datetime(2000,1,1,5,tzinfo=UTC1).timetz()
datetime(1,1,1).timestamp()
datetime.max.timestamp()
datetime.combine(1,2)
datetime.combine(date(2000,1,1),time(1),1)
datetime.combine(date(2000,1,1))
datetime.combine(date(2000,1,1),time(1,tzinfo=UTC1))
datetime.combine(date(2000,1,1),time(1,tzinfo=UTC1),None)
datetime.combine(date(2000,1,1),time(1),tzinfo=UTC1)
datetime.combine(datetime(2000,1,1,5),time(1,fold=1))
datetime.combine(date(2000,1,1),1)
datetime.combine(date=date(2000,1,1),time=time(2))
datetime(2000,1,1)+1
datetime(2000,1,1)-datetime(1999,1,1)
datetime(2000,1,1)-datetime(1999,1,1,tzinfo=UTC1)
datetime(2000,1,1,tzinfo=timezone.utc)-datetime(1999,1,1,tzinfo=UTC1)
datetime.max+timedelta(microseconds=1)
datetime.min-timedelta(microseconds=1)
datetime.max+timedelta.max
datetime(2000,1,1)-1
datetime(2000,1,1)-date(2000,1,1)
date(2000,1,1)-datetime(2000,1,1)
datetime(2000,1,1)<datetime(2000,1,1,tzinfo=UTC1)
datetime(2000,1,1)==datetime(2000,1,1,tzinfo=UTC1)
datetime(2000,1,1)<1
timedelta(1)+datetime(2000,1,1,tzinfo=UTC1)
datetime(2000,1,1).astimezone(1)
datetime(2000,1,1).astimezone(UTC1)
datetime(2000,1,1,tzinfo=timezone.utc).astimezone(UTC1)
datetime(2000,1,1,tzinfo=timezone.utc).astimezone()
datetime(1,1,1,tzinfo=UTC1).astimezone(timezone.utc)
datetime(2000,1,1).astimezone()
datetime(2000,1,1).astimezone(tz=None)
datetime(2000,1,1).replace(tzinfo=5)
datetime(2000,1,1).replace(x=5)
datetime(2000,1,1).replace(1,2,3,4,5,6,7,UTC1)
datetime(2000,1,1).replace(1,2,3,4,5,6,7,UTC1,8)
datetime(2000,1,1).replace(fold=7)
datetime(2000,1,1).__replace__(fold=1)
datetime.fromisoformat('2000-01-01')
datetime.fromisoformat('2000-01-01T')
datetime.fromisoformat('2000-01-01T10')
datetime.fromisoformat('2000-01-01x10:20:30.5+05:30:15.000001')
datetime.fromisoformat('20000101T102030Z')
datetime.fromisoformat('2000W011T10')
datetime.fromisoformat('2000-W01-1T10')
datetime.fromisoformat('2000-W01T10')
datetime.fromisoformat('2000-01-01T24:00')
datetime.fromisoformat('2000-12-31T24:00')
datetime.fromisoformat('9999-12-31T24:00')
datetime.fromisoformat('2000-01-01T24:01')
datetime.fromisoformat(1)
datetime.fromisoformat('x')
datetime.fromisoformat('2000-01-01T10:00+24:00')
datetime.fromisoformat('2000-01-01T10:00-23:59')
datetime.fromisoformat('2000-02-30')
datetime.fromisoformat('2000-01-01T10:00 ')
datetime.fromisoformat('2000-01-01T25:00')
datetime.fromisoformat('2000-01-01T10:00+00:00')
datetime.fromisoformat('2000-01-01T10:00+0000')
datetime.fromisoformat('2000-01-01T10:61')
datetime.fromisoformat('2000-02-30T10:61')
datetime.fromisoformat('2000-01-01T10:00:00+00:60')
timezone()
timezone(1)
timezone(timedelta(1))
timezone(timedelta(-1))
timezone(timedelta(hours=1),1)
timezone(timedelta(hours=1),'x')
timezone(timedelta(hours=1),None)
timezone(timedelta(0)) is timezone.utc
timezone(timedelta(0),'UTC')
repr(timezone.utc)
str(timezone.utc)
repr(UTC1)
str(UTC1)
repr(timezone(timedelta(hours=-1,microseconds=5),'N'))
str(timezone(-timedelta(hours=1,seconds=5)))
str(timezone(-timedelta(hours=1,microseconds=5)))
UTC1.utcoffset(None)
UTC1.utcoffset(1)
UTC1.tzname(None)
UTC1.tzname(1)
UTC1.dst(None)
UTC1.dst(1)
UTC1.fromutc(1)
UTC1.fromutc(datetime(2000,1,1))
UTC1.fromutc(datetime(2000,1,1,tzinfo=UTC1))
UTC1==timezone(timedelta(hours=1),'x')
UTC1<UTC1
hash(UTC1)==hash(timedelta(hours=1))
UTC1.__getinitargs__()
UTC1.__reduce__()
pickle.loads(pickle.dumps(UTC1))
timezone(offset=timedelta(hours=1),name='q')
timezone(timedelta(hours=1),'q',3)
type('Y',(timezone,),{})
timezone.utc.__reduce__()
tzinfo().utcoffset(None)
tzinfo().dst(1)
tzinfo().tzname(1)
tzinfo().fromutc(1)
tzinfo().fromutc(datetime(2000,1,1))
tzinfo().__reduce__()
repr(tzinfo())[:30]
type('Z',(tzinfo,),{})().__reduce__()
type('Z',(tzinfo,),{'__getinitargs__':lambda s:(1,)})().__reduce__()
type('Z',(tzinfo,),{})().utcoffset(1)
datetime(2000,1,1,tzinfo=type('Z',(tzinfo,),{'utcoffset':lambda s,d:5})()).utcoffset()
datetime(2000,1,1,tzinfo=type('Z',(tzinfo,),{'utcoffset':lambda s,d:timedelta(1)})()).utcoffset()
datetime(2000,1,1,tzinfo=type('Z',(tzinfo,),{'tzname':lambda s,d:5})()).tzname()
datetime(2000,1,1,tzinfo=type('Z',(tzinfo,),{'dst':lambda s,d:5})()).dst()
datetime(2000,1,1,tzinfo=type('Z',(tzinfo,),{})()).dst()
str(datetime(2000,1,1,tzinfo=type('Z',(tzinfo,),{})()))
datetime(2000,1,1,tzinfo=type('Z',(tzinfo,),{'tzname':lambda s,d:5})()).strftime('%Z')
datetime(2000,1,1,tzinfo=type('Z',(tzinfo,),{'utcoffset':lambda s,d:None})()).strftime('[%z]')
datetime(2000,1,1,tzinfo=type('Z',(tzinfo,),{'tzname':lambda s,d:'a%b'})()).strftime('[%Z]')
date(2000,1,1).__reduce__()
datetime(2000,1,1).__reduce__()
datetime(2000,1,1,tzinfo=UTC1).__reduce__()
datetime(2000,1,1,fold=1).__reduce_ex__(2)
datetime(2000,1,1,fold=1).__reduce_ex__(4)
datetime(2000,1,1,fold=1).__reduce__()
time(1,fold=1).__reduce_ex__(4)
time(1,fold=1).__reduce_ex__(3)
time(1).__reduce__()
time(1,tzinfo=UTC1).__reduce__()
timedelta(1).__reduce__()
pickle.loads(pickle.dumps(datetime(2000,1,1,fold=1,tzinfo=UTC1))).fold
datetime(2000,1,1).__reduce_ex__('x')
copy.copy(DT(2000,1,1))
copy.deepcopy(DT(2000,1,1,tzinfo=UTC1))
pickle.dumps(datetime(2000,1,1,fold=1,tzinfo=UTC1),0)
"""

for line in EXPRESSIONS.split("\n"):
    if not line:
        continue
    try:
        shown = repr(eval(line))
    except Exception as e:
        shown = f"{type(e).__name__}: {e}"
    print(f"{line}  ->  {shown}".encode("ascii", "backslashreplace").decode())
