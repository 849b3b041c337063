import { api } from "../../../api/client";
import { useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { useCardId } from "../../../app/session";
import { dictionary } from "../../../i18n";

type Consent = {
  member: string;
  level: string;
  sections: string[];
  state: string;
  role: string;
  who?: { name: string; organisation: string };
};

export type Doctor = { memberId: string; name: string; organisation: string };

/** A chat stands in this section of the card. */
const SECTION = "messages";

const mayChat = ({ role, level, state, sections }: Consent): boolean =>
  role === "doctor" && state === "granted" && level === "full" && (sections.length === 0 || sections.includes(SECTION));

/** Doctors to whom one may write, and the names of those to whom one could. */
export function useDoctors() {
  const cardId = useCardId();
  const found = useRead(["consent-list", cardId], () =>
    typed<{ items: Consent[] }>(api.GET("/api/v1/me/consents", { params: { query: { limit: 100 } } })),
  );
  const all = found.data?.items ?? [];
  const doctors: Doctor[] = all
    .filter(mayChat)
    .map(({ member, who }) => ({
      memberId: member,
      name: who?.name ?? t("doctor"),
      organisation: who?.organisation ?? "",
    }));
  const nameOf = (memberId: string): string => all.find(({ member }) => member === memberId)?.who?.name ?? t("doctor");
  return { found, doctors, nameOf };
}

const t = dictionary({ ru: { doctor: "Врач" }, en: { doctor: "Doctor" } });
