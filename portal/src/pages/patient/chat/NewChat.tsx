import { useLocation } from "wouter";
import { api } from "../../../api/client";
import { queries } from "../../../api/queries";
import { useCardId } from "../../../app/session";
import { useDraftText } from "../../../chat/useDraftText";
import { dictionary } from "../../../i18n";
import { ButtonLink, Card, Empty, Form, Notice, Page, Radios, Shown, TextArea, TextField, useForm } from "../../../ui";
import { useDoctors, type Doctor } from "./doctors";

/** A first message. One writes to whom one gave full access to the card: a doctor who may not read it cannot answer. */
export default function NewChat() {
  const { found, doctors } = useDoctors();
  return (
    <Page title={t("title")} up={{ to: "/chat", label: t("all") }} width="text">
      <Notice tone="warn" title={t("emergency")}>
        {t("answer")}
      </Notice>
      <Shown of={found}>
        {() =>
          doctors.length === 0 ? (
            <Empty title={t("none")}>
              <p>{t("noneWhy")}</p>
              <ButtonLink to="/access">{t("consents")}</ButtonLink>
            </Empty>
          ) : (
            <First doctors={doctors} />
          )
        }
      </Shown>
    </Page>
  );
}

function First({ doctors }: { doctors: readonly Doctor[] }) {
  const cardId = useCardId();
  const [, go] = useLocation();
  const draft = useDraftText(`chat/new/${cardId}`);
  const form = useForm(
    { member_id: doctors.length === 1 ? (doctors[0]?.memberId ?? "") : "", subject: "", text: "" },
    async ({ member_id, subject }, key) => {
      const body = { member_id, subject: subject.trim(), text: draft.text, files: [] };
      return (
        await api.POST("/api/v1/chats/{patient_id}", { params: { path: { patient_id: cardId } }, body, headers: key })
      ).data;
    },
    {
      check: ({ member_id, subject }) => ({
        member_id: member_id ? "" : t("doctorNeeded"),
        subject: subject.trim() ? "" : t("subjectNeeded"),
        text: draft.text.trim() ? "" : t("textNeeded"),
      }),
      done: (made) => {
        draft.clear();
        void queries.invalidateQueries({ queryKey: ["chat-list"] });
        go(`/chat/${(made as { id: string }).id}`, { replace: true });
      },
    },
  );
  const choices = doctors.map(({ memberId, name, organisation }) => ({
    value: memberId,
    label: name,
    hint: organisation,
  }));
  return (
    <Card>
      <Form form={form} submit={t("send")}>
        <Radios {...form.field("member_id")} label={t("doctor")} choices={choices} />
        <TextField {...form.field("subject")} label={t("subject")} hint={t("subjectHint")} maxLength={200} required />
        <TextArea
          name="text"
          label={t("text")}
          hint={t("textHint")}
          value={draft.text}
          onChange={(text) => {
            form.set({ text });
            draft.change(text);
          }}
          error={form.errors["text"] ?? ""}
          rows={6}
          maxLength={4000}
        />
        <p className="quiet">{draft.kept ? t("kept") : t("later")}</p>
      </Form>
    </Card>
  );
}

const t = dictionary({
  ru: {
    title: "Написать врачу",
    all: "Переписка",
    emergency: "Переписка не для неотложных случаев. Если вам плохо, звоните 103 или 112.",
    answer: "Врач отвечает в рабочее время, обычно в течение двух рабочих дней.",
    none: "Пока некому написать",
    noneWhy:
      "Написать можно врачу, которому вы дали согласие на полный доступ к карте: иначе он не сможет прочитать ваш вопрос и ответить.",
    consents: "Кому открыт доступ",
    doctor: "Кому",
    doctorNeeded: "Выберите врача",
    subject: "О чём вопрос",
    subjectHint: "Несколько слов. Например: давление по утрам",
    subjectNeeded: "Напишите, о чём вопрос",
    text: "Сообщение",
    textHint: "Что случилось, когда началось, что вы уже делали. Файлы можно приложить к следующему сообщению.",
    textNeeded: "Напишите сообщение",
    send: "Отправить",
    kept: "Черновик сохранён на этом устройстве.",
    later: "Текст сохраняется на этом устройстве, пока вы пишете. Чтобы начать переписку, нужна связь с интернетом.",
  },
  en: {
    title: "Write to a doctor",
    all: "Messages",
    emergency: "Chats are not for emergencies. If you are unwell, call 103 or 112.",
    answer: "Doctors answer in working hours, usually within two working days.",
    none: "There is nobody to write to yet",
    noneWhy:
      "You can write to a doctor to whom you gave full access to your card: without it they cannot read the question and answer.",
    consents: "Who has access",
    doctor: "To whom",
    doctorNeeded: "Choose a doctor",
    subject: "What it is about",
    subjectHint: "A few words. For example: blood pressure in the morning",
    subjectNeeded: "Write what it is about",
    text: "Message",
    textHint: "What happened, when it began, what you have done. Files can go with the next message.",
    textNeeded: "Write a message",
    send: "Send",
    kept: "The draft is kept on this device.",
    later: "The text is kept on this device while you write. Beginning a chat needs a connection.",
  },
});
