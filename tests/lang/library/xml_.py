# Expat: events, positions and codes of errors, and the modules that stand on it.
import pyexpat
def run(doc, sep=None, **kw):
    p=pyexpat.ParserCreate(None, sep)
    log=[]
    for n in 'StartElement EndElement CharacterData ProcessingInstruction Comment StartCdataSection EndCdataSection StartDoctypeDecl EndDoctypeDecl EntityDecl XmlDecl ElementDecl AttlistDecl StartNamespaceDecl EndNamespaceDecl NotationDecl UnparsedEntityDecl SkippedEntity'.split():
        setattr(p,n+'Handler',lambda *a,n=n: log.append((n,)+a))
    for k,v in kw.items(): setattr(p,k,v)
    try:
        if isinstance(doc,list):
            for d in doc[:-1]: p.Parse(d)
            p.Parse(doc[-1],True)
        else: p.Parse(doc,True)
    except pyexpat.ExpatError as e: log.append((str(e),e.code,e.lineno,e.offset))
    for l in log: print(l)
    print('--')
run(b'<a x="1">hi\nthere &amp; &#65;&lt;<b/>z</a>')
run('<?xml version="1.0" encoding="utf-8" standalone="yes"?><!DOCTYPE a SYSTEM "x.dtd" [<!ENTITY e "E<i>n</i>"><!ELEMENT a (b|c)*><!ATTLIST a k CDATA "d" l NMTOKEN #IMPLIED><!-- c --><!NOTATION n PUBLIC "p"><!ENTITY u SYSTEM "s" NDATA n>]>\n<a>&e;<![CDATA[x<y]]></a>\n<!--end--><?pi data?>')
run('<a xmlns="u" xmlns:p="v" p:q="1" r="2"><p:b/></a>',' ')
run([b'<a', b'>te', b'xt</', b'a>'])
for bad in ('','<a>','<a></b>','<a','a','<a/>x','<a/><b/>','<a x=1/>','<a x="1" x="2"/>','<a>&foo;</a>','<a>&#0;</a>','<a>]]></a>','<a>\x01</a>','<p:a/>','<?xml version="1.0"?><?xml version="1.0"?><a/>','<a><!-- -- --></a>','<a><![CDATA[x</a>','<!DOCTYPE a [<!ENTITY e "&e;">]><a>&e;</a>','<a b="<"/>','\n<?xml version="1.0"?><a/>','<?xml version="1.0" encoding="nosuch"?><a/>','<a>\n <b>\n</a>','<a>&amp</a>','<1/>','< a/>','<a b/>'):
    print(repr(bad)); run(bad,'!')
run(b'<a>\xff</a>')
run('<?xml version="1.0" encoding="iso-8859-1"?><a>\xe9</a>'.encode('latin-1'))
run('<a>\u20ac</a>'.encode('utf-16'))
import xml.etree.ElementTree as ET
t=ET.fromstring('<r xmlns:x="u"><c x:a="1">t</c>tail<c/></r>'); print(ET.tostring(t), [e.tag for e in t.iter()], t[0].attrib)
try: ET.fromstring('<a><b></a>')
except ET.ParseError as e: print(e, e.position, e.code)
from xml.dom import minidom
print(minidom.parseString('<a b="c"><!--x--><d>e</d></a>').toxml())
import plistlib; print(plistlib.loads(plistlib.dumps({'a':[1,2.5,b'x',True]})))
import xml.sax
class H(xml.sax.ContentHandler):
    def startElement(self,n,a): print('S',n,dict(a))
    def characters(self,c): print('C',c)
xml.sax.parseString('<a b="1">x&amp;y</a>',H())
import xmlrpc.client; print(xmlrpc.client.loads(xmlrpc.client.dumps((1,'a',[2]),'m')))
def t(d):
    try: r=ET.XML(d); print(ET.tostring(r))
    except Exception as e: print(type(e).__name__, e, getattr(e,'position',None), getattr(e,'code',None))
t('<document>&undefined;</document>')
t('<!DOCTYPE points [<!ENTITY % user-entities SYSTEM "user-entities.xml">%user-entities;]><document>&entity;</document>')
t('<!DOCTYPE points [<!ENTITY % user-entities SYSTEM "user-entities.xml">%user-entities;]>\n<document>&entity;</document>')
t('<!DOCTYPE points SYSTEM "x.dtd"><document>&entity;</document>')
t('foo'); t('<a>&foo;</a>'); t('foobar<')
t(b"<?xml version='1.0' encoding='foo'?><a/>")
t(b"<?xml version='1.0' encoding='utf-16'?><a/>")
class B(ET.TreeBuilder):
    def doctype(self,*a): print('doctype',a)
p=ET.XMLParser(target=B()); p.feed('<!DOCTYPE html PUBLIC "-//W" "http://x">\n<html/>'); p.close()
p = ET.XMLPullParser(events=("start", "end"))
for chunk in ("<!-- x", "y --", "><do", "c>a", "b</doc>"):
    p.feed(chunk)
    print([(event, e.tag, e.text) for event, e in p.read_events()])
p = ET.XMLPullParser(events=("start",))
p.feed("<doc")
p.feed(">")
print([event for event, _ in p.read_events()])
p.flush()
print([event for event, _ in p.read_events()])
