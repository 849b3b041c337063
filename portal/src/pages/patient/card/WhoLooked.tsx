import { Link } from "wouter";
import { dayAndTime } from "../../../i18n/dates";
import { Card, Shown } from "../../../ui";
import { overviewWords as t } from "./overviewWords";
import { useLooks } from "./start";

/** The last readings of the card by others; the whole list has a page of its own. */
export function WhoLooked({ cardId }: { cardId: string }) {
  const looks = useLooks(cardId);
  return (
    <Card as="section" label={t("looked")}>
      <h2>{t("looked")}</h2>
      <Shown of={looks}>
        {({ items }) =>
          items.length ? (
            <ul className="plain-list overview-lines">
              {items.map((look) => (
                <li key={look.id}>
                  <strong>{look.who.name}</strong>
                  <p>{[look.who.role_name, look.who.organisation_name].filter(Boolean).join(", ")}</p>
                  <p className="quiet">{[look.what, look.record.name, dayAndTime(look.time)].filter(Boolean).join(" · ")}</p>
                </li>
              ))}
            </ul>
          ) : (
            <p>{t("lookedNobody")}</p>
          )
        }
      </Shown>
      <Link href="/journal">{t("lookedAll")}</Link>
    </Card>
  );
}
