/** What clinics, insurers and the registration desk did with the card; short lists that one looks at seldom. */
import { Link } from "wouter";
import type { ReactNode } from "react";
import { sectionsWords, type SharedSection } from "../../../access/sections";
import { api } from "../../../api/client";
import { useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { useCardId } from "../../../app/session";
import { currentLanguage, inLanguage } from "../../../i18n";
import { day } from "../../../i18n/dates";
import { kindOf, useKinds as useRecordKinds } from "../../../records";
import { Shown, Tag } from "../../../ui";
import { matterWords as t } from "./matterWords";
import { useOrganisations } from "./reading";

type Items<T> = { items: T[] };
type Merge = {
  merge_id: string;
  state: "proposed" | "running" | "merged" | "undoing" | "undone" | "refused";
  proposed_at: string;
  merged_at?: string;
  undo_until?: string;
};
type Transfer = {
  id: string;
  organisation: string;
  sections: SharedSection[];
  at: string;
  state: "requested" | "granted" | "refused" | "revoked" | "lapsed" | "accepted";
};
type Payment = {
  kind: string;
  record: string;
  organisation: string;
  at: string;
  state: "submitted" | "accepted" | "paid" | "partly-paid" | "refused" | "returned";
  amount?: string;
  note?: string;
};

function Lines<T>({
  items,
  keyOf,
  empty,
  children,
}: {
  items: readonly T[];
  keyOf: (item: T) => string;
  empty: string;
  children: (item: T) => ReactNode;
}) {
  if (!items.length) return <p className="quiet">{empty}</p>;
  return (
    <ul className="plain-list list">
      {items.map((item) => (
        <li key={keyOf(item)} className="list-item">
          {children(item)}
        </li>
      ))}
    </ul>
  );
}

const useClinicName = (wanted: boolean) => {
  const clinics = useOrganisations({ wanted });
  return (id: string) => clinics.find(({ value }) => value === id)?.label ?? t("clinic");
};

export function Transfers() {
  const found = useRead(["transfer-mine", useCardId()], () => typed<Items<Transfer>>(api.GET("/api/v1/me/transfers")));
  const nameOf = useClinicName(Boolean(found.data?.items.length));
  return (
    <Shown of={found} lines={1}>
      {({ items }) => (
        <Lines items={items} keyOf={({ id }) => id} empty={t("noTransfers")}>
          {({ organisation, sections, at, state }) => (
            <>
              <div className="row-between">
                <h3>{nameOf(organisation)}</h3>
                <Tag tone={state === "requested" ? "info" : "quiet"}>{t(`transfer-${state}`)}</Tag>
              </div>
              <p className="quiet">{day(at)}</p>
              <p>{sections.length ? sectionsWords(sections) : t("wholeCard")}</p>
              {state === "requested" && <Link href="/access">{t("answerAtAccess")}</Link>}
            </>
          )}
        </Lines>
      )}
    </Shown>
  );
}

const money = (amount: string): string =>
  new Intl.NumberFormat(currentLanguage(), { style: "currency", currency: "RUB" }).format(Number(amount));

export function Payments() {
  const found = useRead(["insurance-payment-mine", useCardId()], () =>
    typed<Items<Payment>>(api.GET("/api/v1/me/payments")),
  );
  return (
    <Shown of={found} lines={1}>
      {({ items }) => (items.length ? <SomePayments items={items} /> : <p className="quiet">{t("noPayments")}</p>)}
    </Shown>
  );
}

function SomePayments({ items }: { items: Payment[] }) {
  const nameOf = useClinicName(true);
  const kinds = useRecordKinds().data ?? [];
  const titleOf = (name: string) => {
    const kind = kindOf(kinds, name);
    return kind ? inLanguage(kind.labels) : t("service");
  };
  return (
    <Lines items={items} keyOf={({ record, organisation }) => record + organisation} empty="">
      {({ kind, organisation, at, state, amount, note }) => (
        <>
          <div className="row-between">
            <h3>{titleOf(kind)}</h3>
            <Tag tone={state === "refused" ? "warn" : "quiet"}>{t(`payment-${state}`)}</Tag>
          </div>
          <p className="quiet">
            {[nameOf(organisation), day(at), amount && money(amount)].filter(Boolean).join(" · ")}
          </p>
          {note && <p>{note}</p>}
        </>
      )}
    </Lines>
  );
}

export function Merges() {
  const found = useRead(["merge-mine", useCardId()], () => typed<Items<Merge>>(api.GET("/api/v1/me/merges")));
  return (
    <Shown of={found} lines={1}>
      {({ items }) => (
        <Lines items={items} keyOf={({ merge_id }) => merge_id} empty={t("noMerges")}>
          {({ state, proposed_at, merged_at, undo_until }) => (
            <>
              <div className="row-between">
                <h3>{t("merge")}</h3>
                <Tag tone={state === "merged" ? "good" : "quiet"}>{t(`merge-${state}`)}</Tag>
              </div>
              <p className="quiet">{day(merged_at ?? proposed_at)}</p>
              {state === "merged" && undo_until && <p>{t("undoUntil", { day: day(undo_until) })}</p>}
            </>
          )}
        </Lines>
      )}
    </Shown>
  );
}
