import { sectionsWords } from "../../../access/sections";
import { day } from "../../../i18n/dates";
import { Facts, Notice } from "../../../ui";
import type { Representation } from "./shapes";
import { t } from "./words";

/** What somebody may, in which sections and until when; what a doctor closed, to both alike. */
export function Terms({ of: given }: { of: Representation }) {
  const sections = given.sections.length ? sectionsWords(given.sections) : t("allSections");
  return (
    <div className="stack">
      <Facts
        facts={[
          [t("basis"), t(`kind-${given.kind}`)],
          [t("may"), given.rights.map((right) => t(`right-${right}`)).join(", ")],
          [t("sections"), given.level === "limited" ? `${sections} (${t("inBrief")})` : sections],
          [t("until"), day(given.until)],
          [t("ended"), day(given.ended_at)],
        ]}
      />
      {given.hidden.length > 0 && (
        <Notice title={t("restricted", { sections: sectionsWords(given.hidden) })}>
          {t("restrictedWhy")}
        </Notice>
      )}
    </div>
  );
}
