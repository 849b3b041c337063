import { api } from "../../../api/client";
import { useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { useCardId } from "../../../app/session";
import { Conversation } from "../../../chat/Conversation";
import type { ThreadRead } from "../../../chat/shapes";
import { dictionary } from "../../../i18n";
import { Page } from "../../../ui";
import { useDoctors } from "./doctors";

/** One chat with a doctor. The question for the thread is the one that the conversation asks: it is sent once. */
export default function Chat({ params }: { params: { id: string } }) {
  const cardId = useCardId();
  const { nameOf } = useDoctors();
  const { data } = useRead(["chat-read", cardId, params.id], () =>
    typed<ThreadRead>(
      api.GET("/api/v1/chats/{patient_id}/{thread_id}", {
        params: { path: { patient_id: cardId, thread_id: params.id } },
      }),
    ),
  );
  const other = data ? nameOf(data.member_id) : t("doctor");
  return (
    <Page title={data?.subject ?? t("title")} lead={other} up={{ to: "/chat", label: t("all") }} width="text">
      <Conversation patientId={cardId} threadId={params.id} side="patient" other={other} />
    </Page>
  );
}

const t = dictionary({
  ru: { title: "Переписка с врачом", all: "Переписка", doctor: "Врач" },
  en: { title: "Chat with a doctor", all: "Messages", doctor: "Doctor" },
});
