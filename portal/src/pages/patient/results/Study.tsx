import { api } from "../../../api/client";
import { useRead } from "../../../api/queries";
import { useCardId } from "../../../app/session";
import { dictionary } from "../../../i18n";
import { dayAndTime } from "../../../i18n/dates";
import { numberWords } from "../../../i18n/units";
import { Files } from "../../../records";
import { ButtonLink, Card, Download, Facts, Page, Section, Shown } from "../../../ui";
import { modality, type StudyRecord } from "./studyWords";
import { resultWords } from "./words";

/** A study with its conclusion first, then its images, which one may enlarge. */
export default function Study({ params }: { params: { recordId: string } }) {
  const cardId = useCardId();
  const path = { patient_id: cardId, record_id: params.recordId };
  const found = useRead<StudyRecord>(["imaging-study", cardId, params.recordId], async () => {
    const answer = await api.GET("/api/v1/patients/{patient_id}/imaging-studies/{record_id}", { params: { path } });
    return { data: answer.data as unknown as StudyRecord };
  });
  const here = `/api/v1/patients/${cardId}/imaging-studies/${params.recordId}`;
  const actions = found.data && (
    <>
      <Download path={`${here}/document`} />
      <ButtonLink to={`/studies/${params.recordId}/sending`}>{t("send")}</ButtonLink>
    </>
  );
  const title = found.data ? `${modality(found.data.body.modality)}: ${found.data.body.region}` : t("title");
  return (
    <Page title={title} up={{ to: "/results?view=studies", label: resultWords("results") }} actions={actions}>
      <Shown of={found}>{(study) => <Whole study={study} here={here} />}</Shown>
    </Page>
  );
}

function Whole({ study: { body }, here }: { study: StudyRecord; here: string }) {
  return (
    <>
      <Section title={t("conclusion")}>
        <Card tone="accent">
          <p>{body.conclusion}</p>
        </Card>
      </Section>
      <Card>
        <Facts
          facts={[
            [t("when"), dayAndTime(body.occurred_at)],
            [t("centre"), body.centre],
            [t("doctor"), body.doctor_name],
            [t("description"), body.description],
            [t("contrast"), body.contrast],
            [t("dose"), body.dose && t("millisievert", { dose: numberWords(body.dose) })],
          ]}
        />
      </Card>
      {body.attachments.length > 0 && (
        <Section title={t("files")}>
          <Card>
            <Files files={body.attachments} pathOf={(uploadId) => `${here}/files/${uploadId}`} />
          </Card>
        </Section>
      )}
    </>
  );
}

const t = dictionary({
  ru: {
    title: "Исследование",
    send: "Отправить врачу",
    conclusion: "Заключение",
    when: "Когда",
    centre: "Где",
    doctor: "Врач",
    description: "Описание",
    contrast: "Контрастное вещество",
    dose: "Доза облучения",
    millisievert: "{dose} мЗв (миллизиверт)",
    files: "Снимки и файлы",
  },
  en: {
    title: "Study",
    send: "Send to a doctor",
    conclusion: "Conclusion",
    when: "When",
    centre: "Where",
    doctor: "Doctor",
    description: "Description",
    contrast: "Contrast medium",
    dose: "Radiation dose",
    millisievert: "{dose} mSv (millisievert)",
    files: "Images and files",
  },
});
