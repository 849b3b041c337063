import { useState } from "react";
import { Link } from "wouter";
import { api } from "../../api/client";
import { currentLanguage } from "../../i18n";
import { Button, ButtonLink, Card, Form, Notice, Page, TextField, useForm, type FormState } from "../../ui";
import { checked, EMPTY, STEPS, stepOf, type RegistrationForm, type Step } from "./registration";
import { Fields } from "./RegistrationFields";
import { t } from "./registrationWords";

/** One question a screen: who, papers, contacts, password; then the codes that came by SMS and e-mail. */
export default function Registration() {
  const [registration, setRegistration] = useState("");
  const [done, setDone] = useState(false);
  if (done) return <Welcome />;
  return registration ? <Codes registration={registration} done={() => setDone(true)} /> : <Questions done={setRegistration} />;
}

function Questions({ done }: { done: (registration: string) => void }) {
  const [step, setStep] = useState<Step>("person");
  const number = STEPS.indexOf(step);
  const last = number === STEPS.length - 1;
  const form = useForm<RegistrationForm>(
    EMPTY,
    async (values) => (last ? (await api.POST("/api/v1/registrations", { body: sent(values) })).data : undefined),
    {
      check: (values) => checked(values, step),
      done: (answer) => (last ? done((answer as { registration_id: string }).registration_id) : setStep(STEPS[number + 1] as Step)),
    },
  );
  const refused = form.problem ? stepOf(Object.keys(form.errors)) : null;
  return (
    <Page title={t("title")} lead={t("step", { n: number + 1, of: STEPS.length })} width="text">
      <h2>{t(`step-${step}`)}</h2>
      {refused && refused !== step && (
        <Notice tone="warn" title={t("elsewhere", { step: t(`step-${refused}`) })} live actions={<Button kind="secondary" onPress={() => setStep(refused)}>{t("goThere")}</Button>} />
      )}
      <Card>
        <Form
          form={form}
          submit={last ? t("register") : t("next")}
          actions={
            number > 0 && (
              <Button kind="plain" onPress={() => setStep(STEPS[number - 1] as Step)}>
                {t("back")}
              </Button>
            )
          }
        >
          <Fields step={step} form={form} />
        </Form>
      </Card>
      {number === 0 && (
        <p>
          {t("have")} <Link href="/sign-in">{t("signIn")}</Link>
        </p>
      )}
    </Page>
  );
}

/** Of the two kinds of papers those that were chosen; nothing for what was left empty. */
function sent(values: RegistrationForm) {
  const { snils, passport_series, passport_number, citizenship, foreign_passport, middle_name, repeated: _, ...rest } = values;
  const papers = values.document_kind === "passport" ? { snils, passport_series, passport_number } : { citizenship, foreign_passport, ...(snils ? { snils } : {}) };
  return { ...rest, ...papers, ...(middle_name ? { middle_name } : {}), language: currentLanguage() };
}

function Codes({ registration, done }: { registration: string; done: () => void }) {
  const path = { registration_id: registration };
  const form = useForm(
    { phone_code: "", email_code: "" },
    (values) => api.POST("/api/v1/registrations/{registration_id}/confirm", { params: { path }, body: digits(values) }),
    {
      check: (values) => ({
        phone_code: digits(values).phone_code.length === 6 ? "" : t("sixDigits"),
        email_code: digits(values).email_code.length === 6 ? "" : t("sixDigits"),
      }),
      done,
    },
  );
  return (
    <Page title={t("codes")} lead={t("codesWhy")} width="text">
      <Card>
        <Form form={form} submit={t("confirm")} actions={<Again form={form} path={path} />}>
          <TextField {...form.field("phone_code")} label={t("phoneCode")} inputMode="numeric" autoComplete="one-time-code" width="middle" required />
          <TextField {...form.field("email_code")} label={t("emailCode")} inputMode="numeric" width="middle" required />
        </Form>
      </Card>
    </Page>
  );
}

function Again({ form, path }: { form: FormState<{ phone_code: string; email_code: string }>; path: { registration_id: string } }) {
  const [sentAgain, setSentAgain] = useState(false);
  const again = useForm({}, () => api.POST("/api/v1/registrations/{registration_id}/codes", { params: { path } }), { done: () => setSentAgain(true) });
  return (
    <>
      <Button kind="plain" busy={again.busy} disabled={form.busy} onPress={() => void again.submit()}>
        {t("again")}
      </Button>
      {sentAgain && <p role="status">{t("sentAgain")}</p>}
      {again.problem && <p role="alert">{again.problem.words}</p>}
    </>
  );
}

const digits = (values: { phone_code: string; email_code: string }) => ({
  phone_code: values.phone_code.replace(/\D/g, ""),
  email_code: values.email_code.replace(/\D/g, ""),
});

function Welcome() {
  return (
    <Page title={t("welcome")} width="text">
      <Notice tone="good" title={t("ready")} live>
        {t("whatNext")}
      </Notice>
      <div>
        <ButtonLink to="/sign-in" kind="primary">
          {t("signIn")}
        </ButtonLink>
      </div>
    </Page>
  );
}
