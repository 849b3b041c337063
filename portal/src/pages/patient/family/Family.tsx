import { useMe } from "../../../app/session";
import { ButtonLink, Card, Page, Section } from "../../../ui";
import { Children } from "./Children";
import { Representatives } from "./Representatives";
import { Wards } from "./Wards";
import { t } from "./words";

export default function Family() {
  const { person_id } = useMe();
  return (
    <Page title={t("title")} lead={t("lead")} width="text">
      <Section title={t("wards")}>
        <Wards personId={person_id} />
      </Section>
      <Section title={t("children")}>
        <Children personId={person_id} />
        <Card>
          <p>{t("addChild")}</p>
          <div className="row">
            <ButtonLink to="/requests/new/newborn">{t("newborn")}</ButtonLink>
            <ButtonLink to="/requests/new/minor-permission" kind="plain">
              {t("byDocument")}
            </ButtonLink>
          </div>
        </Card>
      </Section>
      <Section title={t("representatives")}>
        <Representatives personId={person_id} />
      </Section>
    </Page>
  );
}
