/** Requests of others that name this person: they go on only with their word. */
import { useState } from "react";
import { api } from "../../../api/client";
import { useChange, usePages } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { useMe } from "../../../app/session";
import { day } from "../../../i18n/dates";
import { Button, Confirm, Facts, List, ProblemBox, say, Section, Tag } from "../../../ui";
import { fieldTitle, kindTitle } from "./fieldWords";
import type { AskedOfMe as Asked } from "./shapes";
import { t } from "./words";

const KEY = "case-requests";

export function AskedOfMe() {
  const { person_id } = useMe();
  const pages = usePages([KEY, person_id], (query) =>
    typed<{ items: Asked[]; next?: string }>(api.GET("/api/v1/me/case-requests", { params: { query } })),
  );
  if (!pages.items.length && !pages.problem) return null;
  return (
    <Section title={t("asked")}>
      <List of={pages} label={t("asked")} keyOf={(one) => one.case_id} empty={null}>
        {(one) => (one.state === "asked" ? <Question asked={one} /> : <Answered asked={one} />)}
      </List>
    </Section>
  );
}

const factsOf = ({ kind, told }: Asked) =>
  Object.entries(told).map(
    ([name, value]) => [fieldTitle(kind, name), name === "birth_date" ? day(value) : value] as const,
  );

function Question({ asked }: { asked: Asked }) {
  const [answer, setAnswer] = useState<"agree" | "decline" | "">("");
  const path = { patient_id: asked.patient_id, case_id: asked.case_id };
  const answered = useChange(
    (agree: boolean) =>
      api.POST("/api/v1/me/case-requests/{patient_id}/{case_id}", { params: { path }, body: { agree } }),
    [[KEY], ["family-list"]],
  );
  const send = (agree: boolean) => {
    setAnswer("");
    answered.mutate(agree, { onSuccess: () => say(t(agree ? "agreed" : "declined")) });
  };
  const confirm = { open: true, onClose: () => setAnswer("") };
  return (
    <>
      <h3>{kindTitle(asked.kind)}</h3>
      <p>{t(asked.kind === "newborn" ? "askedNewborn" : "askedOther")}</p>
      <Facts facts={factsOf(asked)} />
      {answered.error && <ProblemBox problem={answered.error} />}
      <div className="row">
        <Button busy={answered.isPending} onPress={() => setAnswer("agree")}>
          {t("agree")}
        </Button>
        <Button kind="secondary" busy={answered.isPending} onPress={() => setAnswer("decline")}>
          {t("decline")}
        </Button>
      </div>
      {answer === "agree" && (
        <Confirm title={t("agreeSure")} yes={t("agree")} onYes={() => send(true)} {...confirm}>
          {t("agreeWhat")}
        </Confirm>
      )}
      {answer === "decline" && (
        <Confirm title={t("declineSure")} yes={t("decline")} danger onYes={() => send(false)} {...confirm}>
          {t("declineWhat")}
        </Confirm>
      )}
    </>
  );
}

function Answered({ asked }: { asked: Asked }) {
  return (
    <div className="row-between">
      <span>
        {kindTitle(asked.kind)} <span className="quiet">{day(asked.at)}</span>
      </span>
      <Tag>{t(asked.state === "agreed" ? "agreed" : asked.state === "declined" ? "declined" : "closed")}</Tag>
    </div>
  );
}
