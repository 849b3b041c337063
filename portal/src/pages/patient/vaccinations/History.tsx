import { useState } from "react";
import { Link } from "wouter";
import { useCardId } from "../../../app/session";
import { dictionary } from "../../../i18n";
import { day } from "../../../i18n/dates";
import { useRecords, type CardRecord } from "../../../records";
import { commonWords, Empty, List, Select, Tag } from "../../../ui";
import { stageWords, useNames } from "./reading";
import type { VaccinationBody } from "./shapes";

const bodyOf = (record: CardRecord) => record.body as unknown as VaccinationBody;

/** What was given: against which disease first, then the vaccine, its lot and the place. */
export function History() {
  const pages = useRecords(useCardId(), "vaccinations");
  const names = useNames();
  const [disease, setDisease] = useState("");
  const known = [...new Set(pages.items.flatMap((record) => bodyOf(record).targets.map((target) => target.disease)))];
  const items = pages.items.filter(
    (record) => !disease || bodyOf(record).targets.some((target) => target.disease === disease),
  );
  return (
    <div className="stack">
      {known.length > 1 && (
        <Select
          name="disease"
          label={t("against")}
          value={disease}
          onChange={setDisease}
          empty={t("any")}
          choices={known.map((value) => ({ value, label: names.disease(value) }))}
        />
      )}
      {pages.items.length > 0 && (
        <p className="quiet" role="status">
          {commonWords("newestFirst")}. {commonWords("found", { n: items.length })}.
        </p>
      )}
      <List
        of={{ ...pages, items }}
        keyOf={(record) => record.id}
        label={t("label")}
        empty={
          <Empty title={t("none")}>
            <p>{t("noneWhy")}</p>
          </Empty>
        }
      >
        {(record) => <One record={record} />}
      </List>
    </div>
  );
}

/** "Дифтерия, столбняк": what follows goes on in small letters, abbreviations stay as they are. */
const listed = (names: readonly string[]): string =>
  names
    .map((name, n) => (n && !/^.[A-ZА-ЯЁ]/.test(name) ? name.charAt(0).toLowerCase() + name.slice(1) : name))
    .join(", ");

function One({ record }: { record: CardRecord }) {
  const names = useNames();
  const body = bodyOf(record);
  const stages = [...new Set(body.targets.map((target) => stageWords(target.stage)))].join(", ");
  return (
    <article className="stack-tight">
      <div className="row-between">
        <h3>
          <Link href={`/records/vaccinations/${record.id}`}>
            {listed(body.targets.map((target) => names.disease(target.disease)))}
          </Link>
        </h3>
        {body.status === "entered-in-error" && <Tag tone="bad">{t("wrong")}</Tag>}
      </div>
      <p>
        {day(body.occurred_at)} · {stages}
      </p>
      <p className="quiet">
        {t("vaccine", { name: [names.vaccine(body.vaccine), body.trade_name].filter(Boolean).join(", ") })}{" "}
        {t("lot", { lot: body.lot })} {body.organisation}
      </p>
    </article>
  );
}

const t = dictionary({
  ru: {
    against: "Против какой болезни",
    any: "Любой",
    label: "Сделанные прививки",
    none: "Записей о прививках пока нет",
    noneWhy:
      "Прививки вносит медработник: так их признают в любой клинике. Если вы прививались раньше, принесите врачу прививочный сертификат или загрузите его снимок в раздел «Документы».",
    wrong: "внесена по ошибке",
    vaccine: "Вакцина: {name}.",
    lot: "Серия {lot}.",
  },
  en: {
    against: "Against which disease",
    any: "Any",
    label: "Vaccinations given",
    none: "There are no entries of vaccinations yet",
    noneWhy:
      "A clinician enters vaccinations, so that every clinic accepts them. If you were vaccinated earlier, bring your papers to a doctor or upload a picture of them under “Documents”.",
    wrong: "entered in error",
    vaccine: "Vaccine: {name}.",
    lot: "Lot {lot}.",
  },
});
