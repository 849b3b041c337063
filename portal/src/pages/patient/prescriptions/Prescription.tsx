import { useParams } from "wouter";
import { api } from "../../../api/client";
import { useRead } from "../../../api/queries";
import { useCardId } from "../../../app/session";
import { day, dayAndTime } from "../../../i18n/dates";
import { ButtonLink, Card, Download, Facts, Notice, Page, Section, Shown, Tag } from "../../../ui";
import { usePrescription } from "./reading";
import { lastDay, nameOf, packsLeft, stateOf, titleOf, TONES, type Prescription as One } from "./shapes";
import { t } from "./words";

type Dispensing = {
  number: number;
  at: string;
  pharmacy: string;
  drugs: { line: number; packs: number }[];
  pharmacist: { name: string };
  reversed: boolean;
  reversed_at?: string;
};

export default function Prescription() {
  const { recordId = "" } = useParams<{ recordId: string }>();
  const found = usePrescription(recordId);
  return (
    <Page title={found.data ? titleOf(found.data) : t("title")} up={{ to: "/prescriptions", label: t("up") }}>
      <Shown of={found}>{(one) => <Whole one={one} />}</Shown>
    </Page>
  );
}

function Whole({ one }: { one: One }) {
  const cardId = useCardId();
  const state = stateOf(one);
  const active = state === "active";
  const all = one.body.drugs.reduce((sum, drug) => sum + drug.packs, 0);
  return (
    <>
      <div className="stack-tight">
        <div>
          <Tag tone={TONES[state]}>{t(`state-${state}`)}</Tag>
        </div>
        {active ? (
          <>
            <p>{t("left", { n: packsLeft(one), all })}</p>
            <p>{t("until", { date: day(lastDay(one)) })}</p>
          </>
        ) : (
          <p>{t(`why-${state}`)}</p>
        )}
      </div>
      <div className="row">
        {active && (
          <ButtonLink kind="primary" to={`/prescriptions/${one.id}/code`}>
            {t("showCode")}
          </ButtonLink>
        )}
        {active && <ButtonLink to={`/prescriptions/${one.id}/pharmacies`}>{t("pharmacies")}</ButtonLink>}
        <Download path={`/api/v1/patients/${cardId}/prescriptions/${one.id}/document`} />
      </div>
      {one.body.drugs.map((drug, index) => (
        <Card key={index} label={nameOf(drug)}>
          {one.body.drugs.length > 1 && <h2>{nameOf(drug)}</h2>}
          <Facts
            facts={[
              [t("how"), drug.dosage],
              [t("what"), drug.form],
              [t("packs"), t("packsCount", { n: drug.packs })],
              [t("course"), drug.course_days ? t("days", { n: drug.course_days }) : ""],
            ]}
          />
        </Card>
      ))}
      <Facts
        facts={[
          [t("doctor"), one.body.doctor_name],
          [t("issued"), dayAndTime(one.body.occurred_at)],
          [t("diagnosis"), one.body.diagnosis?.text],
          [t("special"), one.body.special_purpose ? t(one.body.special_purpose.dispensing_period) : ""],
          [t("form"), one.body.form],
        ]}
      />
      <Dispensed one={one} />
    </>
  );
}

function Dispensed({ one }: { one: One }) {
  const cardId = useCardId();
  const found = useRead(
    ["prescription-dispensings", cardId, one.id],
    () =>
      api.GET("/api/v1/patients/{patient_id}/prescriptions/{record_id}/dispensings", {
        params: { path: { patient_id: cardId, record_id: one.id } },
      }) as Promise<{ data?: { items: Dispensing[] } }>,
  );
  return (
    <Section title={t("dispensed")}>
      <Shown of={found} lines={1}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="quiet">{t("notDispensed")}</p>
          ) : (
            <ul className="plain-list list">
              {[...items].reverse().map((given) => (
                <li key={given.number} className="list-item">
                  <p>
                    <strong>{dayAndTime(given.at)}</strong>, {given.pharmacy}
                  </p>
                  {given.drugs.map(({ line, packs }) => (
                    <p key={line}>{t("taken", { drug: nameOf(one.body.drugs[line - 1] ?? {}), packs: t("packsCount", { n: packs }) })}</p>
                  ))}
                  <p className="quiet">{t("pharmacist", { name: given.pharmacist.name })}</p>
                  {given.reversed && <Notice>{t("reversed", { date: day(given.reversed_at) })}</Notice>}
                </li>
              ))}
            </ul>
          )
        }
      </Shown>
    </Section>
  );
}
