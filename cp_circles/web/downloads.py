"""Handing out stored contents: as an attachment, or a picture of ours in the page; never sniffed or run."""

from typing import BinaryIO

from flask import Response, request, send_file

POLICY = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


def send_content(
    stream: BinaryIO, *, sha256: str, media_type: str, name: str, shown: bool = False
) -> Response:
    """The answer with a content; its hash is the ETag, so a browser that has it gets 304.

    `name` must be a safe name (`files.naming.safe_name`); `shown` only for pictures (`may_be_shown`).
    """
    if sha256 in request.if_none_match:
        stream.close()
        answer = Response(status=304)
    else:
        answer = send_file(
            stream,
            mimetype=media_type,
            as_attachment=not shown,
            download_name=name,
            etag=False,
            conditional=False,
        )
    answer.set_etag(sha256)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Content-Security-Policy"] = POLICY
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer
