import { useState } from "react";
import { Link } from "wouter";
import { ButtonLink, Empty, List, Page, Section, Tag, TextField } from "../../../ui";
import { day } from "../../../i18n/dates";
import { usePrescriptions } from "./reading";
import { lastDay, matches, nameOf, packsLeft, stateOf, titleOf, TONES, type Prescription } from "./shapes";
import { t } from "./words";

/** Active ones first: who opens this page stands in a pharmacy or is running out of a medicine. */
export default function Prescriptions() {
  const [asked, setAsked] = useState("");
  const pages = usePrescriptions({ all: asked.trim() !== "" });
  const found = pages.items.filter((one) => matches(one, asked));
  const active = found.filter((one) => stateOf(one) === "active");
  const past = found.filter((one) => stateOf(one) !== "active");
  const nothing = pages.items.length === 0;
  return (
    <Page title={t("title")} lead={t("lead")} actions={<ButtonLink to="/pharmacies">{t("orders")}</ButtonLink>}>
      {!nothing && (
        <TextField name="search" type="search" label={t("search")} hint={t("searchHint")} value={asked} onChange={setAsked} width="middle" />
      )}
      <p role="status" className={asked ? "quiet" : "hidden-visually"}>
        {asked && found.length > 0 ? t("found", { n: found.length }) : ""}
      </p>
      {nothing ? (
        <List of={pages} keyOf={(one) => one.id} label={t("title")} empty={<Empty title={t("none")}>{t("noneHow")}</Empty>}>
          {(one) => <Line one={one} />}
        </List>
      ) : found.length === 0 ? (
        <Empty title={t("nothingFound")}>{t("nothingFoundHow")}</Empty>
      ) : (
        <>
          {(active.length > 0 || !asked) && (
            <Section title={t("active")}>
              <List
                of={{ ...pages, items: active, more: false }}
                keyOf={(one) => one.id}
                label={t("active")}
                empty={<Empty title={t("noActive")}>{t("noActiveHow")}</Empty>}
              >
                {(one) => <Line one={one} />}
              </List>
            </Section>
          )}
          {past.length > 0 && (
            <Section title={t("past")}>
              <List of={{ ...pages, items: past }} keyOf={(one) => one.id} label={t("past")} empty={null}>
                {(one) => <Line one={one} />}
              </List>
            </Section>
          )}
        </>
      )}
    </Page>
  );
}

function Line({ one }: { one: Prescription }) {
  const state = stateOf(one);
  const all = one.body.drugs.reduce((sum, drug) => sum + drug.packs, 0);
  return (
    <>
      <div className="row-between">
        <h3>
          <Link href={`/prescriptions/${one.id}`}>{titleOf(one)}</Link>
        </h3>
        <Tag tone={TONES[state]}>{t(`state-${state}`)}</Tag>
      </div>
      {one.body.drugs.map((drug, index) => (
        <p key={index}>{one.body.drugs.length > 1 ? `${nameOf(drug)}: ${drug.dosage}` : drug.dosage}</p>
      ))}
      <p className="quiet">
        {state === "active" || state === "expired"
          ? t(state === "active" ? "until" : "endedOn", { date: day(lastDay(one)) })
          : day(one.body.occurred_at)}
        {" · "}
        {one.body.doctor_name}
      </p>
      {state === "active" && (
        <>
          <p>{t("left", { n: packsLeft(one), all })}</p>
          <div className="row">
            <ButtonLink kind="primary" to={`/prescriptions/${one.id}/code`} label={t("showCodeOf", { drug: titleOf(one) })}>
              {t("showCode")}
            </ButtonLink>
          </div>
        </>
      )}
    </>
  );
}
