import { useParams } from "wouter";
import { Conversation } from "../../../chat/Conversation";
import { ButtonLink, Page } from "../../../ui";
import { PatientName, usePerson } from "./PatientName";
import { fullName } from "./shapes";
import { t } from "./words";

/** One chat with a patient. */
export default function WorkChat() {
  const { patientId = "", threadId = "" } = useParams();
  const person = usePerson(patientId);
  return (
    <Page
      title={t("chatWith")}
      lead={<PatientName patientId={patientId} />}
      up={{ to: "/work-chats", label: t("chats") }}
      width="text"
      actions={<ButtonLink to={`/patients/${patientId}`}>{t("openCard")}</ButtonLink>}
    >
      <Conversation patientId={patientId} threadId={threadId} side="doctor" other={person.data ? fullName(person.data) : t("patient")} />
    </Page>
  );
}
