/** An electronic signature made outside of the browser: a text to sign, and the detached CMS that comes back. */
import { useState } from "react";
import { derOf } from "../../api/base64";
import { api } from "../../api/client";
import { asProblem, type Problem } from "../../api/problems";
import { dictionary } from "../../i18n";
import { Button, FileField, Form, More, Notice, ProblemBox, useForm } from "../../ui";
import { offer } from "../../ui/download";

type Asked = { challenge_id: string; text: string };
type Props = { purpose: "sign-in" | "confirmation"; done: (answer: unknown) => void };

const MOST = 64 * 1024; // bytes; a signature with its chain has a few thousand

export function Signature({ purpose, done }: Props) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const begin = async () => {
    setProblem(null);
    try {
      const call = purpose === "sign-in" ? api.POST("/api/v1/sign-in/signature") : api.POST("/api/v1/me/identity-confirmations/signature");
      setAsked((await call).data as unknown as Asked);
    } catch (thrown) {
      setProblem(asProblem(thrown));
    }
  };
  return (
    <More title={t("title")}>
      <div className="stack">
        <p>{t("how")}</p>
        {problem && <ProblemBox problem={problem} />}
        {asked ? (
          <Signed asked={asked} purpose={purpose} done={done} />
        ) : (
          <div>
            <Button kind="secondary" onPress={() => void begin()}>
              {t("begin")}
            </Button>
          </div>
        )}
      </div>
    </More>
  );
}

function Signed({ asked, purpose, done }: Props & { asked: Asked }) {
  const path = { challenge_id: asked.challenge_id };
  const form = useForm(
    { cms: null as File | null },
    async ({ cms }) => {
      const body = { cms: await derOf(cms as File), chain: [], ocsp: [] };
      const finished =
        purpose === "sign-in"
          ? api.POST("/api/v1/sign-in/signature/{challenge_id}", { params: { path }, body })
          : api.POST("/api/v1/me/identity-confirmations/signature/{challenge_id}", { params: { path }, body });
      return (await finished).data;
    },
    { check: ({ cms }) => ({ cms: !cms ? t("fileNeeded") : cms.size > MOST ? t("fileLarge") : "" }), done },
  );
  const save = () => offer(new Blob([asked.text], { type: "text/plain" }), "medkarta.txt");
  return (
    <Form form={form} submit={t("send")}>
      <Notice title={t("text")}>
        <pre>{asked.text}</pre>
      </Notice>
      <div>
        <Button kind="secondary" onPress={save}>
          {t("save")}
        </Button>
      </div>
      <FileField {...form.field("cms")} label={t("file")} hint={t("fileHint")} accept=".p7s,.sig,.sgn,.pem" />
    </Form>
  );
}

const t = dictionary({
  ru: {
    title: "Электронной подписью",
    how: "Подпишите короткий текст своей программой для электронной подписи (например, КриптоАРМ) и отправьте файл подписи. Текст действует пять минут.",
    begin: "Получить текст",
    text: "Текст для подписи",
    save: "Сохранить текст в файл",
    file: "Файл подписи",
    fileHint: "Отсоединённая подпись CMS с сертификатом: .p7s, .sig или .sgn, до 64 КБ",
    fileNeeded: "Выберите файл подписи",
    fileLarge: "Это больше 64 КБ: не похоже на отсоединённую подпись",
    send: "Отправить подпись",
  },
  en: {
    title: "By electronic signature",
    how: "Sign a short text with your signing program and send the file of the signature. The text is good for five minutes.",
    begin: "Get the text",
    text: "Text to sign",
    save: "Save the text as a file",
    file: "File of the signature",
    fileHint: "Detached CMS signature with the certificate: .p7s, .sig or .sgn, up to 64 kB",
    fileNeeded: "Choose the file of the signature",
    fileLarge: "This is more than 64 kB: it does not look like a detached signature",
    send: "Send the signature",
  },
});
