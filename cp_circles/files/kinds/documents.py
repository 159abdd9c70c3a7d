"""PDF, Excel and Word: whole, of a sane size when unpacked, and without anything that acts by itself."""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator

import pypdfium2

from cp_circles.errors import msg
from cp_circles.files.kinds import Checked, refuse

PDF = "application/pdf"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_PAGES = 2000
MOST_ENTRIES = 3000
MOST_UNPACKED = 200_000_000
WORST_RATIO = 150
RATIO_COUNTS_FROM = 5_000_000

ACTIVE_NAMES = re.compile(
    rb"/(JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|Rendition|XFA|SubmitForm|ImportData|GoToE)(?![A-Za-z0-9])"
)
LONG_ACTIVE_NAMES = re.compile(
    rb"/(JavaScript|Launch|EmbeddedFiles?|RichMedia|Rendition|SubmitForm|ImportData)(?![A-Za-z0-9])"
)
HEX_IN_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")
# What readers of Excel and Word raise over parts that are no XML, or say what no such file says.
BROKEN_PARTS: tuple[type[Exception], ...] = (
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    OSError,
    EOFError,
    RuntimeError,
)
XML_NAMES = (".xml", ".rels", ".vml")
RELATION = re.compile(rb"<(?:[A-Z]+:)?RELATIONSHIP\s[^>]{1,9000}>")
OPENED = re.compile(rb"/(ATTACHEDTEMPLATE|OLEOBJECT|FRAME|SUBDOCUMENT|AFCHUNK)[\"']")
REMOTE = re.compile(rb"TARGET\s*=\s*[\"']\s*([A-Z-]{2,20}:(?!///)|FILE:/{4,5}|\\\\|//)")
LONGEST_SIGN = 9_000
ENCRYPTED = re.compile(rb"/Encrypt(?![A-Za-z0-9])")

BROKEN_PDF = msg("This PDF is broken or empty. Print it to PDF again.")
LOCKED_PDF = msg("This PDF is protected by a password. Save it without protection.")
ACTIVE_PDF = msg(
    "This PDF holds scripts, attachments or forms that act by themselves. Print it to PDF again."
)
BROKEN_ZIP = msg("This Excel or Word file is broken. Open it and save it again as .xlsx or .docx.")
BOMB = msg("This file grows too large when it is unpacked.")
MACROS = msg("This file holds macros or embedded programs. Save it without them.")
ELSEWHERE = msg(
    "This file fetches a template or an object from elsewhere when it is opened. Save it without them."
)
OTHER_ZIP = msg("Archives are not stored. Upload the files inside one by one.")


def check_pdf(content: bytes) -> Checked:
    """A readable PDF without active content, as it came."""
    if b"%%EOF" not in content[-2048:] or b"PK\x05\x06" in content[-66_000:]:
        raise refuse(BROKEN_PDF)
    if ENCRYPTED.search(_plain_names(content)):
        raise refuse(LOCKED_PDF)
    if _acts_by_itself(content):
        raise refuse(ACTIVE_PDF)
    try:
        document = pypdfium2.PdfDocument(content)
        pages = len(document)
        document.close()
    except pypdfium2.PdfiumError as error:
        raise refuse(BROKEN_PDF) from error
    if not 0 < pages <= MOST_PAGES:
        raise refuse(BROKEN_PDF)
    return Checked(content, PDF)


def _acts_by_itself(content: bytes) -> bool:
    plain = _plain_names(content)
    if LONG_ACTIVE_NAMES.search(plain) or plain.count(b"/ObjStm") != content.count(b"/ObjStm"):
        return True
    if ACTIVE_NAMES.search(_plain_names(b" ".join(_outside_streams(content)))):
        return True
    return any(ACTIVE_NAMES.search(_plain_names(held)) for held in _packed_objects(content))


def _outside_streams(content: bytes) -> Iterator[bytes]:
    place = 0
    while (start := content.find(b"stream", place)) != -1:
        end = content.find(b"endstream", start + 6)
        if end == -1:
            break
        yield content[place:start]
        place = end + len(b"endstream")
    yield content[place:]


def _packed_objects(content: bytes) -> Iterator[bytes]:
    place, left = 0, MOST_UNPACKED
    while (found := content.find(b"/ObjStm", place)) != -1:
        start = content.find(b"stream", found)
        end = content.find(b"endstream", start + 6)
        if start == -1 or end == -1:
            raise refuse(BROKEN_PDF)
        held = _unpacked(content[start + 6 : end].lstrip(b"\r\n"), left)
        left -= len(held)
        if left <= 0:
            raise refuse(BOMB)
        yield held
        place = end


def _unpacked(stream: bytes, most: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(stream, most)
    except zlib.error as error:
        raise refuse(ACTIVE_PDF) from error


def _plain_names(content: bytes) -> bytes:
    return HEX_IN_NAME.sub(lambda found: bytes([int(found.group(1), 16)]), content)


def check_office(content: bytes) -> Checked:
    """An .xlsx or .docx without macros, embedded programs or a zip bomb, as it came."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
            _refuse_bomb(entries, len(content))
            names = {entry.filename for entry in entries}
            media_type = _office_type(names)
            _refuse_active(names)
            for entry in entries:
                _check_entry(archive, entry)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
        raise refuse(BROKEN_ZIP) from error
    return Checked(content, media_type)


def _refuse_bomb(entries: list[zipfile.ZipInfo], size: int) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED:
        raise refuse(BOMB)
    if unpacked > RATIO_COUNTS_FROM and unpacked > WORST_RATIO * size:
        raise refuse(BOMB)
    for entry in entries:
        if entry.filename.startswith(("/", "\\")) or ".." in re.split(r"[/\\]", entry.filename):
            raise refuse(BROKEN_ZIP)


def _office_type(names: set[str]) -> str:
    if "[Content_Types].xml" not in names:
        raise refuse(OTHER_ZIP)
    if "xl/workbook.xml" in names:
        return XLSX
    if "word/document.xml" in names:
        return DOCX
    raise refuse(OTHER_ZIP)


def _refuse_active(names: set[str]) -> None:
    for name in names:
        lowered = name.lower()
        if "vbaproject" in lowered or "/activex/" in lowered or "/embeddings/" in lowered:
            raise refuse(MACROS)


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    read, tail, is_xml = 0, b"", entry.filename.lower().endswith(XML_NAMES)
    with archive.open(entry) as stream:
        while chunk := stream.read(1 << 20):
            read += len(chunk)
            if read > entry.file_size:
                raise refuse(BOMB)
            if is_xml:
                plain = tail + chunk.replace(b"\x00", b"").upper()
                _refuse_declarations(plain)
                tail = plain[-LONGEST_SIGN:]


def _refuse_declarations(plain: bytes) -> None:
    """Entities grow; a template or object that Word fetches from elsewhere acts as it opens."""
    if b"<!DOCTYPE" in plain or b"<!ENTITY" in plain:
        raise refuse(BROKEN_ZIP)
    if any(OPENED.search(tag) and REMOTE.search(tag) for tag in RELATION.findall(plain)):
        raise refuse(ELSEWHERE)
