/** The texts of a draft as fields, to correct them and send it once more. */
import { currentLanguage } from "../i18n";
import { Button, Form, TextArea, useForm } from "../ui";
import { named, textsOf, withTexts, wordsOf } from "./compare";
import { resolve, type Entry } from "./outbox";
import { t } from "./outboxWords";

export function Correction({ entry, close }: { entry: Entry; close: () => void }) {
  const texts = textsOf(entry.body).filter(([path]) => named(path, entry.labels));
  const form = useForm<Record<string, string>>(Object.fromEntries(texts), async (values) => {
    await resolve(entry.id, "mine", withTexts(entry.body, values));
    close();
  });
  const cancel = (
    <Button kind="plain" onPress={close}>
      {t("cancel")}
    </Button>
  );
  return (
    <Form form={form} submit={t("sendCorrected")} actions={cancel} label={t("correct")}>
      {texts.map(([path]) => (
        <TextArea key={path} {...form.field(path)} rows={2} label={wordsOf(path, entry.labels, currentLanguage())} />
      ))}
    </Form>
  );
}
