import { useState } from "react";
import { SHARED_SECTIONS, sectionChoices, type SharedSection } from "../../../access/sections";
import { api } from "../../../api/client";
import { useChange } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { currentLanguage } from "../../../i18n";
import { dayAndTime } from "../../../i18n/dates";
import { Button, ButtonLink, Card, Checkbox, Checkboxes, Facts, Form, Notice, Page, Radios, say, Select, TextField, useForm } from "../../../ui";
import { Qr } from "../../../ui/Qr";
import type { Level, NewShare, ShareLink } from "./shapes";
import { t } from "./words";

const RECIPIENTS = ["doctor", "insurer", "employer", "other"] as const;
const DAYS = ["1", "3", "7", "30"] as const;
const OPENINGS = ["1", "5", "20", "50"] as const;
const SHAREABLE = SHARED_SECTIONS.filter((one) => one !== "messages");

type Values = { recipient: ShareLink["recipient"]; label: string; sections: readonly SharedSection[]; level: Level; download: boolean; days: string; openings: string };
const EMPTY: Values = { recipient: "doctor", label: "", sections: [], level: "full", download: false, days: "7", openings: "5" };

const later = (days: string): string => new Date(Date.now() + Number(days) * 86_400_000 - 60_000).toISOString();

/** A link with a passcode to chosen sections. Address and passcode are shown once. */
export default function NewLink() {
  const [made, setMade] = useState<NewShare | null>(null);
  return (
    <Page title={made ? t("linkReady") : t("newLink")} up={{ to: "/links", label: t("links") }} width="text">
      {made ? <Ready made={made} /> : <Questions done={setMade} />}
    </Page>
  );
}

function Questions({ done }: { done: (made: NewShare) => void }) {
  const create = useChange(
    async ({ days, openings, sections, level, download, ...rest }: Values) => {
      const body = { ...rest, level, download: level === "full" && download, sections: [...sections], records: [], valid_until: later(days), openings: Number(openings), language: currentLanguage() };
      return (await typed<NewShare>(api.POST("/api/v1/me/shares", { body }))).data;
    },
    [["share-list"]],
  );
  const form = useForm(EMPTY, (values) => create.mutateAsync(values), {
    check: ({ label, sections }) => ({ label: label.trim() ? "" : t("labelNeeded"), sections: sections.length ? "" : t("sectionsNeeded") }),
    done: (share) => share && done(share),
  });
  const choice = <K extends string>(of: readonly K[], words: (one: K) => string) => of.map((value) => ({ value, label: words(value) }));
  return (
    <Card>
      <Form form={form} submit={t("makeLink")}>
        <Radios {...form.field("recipient")} onChange={(recipient) => form.set({ recipient: recipient as Values["recipient"] })} label={t("toWhom")} choices={choice(RECIPIENTS, (one) => t(`recipient-${one}`))} />
        <TextField {...form.field("label")} label={t("label")} hint={t("labelHint")} maxLength={100} required />
        <Checkboxes {...form.field("sections")} onChange={(sections) => form.set({ sections: sections as readonly SharedSection[] })} label={t("whatShown")} choices={sectionChoices(SHAREABLE)} />
        <Radios
          {...form.field("level")}
          onChange={(level) => form.set({ level: level as Level })}
          label={t("how")}
          choices={[
            { value: "full", label: t("wholeRecords") },
            { value: "limited", label: t("briefRecords"), hint: t("briefHint") },
          ]}
        />
        {form.values.level === "full" && <Checkbox {...form.field("download")} label={t("mayDownload")} />}
        <Select {...form.field("days")} label={t("until")} choices={choice(DAYS, (one) => t(`days-${one}`))} />
        <Select {...form.field("openings")} label={t("howOften")} choices={choice(OPENINGS, (one) => t("times", { n: Number(one) }))} />
      </Form>
    </Card>
  );
}

function Ready({ made }: { made: NewShare }) {
  if (!made.link) return <Notice tone="warn" title={t("shownBefore")} />;
  const copy = (text: string) => void navigator.clipboard.writeText(text).then(() => say(t("copied")));
  return (
    <>
      <Notice tone="warn" title={t("once")} live>
        {t("onceHow")}
      </Notice>
      <Card>
        <Facts
          facts={[
            [t("address"), <code key="link">{made.link}</code>],
            [t("passcode"), <strong key="code">{made.passcode}</strong>],
            [t("until"), dayAndTime(made.until)],
          ]}
        />
        <div className="row no-print">
          <Button kind="secondary" onPress={() => copy(made.link ?? "")}>
            {t("copyAddress")}
          </Button>
          <Button kind="secondary" onPress={() => copy(made.passcode ?? "")}>
            {t("copyPasscode")}
          </Button>
        </div>
        <Qr text={made.link} label={t("qrOfLink")} />
      </Card>
      <div>
        <ButtonLink to="/links">{t("toLinks")}</ButtonLink>
      </div>
    </>
  );
}
