/** The lists of the form: each line is asked about, and lines can be added. An answer is never filled in beforehand. */
import { useState, type ReactNode } from "react";
import { dictionary } from "../../../i18n";
import { Button, Radios, TextField, type Choice, type FieldProps } from "../../../ui";
import type { Allergy, Condition, Medicine } from "./formShapes";
import "./form.css";

type Lines<T> = FieldProps<T[]> & {
  title: string;
  hint: string;
  add: string;
  fresh: T;
  children: (line: T, change: (some: Partial<T>) => void, index: number) => ReactNode;
};

function Lines<T extends object>({ value, onChange, error, title, hint, add, fresh, children }: Lines<T>) {
  const change = (index: number) => (some: Partial<T>) =>
    onChange(value.map((line, at) => (at === index ? { ...line, ...some } : line)));
  return (
    <fieldset className={error ? "field field-invalid form-lines" : "field form-lines"}>
      <legend className="form-title">{title}</legend>
      <p className="field-hint">{hint}</p>
      {error && <p className="field-error">{error}</p>}
      {value.map((line, index) => (
        <div key={index} className="form-line">
          {children(line, change(index), index)}
        </div>
      ))}
      <Button kind="secondary" onPress={() => onChange([...value, fresh])}>
        {add}
      </Button>
    </fieldset>
  );
}

const stillChoices = (): Choice[] => [
  { value: "yes", label: t("yes") },
  { value: "no", label: t("no") },
  { value: "unsure", label: t("unsure") },
];

export function Medicines(field: FieldProps<Medicine[]>) {
  const choices: Choice[] = [
    { value: "taken", label: t("taken") },
    { value: "not-any-more", label: t("notAnyMore") },
  ];
  return (
    <Lines
      {...field}
      title={t("medicines")}
      hint={t("medicinesHint")}
      add={t("addMedicine")}
      fresh={{ name: "", dosage: null, taking: "new", note: null }}
    >
      {(line, change, index) =>
        line.taking === "new" ? (
          <>
            <TextField
              name={`medicine-${index}`}
              label={t("medicine")}
              value={line.name}
              onChange={(name) => change({ name })}
            />
            <TextField
              name={`dosage-${index}`}
              label={t("dosage")}
              value={line.dosage ?? ""}
              onChange={(dosage) => change({ dosage: dosage || null })}
              optional
            />
          </>
        ) : (
          <Radios
            name={`taking-${index}`}
            label={line.name}
            hint={line.dosage ?? ""}
            value={line.taking ?? ""}
            onChange={(taking) => change({ taking: taking as "taken" })}
            choices={choices}
          />
        )
      }
    </Lines>
  );
}

export function Allergies(field: FieldProps<Allergy[]>) {
  const fresh: Allergy = { substance: "", reaction: null, still: "yes" };
  return (
    <Lines {...field} title={t("allergies")} hint={t("allergiesHint")} add={t("addAllergy")} fresh={fresh}>
      {(line, change, index) => (
        <>
          <Known
            name={`substance-${index}`}
            label={t("substance")}
            value={line.substance}
            still={line.still}
            hint={line.reaction ?? ""}
            change={(substance, still) => change({ substance, still })}
          />
        </>
      )}
    </Lines>
  );
}

export function Conditions(field: FieldProps<Condition[]>) {
  return (
    <Lines
      {...field}
      title={t("conditions")}
      hint={t("conditionsHint")}
      add={t("addCondition")}
      fresh={{ name: "", still: "yes" }}
    >
      {(line, change, index) => (
        <Known
          name={`condition-${index}`}
          label={t("condition")}
          value={line.name}
          still={line.still}
          hint=""
          change={(name, still) => change({ name, still })}
        />
      )}
    </Lines>
  );
}

type Still = Condition["still"];
type KnownProps = {
  name: string;
  label: string;
  value: string;
  still?: Still;
  hint: string;
  change: (value: string, still: Still) => void;
};

/** Something of the card is asked about; what was added here is typed. */
function Known({ name, label, value, still, hint, change }: KnownProps) {
  const [added] = useState(value === "");
  if (added) return <TextField name={name} label={label} value={value} onChange={(text) => change(text, "yes")} />;
  return (
    <Radios
      name={name}
      label={value}
      hint={hint}
      value={still ?? ""}
      onChange={(chosen) => change(value, chosen as Still)}
      choices={stillChoices()}
    />
  );
}

const t = dictionary({
  ru: {
    medicines: "Лекарства",
    medicinesHint: "Отметьте, что вы принимаете сейчас. Добавьте то, чего здесь нет, в том числе витамины и капли.",
    medicine: "Название лекарства",
    dosage: "Как принимаете",
    taken: "Принимаю",
    notAnyMore: "Больше не принимаю",
    addMedicine: "Добавить лекарство",
    allergies: "Аллергии",
    allergiesHint: "Аллергия – это сыпь, отёк или другая плохая реакция на лекарство, еду или пыльцу.",
    substance: "На что аллергия",
    addAllergy: "Добавить аллергию",
    conditions: "Хронические болезни",
    conditionsHint: "Хроническая болезнь – та, что длится долго, например диабет или гипертония.",
    condition: "Название болезни",
    addCondition: "Добавить болезнь",
    yes: "Да, всё так",
    no: "Нет",
    unsure: "Не знаю",
  },
  en: {
    medicines: "Medicines",
    medicinesHint: "Mark what you take now. Add what is not here, vitamins and drops too.",
    medicine: "Name of the medicine",
    dosage: "How you take it",
    taken: "I take it",
    notAnyMore: "I take it no more",
    addMedicine: "Add a medicine",
    allergies: "Allergies",
    allergiesHint: "An allergy is a rash, a swelling or another bad reaction to a medicine, food or pollen.",
    substance: "What you are allergic to",
    addAllergy: "Add an allergy",
    conditions: "Long-lasting illnesses",
    conditionsHint: "One that lasts long, such as diabetes or high blood pressure.",
    condition: "Name of the illness",
    addCondition: "Add an illness",
    yes: "Yes, still so",
    no: "No",
    unsure: "I do not know",
  },
});
