import { useState } from "react";
import { queries, useChange, usePages } from "../../../api/queries";
import { useCardId } from "../../../app/session";
import { currentLanguage, dictionary } from "../../../i18n";
import { day, dayAndTime } from "../../../i18n/dates";
import { ask, etagOf, recordPath } from "../../../records";
import {
  Button,
  Checkbox,
  Confirm,
  Dialog,
  Download,
  Empty,
  Form,
  List,
  Notice,
  ProblemBox,
  Radios,
  say,
  Tag,
  useForm,
} from "../../../ui";
import { Qr } from "../../../ui/Qr";
import { useNames } from "./reading";
import type { Certificate } from "./shapes";
import "./certificates.css";

const COLLECTION = "vaccination-certificates";
type Page = { items: Certificate[]; next?: string };

/** Certificates with a code that others can check without Medkarta. */
export function Certificates() {
  const cardId = useCardId();
  const pages = usePages<Page>(["records", cardId, COLLECTION], (query) =>
    ask<Page>(recordPath(cardId, COLLECTION), { query }),
  );
  return (
    <div className="stack">
      <p>{t("what")}</p>
      <div>
        <Create cardId={cardId} />
      </div>
      <List
        of={pages}
        keyOf={(record) => record.id}
        label={t("label")}
        empty={
          <Empty title={t("none")}>
            <p>{t("noneWhy")}</p>
          </Empty>
        }
      >
        {(record) => <One certificate={record} cardId={cardId} />}
      </List>
    </div>
  );
}

const again = (cardId: string) => queries.invalidateQueries({ queryKey: ["records", cardId, COLLECTION] });

