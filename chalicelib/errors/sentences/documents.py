"""Signatures, certificates and lists of revoked ones."""

from __future__ import annotations

from collections.abc import Mapping

SENTENCES: Mapping[str, Mapping[str, str]] = {
    "authority": {"the certificate of an authority is needed": "Нужен сертификат удостоверяющего центра"},
    "issuer": {
        "no anchor, and no authority of the chain, has signed this list": (
            "Список не подписан ни корневым, ни промежуточным центром цепочки"
        ),
    },
    "partial": {
        "a whole list is needed, with its number and the time of the next one": (
            "Нужен полный список с номером и временем следующего"
        ),
    },
    "validity": {
        "the certificate is not valid now": "Сертификат сейчас не действует",
        "the list is not valid now": "Список сейчас не действует",
    },
    "attributes": {
        "an attribute stands twice": "Атрибут повторяется",
        "contentType and messageDigest have to be signed": "contentType и messageDigest должны быть подписаны",
        "contentType has to be data": "contentType должен быть data",
        "signingCertificateV2 by SHA-2": "Нужен signingCertificateV2 с SHA-2",
    },
    "certificates": {
        "from 1 to {n} X.509 certificates": "Сертификатов X.509: от 1 до {n}",
        "the signer's certificate is needed, once": "Нужен сертификат подписавшего, один раз",
    },
    "der": {
        "CMS SignedData is needed": "Нужен CMS SignedData",
        "this cannot be read": "Не удалось прочитать",
    },
    "detached": {"the signature has to be detached": "Подпись должна быть отсоединённой"},
    "signers": {"exactly one signer": "Подписавший должен быть один"},
    "status": {"the responder gave no answer": "Служба OCSP не дала ответа"},
    "base64": {"DER in base64": "DER в base64"},
}
