/** In which role one acts; shown as a choice only to who has more than one. A change starts the portal anew. */
import { useState } from "react";
import { useLocation } from "wouter";
import { api } from "../api/client";
import { asProblem } from "../api/problems";
import { queries, useRead } from "../api/queries";
import { dictionary, inLanguage } from "../i18n";
import { Button, Dialog, ProblemBox } from "../ui";
import { useMe, useSession, type Me } from "./session";
import { ROLE_NAMES, type Role } from "./roles";
import type { Problem } from "../api/problems";

type Choice = { role: Role; member_id?: string; patient_id?: string; words: string; current: boolean };
type Wards = { items: { patient_id: string; name?: string }[] };

const nameOf = (me: Me) => [me.profile["first_name"], me.profile["last_name"]].filter(Boolean).join(" ");

export function RoleSwitch() {
  const me = useMe();
  const [open, setOpen] = useState(false);
  const shown = me.role === "patient" ? (me.profile["first_name"] ?? "") : inLanguage(ROLE_NAMES[me.role]);
  return (
    <>
      <Button kind="plain" onPress={() => setOpen(true)} label={`${t("act")}: ${shown}`}>
        {shown}
      </Button>
      <Dialog title={t("act")} open={open} onClose={() => setOpen(false)}>
        <Choices close={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function Choices({ close }: { close: () => void }) {
  const me = useMe();
  const { refresh } = useSession();
  const [, go] = useLocation();
  const [problem, setProblem] = useState<Problem | null>(null);
  const wards = useRead(["wards", me.person_id], () => api.GET("/api/v1/me/wards"));
  const change = async ({ role, member_id = "", patient_id = "" }: Choice) => {
    try {
      await api.POST("/api/v1/me/role", { body: { role, member_id, patient_id } });
      queries.clear();
      close();
      go("/");
      await refresh();
    } catch (thrown) {
      setProblem(asProblem(thrown));
    }
  };
  return (
    <div className="stack">
      {problem && <ProblemBox problem={problem} />}
      <p>{t("why")}</p>
      <ul className="plain-list stack-tight">
        {choices(me, (wards.data as Wards | undefined)?.items ?? []).map((choice) => (
          <li key={choice.role + (choice.member_id ?? "") + (choice.patient_id ?? "")}>
            <Button kind={choice.current ? "primary" : "secondary"} onPress={() => (choice.current ? close() : void change(choice))}>
              {choice.words}
              {choice.current && ` (${t("now")})`}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}

function choices(me: Me, wards: Wards["items"]): Choice[] {
  const own: Choice = { role: "patient", words: `${inLanguage(ROLE_NAMES.patient)}: ${nameOf(me)}`, current: me.role === "patient" };
  const work = me.memberships.map(
    (one): Choice => ({
      role: one.role,
      member_id: one.member_id,
      words: one.position ? `${inLanguage(ROLE_NAMES[one.role])}: ${one.position}` : inLanguage(ROLE_NAMES[one.role]),
      current: me.acting.member_id === one.member_id,
    }),
  );
  const others = wards.map(
    (ward): Choice => ({
      role: "representative",
      patient_id: ward.patient_id,
      words: `${t("for")}: ${ward.name ?? t("ward")}`,
      current: me.role === "representative" && me.acting.card_id === ward.patient_id,
    }),
  );
  return [own, ...work, ...others];
}

const t = dictionary({
  ru: {
    act: "Кто работает в кабинете",
    why: "Выберите, в какой роли вы сейчас действуете. Каждое действие записывается в журнал с этой ролью.",
    now: "сейчас",
    for: "За другого человека",
    ward: "подопечный",
  },
  en: {
    act: "Who is acting",
    why: "Choose the role that you act in now. Each action is recorded in the journal with that role.",
    now: "now",
    for: "For another person",
    ward: "ward",
  },
});
