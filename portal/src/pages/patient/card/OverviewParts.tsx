import { Link } from "wouter";
import { day, dayAndTime } from "../../../i18n/dates";
import type { CardRecord } from "../../../records";
import type { Values } from "../../../records/schema";
import { ButtonLink, Card, Tag } from "../../../ui";
import { visitMoment } from "../appointments/times";
import { overviewWords as t } from "./overviewWords";
import type { Appointment, Notice, Overview, Start } from "./start";

/** What came since the person was here: notices that were not read. */
export function News({ notices, unread }: { notices: readonly Notice[]; unread: Start["unread"] }) {
  return (
    <Card as="section" label={t("news")}>
      <h2>{t("news")}</h2>
      {notices.length ? (
        <ul className="plain-list overview-lines">
          {notices.map((notice) => (
            <li key={notice.id}>
              <strong>{notice.title}</strong>
              <p>{notice.text}</p>
              <p className="quiet">{dayAndTime(notice.at)}</p>
            </li>
          ))}
        </ul>
      ) : (
        <p>{t("newsNone")}</p>
      )}
      <Link href="/notices">{unread.unread > notices.length ? t(unread.more ? "newsMany" : "newsAll", { n: unread.unread }) : t("newsEarlier")}</Link>
    </Card>
  );
}

export function NextVisit({ appointments }: { appointments: readonly Appointment[] }) {
  const next = appointments[0];
  if (!next) {
    return (
      <Card as="section" label={t("next")}>
        <h2>{t("next")}</h2>
        <p>{t("nextNone")}</p>
        <div>
          <ButtonLink to="/appointments">{t("book")}</ButtonLink>
        </div>
      </Card>
    );
  }
  return (
    <Card as="section" tone="accent" label={t("next")}>
      <h2>{t("next")}</h2>
      <p className="record-title visit-moment">{visitMoment(next.start, next.zone)}</p>
      <p>{[next.doctor, next.position, next.room && t("room", { room: next.room })].filter(Boolean).join(", ")}</p>
      <Link href={`/appointments/${next.id}`}>{appointments.length > 1 ? t("nextMore", { n: appointments.length - 1 }) : t("nextOpen")}</Link>
    </Card>
  );
}

const text = (values: Values, name: string): string => (typeof values[name] === "string" ? values[name] : "");
const drugName = (drug: Values): string => [text(drug, "trade_name") || text(drug, "inn"), text(drug, "strength")].filter(Boolean).join(" ");

/** Prescriptions in force, each with the way to its code; and what is taken without one. */
export function Medicines({ prescriptions, intakes }: { prescriptions: readonly CardRecord[]; intakes: readonly CardRecord[] }) {
  return (
    <Card as="section" label={t("medicines")}>
      <h2>{t("medicines")}</h2>
      {!prescriptions.length && <p>{t("medicinesNone")}</p>}
      <ul className="plain-list overview-lines">
        {prescriptions.map((record) => (
          <li key={record.id}>
            {((record.body["drugs"] ?? []) as Values[]).map((drug, index) => (
              <div key={index}>
                <strong>{drugName(drug)}</strong>
                <p>{text(drug, "dosage")}</p>
              </div>
            ))}
            <p className="quiet">{t("validUntil", { day: day(text(record.status ?? {}, "expires_at")) })}</p>
            <div className="row">
              <ButtonLink to={`/prescriptions/${record.id}/code`}>{t("code")}</ButtonLink>
            </div>
          </li>
        ))}
      </ul>
      {intakes.length > 0 && <Link href="/medication">{t("intakes", { n: intakes.length })}</Link>}
    </Card>
  );
}

/** What a doctor asks first. */
export function Essentials({ overview }: { overview: Overview }) {
  const allergies = [...overview.allergies, ...overview.received_allergies];
  return (
    <Card as="section" label={t("essentials")}>
      <h2>{t("essentials")}</h2>
      <h3>{t("allergies")}</h3>
      {allergies.length ? (
        <ul className="plain-list stack-tight">
          {allergies.map((record) => (
            <li key={record.id} className="row">
              <span>{text(record.body, "substance") || text(record.body, "title")}</span>
              {record.body["criticality"] === "high" && <Tag tone="bad">{t("dangerous")}</Tag>}
            </li>
          ))}
        </ul>
      ) : (
        <p>{t("allergiesNone")}</p>
      )}
      <Link href="/allergies">{t("allergiesAll")}</Link>
      <h3>{t("conditions")}</h3>
      {overview.chronic_conditions.length ? (
        <ul className="plain-list stack-tight">
          {overview.chronic_conditions.map((condition) => (
            <li key={condition.code}>{condition.text}</li>
          ))}
        </ul>
      ) : (
        <p>{t("conditionsNone")}</p>
      )}
      <Link href="/conditions">{t("conditionsAll")}</Link>
    </Card>
  );
}
