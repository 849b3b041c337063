import { useEffect, useState } from "react";
import { Redirect, useLocation, useSearch } from "wouter";
import { api, got } from "../../api/client";
import { asProblem, type Problem } from "../../api/problems";
import { Factor, type FactorAnswer } from "../../app/Factor";
import { useSession } from "../../app/session";
import { dictionary, inLanguage, type Two } from "../../i18n";
import { Button, ButtonLink, Card, Form, Loading, Notice, Page, ProblemBox, Section, TextField, useForm } from "../../ui";
import { finishConfirmation, finishSignIn, returned, signInAt } from "./providers";
import { Signature } from "./Signature";

type Challenge = { challenge_id: string; factors: string[] };

/** An address of this portal, nothing else: "//elsewhere" would lead away. */
const inside = (to: string | null): string => (to && /^\/(?!\/)/.test(to) ? to : "/");

/** Password or another proof, then a second factor. Both are asked each time; a passkey makes the second one a touch. */
export default function SignIn() {
  const [back] = useState(returned);
  const [challenge, setChallenge] = useState<Challenge | null>(null);
  const to = inside(new URLSearchParams(useSearch()).get("to") ?? back?.begun.to ?? null);
  const { standing } = useSession();
  if (standing === "signed-in" && back?.begun.purpose !== "confirmation") return <Redirect to={to} />;
  return (
    <Page title={challenge ? t("second") : t("title")} width="text">
      {challenge ? <Second challenge={challenge} /> : <First done={setChallenge} back={back} to={to} />}
    </Page>
  );
}

type Back = ReturnType<typeof returned>;

function First({ done, back, to }: { done: (challenge: Challenge) => void; back: Back; to: string }) {
  const form = useForm(
    { login: "", password: "" },
    async (values) => (await api.POST("/api/v1/sessions", { body: values })).data,
    {
      check: ({ login, password }) => ({ login: login.trim() ? "" : t("loginNeeded"), password: password ? "" : t("passwordNeeded") }),
      done: (answer) => done(answer as Challenge),
    },
  );
  return (
    <>
      {back && <FromProvider back={back} done={done} />}
      <Card>
        <Form form={form} submit={t("next")}>
          <TextField {...form.field("login")} label={t("login")} hint={t("loginHint")} autoComplete="username" required />
          <TextField {...form.field("password")} label={t("password")} type="password" autoComplete="current-password" required />
        </Form>
      </Card>
      <div className="row">
        <ButtonLink to="/registration">{t("register")}</ButtonLink>
        <ButtonLink to="/recovery" kind="plain">
          {t("forgotten")}
        </ButtonLink>
      </div>
      <OtherProofs done={done} to={to} />
    </>
  );
}

function OtherProofs({ done, to }: { done: (challenge: Challenge) => void; to: string }) {
  const listed = useProviders();
  const [problem, setProblem] = useState<Problem | null>(null);
  const begin = (name: string) => {
    setProblem(null);
    signInAt(name, to).catch((thrown: unknown) => setProblem(asProblem(thrown)));
  };
  return (
    <Section title={t("others")}>
      {problem && <ProblemBox problem={problem} />}
      <div className="row">
        {listed.map(({ name, title }) => (
          <Button key={name} kind="secondary" onPress={() => begin(name)}>
            {t("through", { name: inLanguage(title) })}
          </Button>
        ))}
      </div>
      <Signature purpose="sign-in" done={(answer) => done(answer as Challenge)} />
    </Section>
  );
}

type Provider = { name: string; title: Two };

/** Read without the store of answers, which this page would be the only one to load before the sign-in. */
function useProviders(): readonly Provider[] {
  const [listed, setListed] = useState<readonly Provider[]>([]);
  useEffect(() => {
    // Without the list there are still the password and the signature, which need no words about it.
    void got(api.GET("/api/v1/sign-in/providers")).then(
      (found) => setListed((found as { items: Provider[] }).items),
      () => undefined,
    );
  }, []);
  return listed;
}

/** The browser has come back from a provider: the answer is exchanged, once. */
function FromProvider({ back, done }: { back: NonNullable<Back>; done: (challenge: Challenge) => void }) {
  const { refresh } = useSession();
  const [, go] = useLocation();
  const [problem, setProblem] = useState<Problem | null>(null);
  const { begun, answer, refused } = back;
  useEffect(() => {
    if (refused) return;
    const finish = async () => {
      if (begun.purpose === "sign-in") return done((await finishSignIn(begun.provider, answer)) as unknown as Challenge);
      await finishConfirmation(begun.provider, answer);
      await refresh();
      go(inside(begun.to));
    };
    finish().catch((thrown: unknown) => setProblem(asProblem(thrown)));
    // The code of a provider is good once: whatever changes later must not send it again.
  }, []);
  if (refused) return <Notice tone="warn" title={t("refused")} live />;
  return problem ? <ProblemBox problem={problem} /> : <Loading lines={1} />;
}

/** Once it is answered the session is there, and the page leads on to where the person wanted to go. */
function Second({ challenge }: { challenge: Challenge }) {
  const { refresh } = useSession();
  const path = { challenge_id: challenge.challenge_id };
  const answer = async (given: FactorAnswer) => {
    await api.POST("/api/v1/sessions/{challenge_id}/factor", {
      params: { path },
      body: { ...given, role: "patient", member_id: "" },
    });
    await refresh();
  };
  return (
    <>
      <Notice>{t("secondWhy")}</Notice>
      <Card>
        <Factor
          factors={challenge.factors}
          sendSms={() => api.POST("/api/v1/sessions/{challenge_id}/sms", { params: { path } })}
          passkeyOptions={async () =>
            (await api.POST("/api/v1/sessions/{challenge_id}/passkey", { params: { path } })).data as Record<string, unknown>
          }
          answer={answer}
        />
      </Card>
    </>
  );
}

const t = dictionary({
  ru: {
    title: "Вход в медкарту",
    second: "Второе подтверждение",
    secondWhy: "Пароль верный. Второе подтверждение защищает вашу карту, даже если кто-то узнал пароль.",
    login: "СНИЛС, телефон или электронная почта",
    loginHint: "Например, 112-233-445 95 или +7 916 123-45-67",
    loginNeeded: "Введите СНИЛС, телефон или почту",
    password: "Пароль",
    passwordNeeded: "Введите пароль",
    next: "Далее",
    register: "Зарегистрироваться",
    forgotten: "Не получается войти",
    others: "Другие способы входа",
    through: "Через: {name}",
    refused: "Вход через выбранный сервис не состоялся. Попробуйте ещё раз или войдите по паролю.",
  },
  en: {
    title: "Sign in to your medical card",
    second: "Second confirmation",
    secondWhy: "The password is right. The second confirmation protects your card even if somebody learnt the password.",
    login: "SNILS, phone or e-mail",
    loginHint: "For example 112-233-445 95 or +7 916 123-45-67",
    loginNeeded: "Enter SNILS, phone or e-mail",
    password: "Password",
    passwordNeeded: "Enter the password",
    next: "Next",
    register: "Register",
    forgotten: "Cannot sign in",
    others: "Other ways to sign in",
    through: "Through: {name}",
    refused: "The sign-in through that service was broken off. Try again or use your password.",
  },
});
