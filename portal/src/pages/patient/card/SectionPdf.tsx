import { useState } from "react";
import { ask, recordPath } from "../../../records";
import { useCardId } from "../../../app/session";
import { currentLanguage } from "../../../i18n";
import { Button, ButtonLink, DateField, Dialog, Form, Notice, useForm } from "../../../ui";
import { isWhole } from "./finding";
import { cardWords as t } from "./words";

/** The section on paper, with dates: ordered here, made in the background, taken at the copies of the card. */
export function SectionPdf({ sections, title }: { sections: readonly string[]; title: string }) {
  const cardId = useCardId();
  const [open, setOpen] = useState(false);
  const [ordered, setOrdered] = useState(false);
  const form = useForm(
    { from: "", to: "" },
    ({ from, to }, headers) =>
      ask(recordPath(cardId, "exports"), {
        method: "POST",
        headers,
        body: { format: "pdf", sections, language: currentLanguage(), ...(from ? { from } : {}), ...(to ? { to } : {}) },
      }),
    {
      check: ({ from, to }) => ({ from: isWhole(from) ? "" : t("noSuchDay"), to: isWhole(to) ? "" : t("noSuchDay") }),
      done: () => {
        setOpen(false);
        setOrdered(true);
      },
    },
  );
  return (
    <div className="stack-tight no-print">
      {ordered ? (
        <Notice tone="good" live actions={<ButtonLink to="/exports">{t("pdfOpen")}</ButtonLink>}>
          {t("pdfOrdered")}
        </Notice>
      ) : (
        <div>
          <Button kind="secondary" onPress={() => setOpen(true)}>
            {t("pdf")}
          </Button>
        </div>
      )}
      <Dialog title={`${t("pdf")}: ${title}`} open={open} onClose={() => setOpen(false)}>
        <p>{t("pdfWhy")}</p>
        <Form form={form} submit={t("pdfOrder")}>
          <DateField {...form.field("from")} label={t("from")} optional />
          <DateField {...form.field("to")} label={t("to")} optional />
        </Form>
      </Dialog>
    </div>
  );
}
