import { Link } from "wouter";
import { api } from "../../../api/client";
import { usePages } from "../../../api/queries";
import { useCardId } from "../../../app/session";
import { dictionary } from "../../../i18n";
import { dayAndTime } from "../../../i18n/dates";
import { commonWords, Empty, List } from "../../../ui";
import { modality, type StudyRecord } from "./studyWords";

type Page = { items: StudyRecord[]; next?: string | null };

/** Ultrasound, X-ray, ECG and others, newest first. */
export function Studies() {
  const cardId = useCardId();
  const pages = usePages<Page>(["imaging-studies", cardId], async (query) => {
    const answer = await api.GET("/api/v1/patients/{patient_id}/imaging-studies", {
      params: { path: { patient_id: cardId }, query },
    });
    return { data: answer.data as unknown as Page };
  });
  return (
    <div className="stack">
      {pages.items.length > 0 && <p className="quiet">{commonWords("newestFirst")}.</p>}
      <List
        of={pages}
        keyOf={(study) => study.id}
        label={t("label")}
        empty={
          <Empty title={t("none")}>
            <p>{t("noneWhy")}</p>
          </Empty>
        }
      >
        {({ id, body }) => (
          <article className="stack-tight">
            <h3>
              <Link href={`/studies/${id}`}>
                {modality(body.modality)}: {body.region}
              </Link>
            </h3>
            <p className="quiet">
              {dayAndTime(body.occurred_at)} · {body.centre}
            </p>
            <p className="result-names">{body.conclusion}</p>
            {body.attachments.length > 0 && <p className="quiet">{t("files", { n: body.attachments.length })}</p>}
          </article>
        )}
      </List>
    </div>
  );
}

const t = dictionary({
  ru: {
    label: "Снимки и исследования",
    none: "Исследований пока нет",
    noneWhy:
      "Здесь появятся заключения и снимки: УЗИ, рентген, ЭКГ и другие. Их вносит врач или центр, где вы обследовались.",
    files: { one: "{n} файл", few: "{n} файла", many: "{n} файлов", other: "{n} файла" },
  },
  en: {
    label: "Images and studies",
    none: "There are no studies yet",
    noneWhy:
      "Reports and images appear here: ultrasound, X-ray, ECG and others. The doctor or the centre that examined you enters them.",
    files: { one: "{n} file", other: "{n} files" },
  },
});
