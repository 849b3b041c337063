import { api } from "../../../api/client";
import { Button, Card, commonWords, Form, say, TextField, useForm } from "../../../ui";
import { t } from "./words";

export function ChangePassword({ done }: { done: () => void }) {
  const form = useForm(
    { old_password: "", new_password: "", repeated: "" },
    ({ old_password, new_password }) => api.PUT("/api/v1/me/password", { body: { old_password, new_password } }),
    {
      check: ({ old_password, new_password, repeated }) => ({
        old_password: old_password ? "" : t("oldNeeded"),
        new_password: new_password.length >= 10 ? "" : t("passwordShort"),
        repeated: repeated === new_password ? "" : t("repeatedDiffers"),
      }),
      done: () => (say(t("passwordChanged")), done()),
    },
  );
  const cancel = (
    <Button kind="plain" onPress={done}>
      {commonWords("cancel")}
    </Button>
  );
  return (
    <Card>
      <Form form={form} submit={t("changePassword")} actions={cancel}>
        <TextField {...form.field("old_password")} label={t("oldPassword")} type="password" autoComplete="current-password" required />
        <TextField {...form.field("new_password")} label={t("newPassword")} hint={t("passwordHint")} type="password" autoComplete="new-password" required />
        <TextField {...form.field("repeated")} label={t("repeat")} type="password" autoComplete="new-password" required />
      </Form>
    </Card>
  );
}
