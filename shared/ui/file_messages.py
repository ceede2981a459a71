"""Messages for a file that is refused or cannot be opened."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

FILE_MESSAGES: Mapping[str, Promise] = {
    "file_empty": gettext_lazy("This file is empty. Choose another one."),
    "file_refused": gettext_lazy("This file cannot be taken. Choose another one."),
    "file_too_large": gettext_lazy(
        "This file is larger than 15 MB. Make it smaller, or send it in parts."
    ),
    "file_type_refused": gettext_lazy(
        "We do not take this kind of file. Save it as a PDF, or send a photo of it."
    ),
    "file_heic": gettext_lazy(
        "This photo is in the HEIC format, which many computers cannot open. In the settings of "
        "your telephone choose the format JPEG (on an iPhone: Camera, Formats, Most Compatible), "
        "or take the photo from this page."
    ),
    "file_old_office": gettext_lazy(
        "This document is in the old Office format, or it is locked with a password. Open it and "
        "save it as a PDF, or as .docx, .xlsx or .pptx without a password."
    ),
    "file_video": gettext_lazy(
        "We do not take videos. Send photos or a sound recording, and say in your text that there "
        "is a video: the administration can ask you for it."
    ),
    "file_animated": gettext_lazy(
        "This is a moving picture. Send a photo or a screenshot of it instead."
    ),
    "file_too_many_pixels": gettext_lazy(
        "This picture has too many pixels. Take a photo in a smaller size, or scan the paper at "
        "300 dots per inch."
    ),
    "file_encrypted": gettext_lazy(
        "This file is protected by a password or against changes. Save or print it as a new file "
        "without protection, or take a picture of each page, and send that."
    ),
    "file_with_program": gettext_lazy(
        "This document carries a program (a macro or a script), which is not safe to pass on. "
        "Save it as a PDF, or print it into a new PDF, then send that."
    ),
    "file_with_external_content": gettext_lazy(
        "This document opens or loads something that is not in it (a file, a picture or data on "
        "another computer), which is not safe to pass on. Print it into a new PDF, then send "
        "that. Links to web pages and e-mail addresses may stay."
    ),
    "file_too_deep": gettext_lazy(
        "Other files are packed in this one, or too much is. Send those files one by one, or save "
        "the document as a plain PDF."
    ),
    "file_damaged": gettext_lazy(
        "This file is damaged or incomplete. Open it on your device to see whether it is whole, "
        "save it anew, then send it again."
    ),
    "file_infected": gettext_lazy(
        "A virus was found in this file, so we have not kept it. Clean your device with an "
        "antivirus program, or send a photo of the paper."
    ),
}
