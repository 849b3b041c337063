import { useState } from "react";
import { useMe } from "../../../app/session";
import { Button, ButtonLink, Card, Facts, Page, Section, Tag } from "../../../ui";
import { AuthenticatorApp } from "./AuthenticatorApp";
import { ChangePassword } from "./ChangePassword";
import { Links } from "./Links";
import { Passkeys } from "./Passkeys";
import { RecoveryCodes } from "./RecoveryCodes";
import { SmsFactor } from "./SmsFactor";
import { t } from "./words";

/** How one proves who one is, from strong to weak, and what is kept on this device. */
export default function Security() {
  const me = useMe();
  const [password, setPassword] = useState(false);
  return (
    <Page
      title={t("title")}
      lead={t("lead")}
      actions={
        <>
          <ButtonLink to="/security/sessions">{t("sessions")}</ButtonLink>
          <ButtonLink to="/security/sign-ins">{t("signIns")}</ButtonLink>
          <ButtonLink to="/offline">{t("offline")}</ButtonLink>
        </>
      }
    >
      <Card>
        <Facts facts={[[t("level"), <Level key="level" level={me.level} />]]} />
      </Card>
      <Section title={t("passkeys")}>
        <Passkeys />
      </Section>
      <Section title={t("app")}>
        <AuthenticatorApp on={me.factors.includes("totp")} />
      </Section>
      <Section title={t("codes")}>
        <RecoveryCodes />
      </Section>
      <Section title={t("sms")}>
        <SmsFactor on={me.factors.includes("sms")} />
      </Section>
      <Section title={t("password")}>
        {password ? (
          <ChangePassword done={() => setPassword(false)} />
        ) : (
          <div>
            <Button kind="secondary" onPress={() => setPassword(true)}>
              {t("changePassword")}
            </Button>
          </div>
        )}
      </Section>
      <Section title={t("links")}>
        <Links />
      </Section>
    </Page>
  );
}

const LEVELS = { 1: "level-1", 2: "level-2", 3: "level-3" } as const;

function Level({ level }: { level: number }) {
  const shown = level >= 3 ? 3 : level === 2 ? 2 : 1;
  return (
    <span className="stack-tight">
      <span>
        <Tag tone={shown > 1 ? "good" : "warn"}>{t("levelShort", { n: shown })}</Tag>
      </span>
      <span>{t(LEVELS[shown])}</span>
    </span>
  );
}
