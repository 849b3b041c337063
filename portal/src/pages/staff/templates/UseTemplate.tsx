/** In the form of a new record: a template is chosen, and what came from the card is said with its source. */
import { Link } from "wouter";
import { day } from "../../../i18n/dates";
import { kindOf, useKinds, type Kind } from "../../../records";
import { Button, Card, commonWords, More, Notice, ProblemBox, Select } from "../../../ui";
import { useTemplates, type Draft } from "./shapes";
import { t } from "./words";

type Props = { kind: Kind; chosen: string; name: string | undefined; onChoose: (id: string) => void };

/** Nothing where nobody has a template of this kind. */
export function ChooseTemplate({ kind, chosen, name, onChoose }: Props) {
  const pages = useTemplates({ kind: kind.name, state: "active" });
  if (pages.problem) return <ProblemBox problem={pages.problem} retry={pages.again} />;
  const listed = pages.items.map((one) => ({ value: one.id, label: `${one.name} (${t(one.scope).toLowerCase()})` }));
  const known = !chosen || listed.some(({ value }) => value === chosen);
  if (!listed.length && !chosen) return null;
  return (
    <Card>
      <Select name="template" label={t("use")} hint={chosen ? t("replaces") : t("useHint")} value={chosen} onChange={onChoose} empty={t("useNone")} choices={known ? listed : [...listed, { value: chosen, label: name ?? chosen }]} />
      {pages.more && (
        <div>
          <Button kind="plain" busy={pages.loadingMore} onPress={pages.readMore}>
            {commonWords("more")}
          </Button>
        </div>
      )}
    </Card>
  );
}

type Origin = { kind: string | null; record: string | null; date: string | null };

function Source({ patientId, origin }: { patientId: string; origin: Origin }) {
  const kinds = useKinds();
  const collection = kindOf(kinds.data ?? [], origin.kind ?? "")?.collection;
  if (!origin.date) return <span className="quiet">{t("ofProfile")}</span>;
  const words = t("seeRecord", { when: day(origin.date) });
  return collection && origin.record ? <Link href={`/patients/${patientId}/${collection}/${origin.record}`}>{words}</Link> : <span className="quiet">{words}</span>;
}

export function FilledIn({ draft, patientId }: { draft: Draft; patientId: string }) {
  return (
    <>
      {draft.unfilled.length > 0 && (
        <Notice tone="warn" title={t("unfilled")}>
          <ul>
            {draft.unfilled.map((one, index) => (
              <li key={index}>
                {one.label}: {t(`why-${one.why}`)}
                {one.beside.map((origin, place) => (
                  <span key={place}>
                    {"; "}
                    {t("was", { value: origin.value })} <Source patientId={patientId} origin={origin} />
                  </span>
                ))}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      {draft.sources.length > 0 && (
        <More title={t("filledFrom")}>
          <ul>
            {draft.sources.map((one, index) => (
              <li key={index}>
                {one.label}: {one.value} <Source patientId={patientId} origin={one} />
              </li>
            ))}
          </ul>
        </More>
      )}
    </>
  );
}
