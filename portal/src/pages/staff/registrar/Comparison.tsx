/** Two sides of one thing, field by field; a difference is said in words and not by colour alone. */
import { day } from "../../../i18n/dates";
import { Table, Tag } from "../../../ui";
import { fieldName, valueWords } from "./fieldWords";
import { t } from "./words";

export type Pair = { field: string; given: string; known: string; differs: boolean };
type Props = { pairs: readonly Pair[]; caption: string; given: string; known: string };

const DAY = /^\d{4}-\d{2}-\d{2}$/;
const SNILS = /^(\d{3})(\d{3})(\d{3})(\d{2})$/;

export const shown = (value: unknown): string => {
  const text = String(value ?? "");
  if (SNILS.test(text)) return text.replace(SNILS, "$1-$2-$3 $4"); // as it is printed
  return DAY.test(text) ? day(text) : valueWords(text) || "–";
};

export function Comparison({ pairs, caption, given, known }: Props) {
  return (
    <Table
      caption={caption}
      rows={pairs}
      keyOf={({ field }) => field}
      columns={[
        { title: t("field"), of: ({ field }) => fieldName(field) },
        { title: given, of: (pair) => shown(pair.given) },
        { title: known, of: (pair) => shown(pair.known) },
        { title: t("agreement"), of: ({ differs }) => <Tag tone={differs ? "warn" : "good"}>{t(differs ? "differs" : "same")}</Tag> },
      ]}
    />
  );
}
