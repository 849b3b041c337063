import { api } from "../../../api/client";
import { useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { useCardId } from "../../../app/session";
import { dictionary } from "../../../i18n";
import { day, today } from "../../../i18n/dates";
import { Notice, Select, Shown, type FieldProps } from "../../../ui";
import { t as words } from "./words";

type Referral = {
  id: string;
  body: { specialty?: string; occurred_at: string; valid_until?: string | null; status?: string };
};

const usable = ({ body }: Referral): boolean =>
  body.status === "active" && (!body.valid_until || body.valid_until >= today());

/** Which referral a visit uses up. Whether it leads to this doctor the API says: the words of referrals differ. */
export function ReferralField(field: FieldProps) {
  const cardId = useCardId();
  const found = useRead(["referral-list", cardId], () =>
    typed<{ items: Referral[] }>(
      api.GET("/api/v1/patients/{patient_id}/referrals", {
        params: { path: { patient_id: cardId }, query: { limit: 100 } },
      }),
    ),
  );
  return (
    <Shown of={found} lines={1}>
      {({ items }) => {
        const choices = items
          .filter(usable)
          .map(({ id, body }) => ({
            value: id,
            label: t("one", { to: body.specialty ?? "", on: day(body.occurred_at) }),
          }));
        if (!choices.length) return <Notice tone="warn">{words("needsReferral")}</Notice>;
        return (
          <Select
            {...field}
            label={words("referral")}
            hint={words("referralHint")}
            empty={t("choose")}
            choices={choices}
          />
        );
      }}
    </Shown>
  );
}

const t = dictionary({
  ru: { one: "{to}, от {on}", choose: "Выберите направление" },
  en: { one: "{to}, of {on}", choose: "Choose a referral" },
});
