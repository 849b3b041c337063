/**
 * Forms. Values are held here, refusals of the API are shown at their fields, and a repeated sending of the same values
 * carries the same Idempotency-Key, so that a lost answer makes nothing twice.
 *
 *   const form = useForm({ login: "", password: "" }, (values, key) => api.POST("…", { body: values, headers: key }));
 *   <Form form={form} submit={t("enter")}><TextField {...form.field("login")} label={t("login")} /></Form>
 */
import { useEffect, useRef, useState, type ReactNode } from "react";
import { asProblem, fieldWords, type Problem } from "../api/problems";
import { Button } from "./Button";
import type { FieldProps } from "./Field";
import { ProblemBox } from "./Notice";
import { useSendKey, type SendKey } from "./sendKey";

type Errors = Record<string, string>;

export type FormState<V> = {
  values: V;
  busy: boolean;
  problem: Problem | null;
  errors: Errors;
  /** How many sendings were refused: the focus goes to what is wrong after each, and not while one is typing. */
  refusals: number;
  changed: boolean;
  set: (values: Partial<V>) => void;
  field: <K extends keyof V & string>(name: K) => FieldProps<V[K]>;
  submit: () => Promise<void>;
};

type Options<V, A> = {
  /** What can be told before sending: a sentence for each field that is not right. */
  check?: (values: V) => Partial<Record<keyof V & string, string>>;
  done?: (answer: A, values: V) => void;
};

/** The field of a refusal ("/quiet/from", "?limit") as the name of a value here ("quiet"). */
const nameOf = (pointer: string): string => pointer.replace(/^[/?]/, "").split("/")[0] ?? "";

export function useForm<V extends object, A = unknown>(
  initial: V,
  send: (values: V, key: SendKey) => Promise<A>,
  { check, done }: Options<V, A> = {},
): FormState<V> {
  const [values, setValues] = useState(initial);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [errors, setErrors] = useState<Errors>({});
  const [refusals, setRefusals] = useState(0);
  const [busy, setBusy] = useState(false);
  const [changed, setChanged] = useState(false);
  const { headers, renew } = useSendKey();

  const set = (some: Partial<V>) => {
    setValues((before) => ({ ...before, ...some }));
    setErrors((before) => Object.fromEntries(Object.entries(before).filter(([name]) => !(name in some))));
    setChanged(true);
    renew();
  };

  const submit = async () => {
    const found = Object.entries(check?.(values) ?? {}).filter(([, words]) => words) as [string, string][];
    setProblem(null);
    setErrors(Object.fromEntries(found));
    if (found.length) return setRefusals((before) => before + 1);
    setBusy(true);
    try {
      const answer = await send(values, headers());
      renew();
      setChanged(false);
      done?.(answer, values);
    } catch (thrown) {
      const refused = asProblem(thrown);
      if (!refused.offline) renew();
      setProblem(refused);
      setErrors(Object.fromEntries(refused.fields.map((one) => [nameOf(one.field), fieldWords(one)])));
      setRefusals((before) => before + 1);
    } finally {
      setBusy(false);
    }
  };

  const field = <K extends keyof V & string>(name: K): FieldProps<V[K]> => ({
    name,
    value: values[name],
    onChange: (value) => set({ [name]: value } as unknown as Partial<V>),
    error: errors[name] ?? "",
  });
  return { values, busy, problem, errors, refusals, changed, set, field, submit };
}

type FormProps<V> = {
  form: FormState<V>;
  submit: string;
  children: ReactNode;
  /** Further buttons beside the one that sends. */
  actions?: ReactNode;
  kind?: "primary" | "secondary" | "danger";
  label?: string;
};

export function Form<V>({ form, submit, children, actions, kind = "primary", label }: FormProps<V>) {
  const box = useRef<HTMLFormElement>(null);
  useEffect(() => {
    if (!form.refusals) return;
    box.current?.querySelector<HTMLElement>("[aria-invalid=true], .problem")?.focus();
  }, [form.refusals]);
  return (
    <form
      ref={box}
      className="stack form"
      noValidate
      aria-label={label}
      onSubmit={(event) => {
        event.preventDefault();
        if (!form.busy) void form.submit();
      }}
    >
      {form.problem && <ProblemBox problem={form.problem} shown={form.errors} />}
      {children}
      <div className="row">
        <Button type="submit" kind={kind} busy={form.busy}>
          {submit}
        </Button>
        {actions}
      </div>
    </form>
  );
}
