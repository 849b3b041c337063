import { useState } from "react";
import { queries } from "../../../api/queries";
import { today } from "../../../i18n/dates";
import { Button, DateField, Dialog, Form, Radios, say, useForm } from "../../../ui";
import { listOf, marked } from "./reading";
import type { Need, Word } from "./shapes";
import { t } from "./words";

type Props = { need: Need; patientId: string; version: number };

/** "Done elsewhere" with its day, or "does not apply to me"; asked in a dialog, for it silences a hint for long. */
export function MarkForm(props: Props) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <div className="row">
        <Button kind="secondary" label={`${t("mark")}: ${props.need.what}`} onPress={() => setOpen(true)}>
          {t("mark")}
        </Button>
      </div>
      <Dialog title={props.need.what} open={open} onClose={() => setOpen(false)}>
        <Asked {...props} done={() => setOpen(false)} />
      </Dialog>
    </>
  );
}

function Asked({ need, patientId, version, done }: Props & { done: () => void }) {
  const form = useForm(
    { mark: "done-elsewhere", on: today() },
    ({ mark, on }) =>
      marked(patientId, version, { need: need.id, mark: mark as Word, on: mark === "done-elsewhere" ? on : null }),
    {
      done: () => {
        done();
        say(t("markedNow"));
        void queries.invalidateQueries({ queryKey: listOf(patientId) });
      },
    },
  );
  return (
    <Form form={form} submit={t("save")}>
      <Radios
        {...form.field("mark")}
        label={t("whatOf")}
        choices={[
          { value: "done-elsewhere", label: t("done-elsewhere"), hint: t("doneHint") },
          { value: "not-applicable", label: t("not-applicable"), hint: t("notHint") },
        ]}
      />
      {form.values.mark === "done-elsewhere" && <DateField {...form.field("on")} label={t("on")} />}
    </Form>
  );
}
