import { useState } from "react";
import { Button, More, Shown, Tag } from "../ui";
import { dayAndTime } from "../i18n/dates";
import { inLanguage } from "../i18n";
import { useHistory, type Kind, type Version } from "./access";
import { brief, type Property } from "./schema";
import { recordWords as t } from "./words";

type Props = { patientId: string; kind: Kind; recordId: string };

/** Earlier versions of a record, asked for when they are wanted. */
export function Versions({ patientId, kind, recordId }: Props) {
  const [wanted, setWanted] = useState(false);
  const found = useHistory(patientId, kind.collection, recordId, wanted);
  if (!wanted) {
    return (
      <div className="no-print">
        <Button kind="plain" onPress={() => setWanted(true)}>
          {t("versions")}
        </Button>
      </div>
    );
  }
  return (
    <section className="stack-tight" aria-label={t("versions")}>
      <h2>{t("versions")}</h2>
      <Shown of={found}>
        {({ items }) =>
          items.length < 2 ? (
            <p>{t("versionsNone")}</p>
          ) : (
            <ol className="plain-list stack-tight">
              {[...items].reverse().map((version) => (
                <li key={version.version}>
                  <One version={version} kind={kind} />
                </li>
              ))}
            </ol>
          )
        }
      </Shown>
    </section>
  );
}

function One({ version, kind }: { version: Version; kind: Kind }) {
  const fields = kind.schema.properties ?? {};
  const names = [...new Set((version.changed ?? []).map((place) => place.split("/")[1] ?? ""))].filter((name) => fields[name]?.["x-title"]);
  const title = (property: Property | undefined) => (property?.["x-title"] ? inLanguage(property["x-title"]) : "");
  const lines = names.map((name) => [title(fields[name]), brief(version.body[name], fields[name] ?? {}, kind.schema.$defs ?? {})] as const);
  return (
    <More title={`${t("version", { n: version.version })}, ${dayAndTime(version.updated_at)}`}>
      {version.source === "patient-reported" && <Tag>{t("patient-reported")}</Tag>}
      <ul>
        {lines.map(([name, value]) => (
          <li key={name}>
            {name}: {value || "–"}
          </li>
        ))}
      </ul>
    </More>
  );
}
