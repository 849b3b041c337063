"""Files: uploads, their parts, and what hangs on a record or a form."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "attached": {
        "this file hangs on another record; link to that one": "Файл приложен к другой записи, сошлитесь на неё",
    },
    "refused": {"this file was refused": "Этот файл отклонён"},
    "repeated": {
        "this file is named twice": "Файл указан дважды",
        "a file is named twice": "Файл указан дважды",
    },
    "waiting": {"this file is still being checked": "Файл ещё проверяется"},
    "count": {"from {least} to {most} files": "Файлов: от {least} до {most}"},
    "digest": {"is not the SHA-256 of what came": "Не совпадает с SHA-256 полученного"},
}
