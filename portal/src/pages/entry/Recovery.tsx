import { useState } from "react";
import { api } from "../../api/client";
import { dictionary } from "../../i18n";
import { ButtonLink, Card, Form, Notice, Page, Section, TextField, useForm } from "../../ui";

type Handle = { handle: string };

/** Lost password or telephone: what helps, and the code of half an hour that the identity desk printed. */
export default function Recovery() {
  const [handle, setHandle] = useState<{ recovery: string; handle: string } | null>(null);
  const [done, setDone] = useState(false);
  if (done) return <Regained />;
  return (
    <Page title={t("title")} width="text">
      {handle ? <Confirmation {...handle} done={() => setDone(true)} /> : <Ways done={setHandle} />}
    </Page>
  );
}

function Ways({ done }: { done: (handle: { recovery: string; handle: string }) => void }) {
  return (
    <>
      <Section title={t("self")}>
        <ul className="stack-tight">
          <li>{t("selfCodes")}</li>
          <li>{t("selfOther")}</li>
        </ul>
      </Section>
      <Section title={t("desk")}>
        <p>{t("deskHow")}</p>
      </Section>
      <Section title={t("have")}>
        <Card>
          <Redemption done={done} />
        </Card>
      </Section>
    </>
  );
}

function Redemption({ done }: { done: (handle: { recovery: string; handle: string }) => void }) {
  const form = useForm(
    { recovery: "", code: "", password: "", phone: "" },
    async ({ recovery, code, password, phone }) => {
      const params = { path: { recovery_id: recovery.trim() } };
      return (await api.POST("/api/v1/recoveries/{recovery_id}", { params, body: { code: code.trim(), password, phone: phone.trim() } })).data;
    },
    {
      check: (values) => ({
        recovery: values.recovery.trim() ? "" : t("recoveryNeeded"),
        code: values.code.trim().length >= 8 ? "" : t("codeNeeded"),
        password: values.password.length >= 10 ? "" : t("passwordShort"),
      }),
      done: (answer, { recovery }) => done({ recovery: recovery.trim(), handle: (answer as unknown as Handle).handle }),
    },
  );
  return (
    <Form form={form} submit={t("next")}>
      <TextField {...form.field("recovery")} label={t("recovery")} hint={t("recoveryHint")} required />
      <TextField {...form.field("code")} label={t("code")} hint={t("codeHint")} width="middle" required />
      <TextField {...form.field("password")} label={t("password")} hint={t("passwordHint")} type="password" autoComplete="new-password" required />
      <TextField {...form.field("phone")} label={t("phone")} hint={t("phoneHint")} type="tel" autoComplete="tel" width="middle" optional />
    </Form>
  );
}

function Confirmation({ recovery, handle, done }: { recovery: string; handle: string; done: () => void }) {
  const params = { path: { recovery_id: recovery } };
  const form = useForm(
    { code: "" },
    ({ code }) => api.POST("/api/v1/recoveries/{recovery_id}/completion", { params, body: { handle, code: code.replace(/\D/g, "") } }),
    { check: ({ code }) => ({ code: code.replace(/\D/g, "").length === 6 ? "" : t("sixDigits") }), done },
  );
  return (
    <Card>
      <Form form={form} submit={t("confirm")}>
        <TextField {...form.field("code")} label={t("sms")} hint={t("smsHint")} inputMode="numeric" autoComplete="one-time-code" width="middle" required />
      </Form>
    </Card>
  );
}

function Regained() {
  return (
    <Page title={t("regained")} width="text">
      <Notice tone="good" title={t("regainedWhat")} live>
        {t("regainedNext")}
      </Notice>
      <div>
        <ButtonLink to="/sign-in" kind="primary">
          {t("signIn")}
        </ButtonLink>
      </div>
    </Page>
  );
}

const t = dictionary({
  ru: {
    title: "Не получается войти",
    self: "Что можно сделать самому",
    selfCodes: "Нет телефона под рукой: на втором шаге входа выберите «Запасным кодом».",
    selfOther: "Забыли пароль, но есть учётная запись «Госуслуг» или банка: войдите через них на странице входа.",
    desk: "С паспортом в клинике",
    deskHow: "Придите с паспортом к оператору удостоверения личности. Он сверит документ и напечатает код, который действует полчаса. Прежний телефон получит сообщение о каждом шаге.",
    have: "Мне выдали код",
    recovery: "Номер восстановления",
    recoveryHint: "Как напечатано на листе",
    recoveryNeeded: "Введите номер с листа",
    code: "Код с листа",
    codeHint: "Напечатан под номером, действует полчаса",
    codeNeeded: "Введите код с листа целиком",
    password: "Новый пароль",
    passwordHint: "Не короче 10 знаков, с заглавной буквой, цифрой и знаком",
    passwordShort: "Пароль короче 10 знаков",
    phone: "Новый телефон",
    phoneHint: "Только если прежний утрачен",
    next: "Далее",
    sms: "Код из СМС",
    smsHint: "Шесть цифр пришли на ваш телефон",
    sixDigits: "В коде шесть цифр",
    confirm: "Подтвердить",
    regained: "Доступ восстановлен",
    regainedWhat: "Новый пароль действует",
    regainedNext: "Все прежние входы завершены. Войдите с новым паролем и заново настройте приложение с кодами.",
    signIn: "Войти",
  },
  en: {
    title: "Cannot sign in",
    self: "What you can do yourself",
    selfCodes: "No phone at hand: choose “By a recovery code” at the second step of the sign-in.",
    selfOther: "Forgot the password but have an account of the state portal or your bank: sign in through them.",
    desk: "With a passport at a clinic",
    deskHow: "Come to the identity desk with your passport. The operator compares it and prints a code that is good for half an hour. Your former phone is told of each step.",
    have: "I was given a code",
    recovery: "Number of the recovery",
    recoveryHint: "As printed on the sheet",
    recoveryNeeded: "Enter the number on the sheet",
    code: "Code on the sheet",
    codeHint: "Printed below the number, good for half an hour",
    codeNeeded: "Enter the whole code",
    password: "New password",
    passwordHint: "At least 10 characters with a capital letter, a digit and a sign",
    passwordShort: "The password is shorter than 10 characters",
    phone: "New phone",
    phoneHint: "Only if the former one is lost",
    next: "Next",
    sms: "Code from the SMS",
    smsHint: "Six digits were sent to your phone",
    sixDigits: "The code has six digits",
    confirm: "Confirm",
    regained: "You have access again",
    regainedWhat: "The new password works",
    regainedNext: "All earlier sign-ins have ended. Sign in with the new password and set up your authenticator app anew.",
    signIn: "Sign in",
  },
});