function Create({ cardId }: { cardId: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onPress={() => setOpen(true)}>{t("create")}</Button>
      <Dialog title={t("create")} open={open} onClose={() => setOpen(false)}>
        <Creating cardId={cardId} close={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function Creating({ cardId, close }: { cardId: string; close: () => void }) {
  const form = useForm(
    { language: currentLanguage() as string, names_holder: false },
    (values, key) => ask(recordPath(cardId, COLLECTION), { method: "POST", body: values, headers: key }),
    {
      check: ({ names_holder }) => ({ names_holder: names_holder ? "" : t("agreeNeeded") }),
      done: () => {
        close();
        say(t("created"));
        void again(cardId);
      },
    },
  );
  return (
    <Form form={form} submit={t("create")}>
      <Radios
        {...form.field("language")}
        label={t("language")}
        choices={[
          { value: "ru", label: t("russian") },
          { value: "en", label: t("english"), hint: t("abroad") },
        ]}
      />
      <Notice tone="warn" title={t("clear")}>
        {t("clearWhy")}
      </Notice>
      <Checkbox {...form.field("names_holder")} label={t("agree")} />
    </Form>
  );
}

function One({ certificate, cardId }: { certificate: Certificate; cardId: string }) {
  const names = useNames();
  const { id, body, status } = certificate;
  const revoked = status?.state === "revoked";
  const inCode = body.vaccinations.filter((one) => one.in_code);
  return (
    <article className="stack-tight">
      <div className="row-between">
        <h3>{t("from", { when: dayAndTime(body.occurred_at) })}</h3>
        <Tag tone={revoked ? "bad" : "good"}>{revoked ? t("revoked") : t("active")}</Tag>
      </div>
      <p className="quiet">{body.language === "ru" ? t("russian") : t("english")}</p>
      <ul>
        {body.vaccinations.map((one) => (
          <li key={one.on + one.vaccine + one.lot}>
            {day(one.on)}: {names.vaccine(one.vaccine)}
            {inCode.length < body.vaccinations.length && one.in_code && ` (${t("inCode")})`}
          </li>
        ))}
      </ul>
      {!revoked && (
        <div className="row">
          <ShowCode text={body.qr} />
          <Download path={`${recordPath(cardId, COLLECTION, id)}/document`} />
          <Download
            path={`${recordPath(cardId, COLLECTION, id)}/file`}
            accept="application/smart-health-card"
            title={t("file")}
            kind="plain"
          />
          <Revoke certificate={certificate} cardId={cardId} />
        </div>
      )}
    </article>
  );
}

function ShowCode({ text }: { text: string }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button onPress={() => setOpen(true)}>{t("show")}</Button>
      <Dialog title={t("code")} open={open} onClose={() => setOpen(false)} wide>
        <p>{t("codeHow")}</p>
        <div className="certificate-code">
          <Qr text={text} label={t("code")} level="L" />
        </div>
      </Dialog>
    </>
  );
}

function Revoke({ certificate, cardId }: { certificate: Certificate; cardId: string }) {
  const [open, setOpen] = useState(false);
  const revoke = useChange(
    () =>
      ask(`${recordPath(cardId, COLLECTION, certificate.id)}/revocation`, {
        method: "POST",
        headers: { "If-Match": etagOf(certificate) },
      }),
    [["records", cardId, COLLECTION]],
  );
  const yes = () =>
    revoke.mutate(undefined, {
      onSuccess: () => {
        setOpen(false);
        say(t("wasRevoked"));
      },
    });
  return (
    <>
      <Button kind="plain" onPress={() => setOpen(true)}>
        {t("revoke")}
      </Button>
      <Confirm
        title={t("revokeSure")}
        yes={t("revoke")}
        danger
        busy={revoke.isPending}
        open={open}
        onYes={yes}
        onClose={() => setOpen(false)}
      >
        <p>{t("revokeWhy")}</p>
        {revoke.error && <ProblemBox problem={revoke.error} />}
      </Confirm>
    </>
  );
}

const t = dictionary({
  ru: {
    what: "Сертификат подтверждает прививки, которые внесли медработники. Код на нём проверяют без доступа к вашей карте – в школе, на границе, в другой клинике.",
    label: "Сертификаты о прививках",
    none: "Сертификатов пока нет",
    noneWhy: "Создайте сертификат, когда у вас попросят подтвердить прививки.",
    create: "Создать сертификат",
    created: "Сертификат создан",
    language: "На каком языке",
    russian: "На русском",
    english: "На английском",
    abroad: "Для поездки за границу",
    clear: "Кто прочитает код, узнает ваши данные",
    clearWhy: "В коде открыто записаны ваше имя, дата рождения и прививки. Показывайте его только тем, кому доверяете.",
    agree: "Понимаю и хочу создать такой код",
    agreeNeeded: "Отметьте, что вы это понимаете: без этого код не создать",
    from: "Сертификат от {when}",
    active: "действует",
    revoked: "отозван",
    inCode: "есть в коде",
    show: "Показать код",
    code: "Код сертификата о прививках",
    codeHow: "Сделайте экран ярче и поднесите код к камере проверяющего.",
    file: "Скачать файл для телефона",
    revoke: "Отозвать",
    revokeSure: "Отозвать сертификат?",
    revokeWhy: "Проверка кода будет отвечать, что он недействителен. Вернуть его нельзя, но можно создать новый.",
    wasRevoked: "Сертификат отозван",
  },
  en: {
    what: "A certificate confirms vaccinations that clinicians entered. Its code is checked without access to your card: at school, at a border, in another clinic.",
    label: "Vaccination certificates",
    none: "There are no certificates yet",
    noneWhy: "Create one when you are asked to prove a vaccination.",
    create: "Create a certificate",
    created: "The certificate was created",
    language: "In which language",
    russian: "In Russian",
    english: "In English",
    abroad: "For a journey abroad",
    clear: "Whoever reads the code learns your data",
    clearWhy: "The code says your name, birth date and vaccinations in clear. Show it only to those whom you trust.",
    agree: "I understand, and want such a code",
    agreeNeeded: "Tick that you understand this: without it no code is made",
    from: "Certificate of {when}",
    active: "valid",
    revoked: "revoked",
    inCode: "in the code",
    show: "Show the code",
    code: "Code of the vaccination certificate",
    codeHow: "Make the screen brighter and hold the code before the other's camera.",
    file: "Download the file for a phone",
    revoke: "Revoke",
    revokeSure: "Revoke the certificate?",
    revokeWhy:
      "Whoever checks the code will hear that it is not valid. This cannot be undone, but you can create a new one.",
    wasRevoked: "The certificate was revoked",
  },
});
