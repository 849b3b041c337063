import { dayAndTime } from "../../../i18n/dates";
import { Button, Notice, Tag } from "../../../ui";
import { EMERGENCY, type Filter, type Line, type Who } from "./shapes";
import { t } from "./words";

type Props = { line: Line; doubt: () => void; only: (person: Filter["person"]) => void };

/** One line in a sentence's order: who, from where, did what, why. */
export function Entry({ line, doubt, only }: Props) {
  const { who } = line;
  if (line.altered) {
    return (
      <Notice tone="bad" title={t("altered")}>
        {t("alteredHow", { moment: dayAndTime(line.at) })}
      </Notice>
    );
  }
  if (line.unreadable || !who) return <p className="quiet">{t("unreadable", { moment: dayAndTime(line.at) })}</p>;
  const other = !line.mine && who.role !== "system" && who.role !== "anonymous";
  return (
    <>
      <div className="row-between">
        <h3>{nameOf(who)}</h3>
        <div className="row">
          {line.action === EMERGENCY && <Tag tone="bad">{t("kind-emergency")}</Tag>}
          {line.outcome === "denied" && <Tag tone="warn">{t("refused")}</Tag>}
          {line.outcome === "error" && <Tag>{t("failed")}</Tag>}
        </div>
      </div>
      {other && <p>{[who.name && who.role_name, who.organisation_name].filter(Boolean).join(", ")}</p>}
      <p>
        {line.what}
        {line.record?.name && !line.what?.includes(line.record.name) && `: ${line.record.name}`}
      </p>
      {line.why && <p>{t("why", { text: line.why })}</p>}
      <p className="quiet">{dayAndTime(line.time ?? line.at)}</p>
      {other && (
        <div className="row">
          <Button kind="secondary" onPress={doubt} label={t("notMineOf", { name: nameOf(who) })}>
            {t(who.role === "doctor" ? "notMyDoctor" : "notMine")}
          </Button>
          {who.id && (
            <Button kind="plain" onPress={() => only({ id: who.id, name: nameOf(who) })} label={t("onlyOf", { name: nameOf(who) })}>
              {t("only")}
            </Button>
          )}
        </div>
      )}
    </>
  );
}

export const nameOf = (who: Who): string => who.name || who.role_name || t("nameless");
