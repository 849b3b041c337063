import { currentLanguage, dictionary } from "../../../i18n";
import { dayAndTime } from "../../../i18n/dates";
import { ButtonLink } from "../../../ui";
import type { FormBody } from "./formShapes";

type Sign = NonNullable<FormBody["measured"]>[number];

const number = (value: unknown): string =>
  currentLanguage() === "ru" ? String(value).replace(".", ",") : String(value);

/** "138/86 мм рт. ст." */
const valueOf = ({ value, systolic, diastolic, unit }: Sign): string =>
  `${systolic ? `${number(systolic)}/${number(diastolic)}` : number(value)} ${UNITS(unit)}`;

/** What was measured at home goes to the doctor with the form; it is entered in the diary of measurements. */
export function Measured({ items }: { items: readonly Sign[] }) {
  return (
    <section className="form-lines stack-tight" aria-labelledby="measured-title">
      <h2 id="measured-title">{t("title")}</h2>
      {items.length === 0 && <p>{t("none")}</p>}
      <ul>
        {items.map((sign) => (
          <li key={sign.code + sign.occurred_at}>
            {SIGNS(sign.code)}: <strong>{valueOf(sign)}</strong>, {dayAndTime(sign.occurred_at)}
          </li>
        ))}
      </ul>
      <div>
        <ButtonLink to="/vitals">{t("enter")}</ButtonLink>
      </div>
    </section>
  );
}

const t = dictionary({
  ru: {
    title: "Измерено дома",
    none: "Свежих измерений нет. Если врач просил измерять давление или сахар, внесите показания в дневник.",
    enter: "Открыть дневник измерений",
  },
  en: {
    title: "Measured at home",
    none: "There are no recent readings. If the doctor asked you to measure blood pressure or sugar, enter them in the diary.",
    enter: "Open the diary of readings",
  },
});

const SIGNS = dictionary<Sign["code"]>({
  ru: {
    "blood-pressure": "Артериальное давление",
    pulse: "Пульс",
    glucose: "Сахар крови",
    weight: "Вес",
    height: "Рост",
    temperature: "Температура",
    saturation: "Кислород крови (сатурация)",
    respiration: "Частота дыхания",
  },
  en: {
    "blood-pressure": "Blood pressure",
    pulse: "Pulse",
    glucose: "Blood sugar",
    weight: "Weight",
    height: "Height",
    temperature: "Temperature",
    saturation: "Blood oxygen",
    respiration: "Breathing rate",
  },
});

const UNITS = dictionary<Sign["unit"]>({
  ru: { "mm[Hg]": "мм рт. ст.", "/min": "в минуту", "mmol/L": "ммоль/л", kg: "кг", cm: "см", Cel: "°C", "%": "%" },
  en: { "mm[Hg]": "mmHg", "/min": "a minute", "mmol/L": "mmol/L", kg: "kg", cm: "cm", Cel: "°C", "%": "%" },
});
