/** Prescriptions as the API gives them, and what of them is said in words. */
import type { components } from "../../../api/schema";

export type Prescription = components["schemas"]["PrescriptionRecord"];
export type Drug = Prescription["body"]["drugs"][number];
type NamedDrug = { inn?: string | undefined; trade_name?: string | null | undefined; form?: string; strength?: string };

export const STATES = ["active", "dispensed", "revoked", "replaced", "expired"] as const;
export type State = (typeof STATES)[number];

export const stateOf = (one: Prescription): State =>
  STATES.includes(one.status.state as State) ? (one.status.state as State) : "expired";

export const TONES = { active: "good", dispensed: "quiet", revoked: "bad", replaced: "warn", expired: "quiet" } as const;

/** «Метформин 1000 мг»; the trade name beside it where one is prescribed. */
export const nameOf = ({ inn, trade_name: trade, strength }: NamedDrug): string =>
  [inn, trade && trade !== inn ? `(${trade})` : "", strength].filter(Boolean).join(" ");

export const titleOf = (one: Prescription): string => one.body.drugs.map(nameOf).join(", ");

/** Its last day: the end is the midnight after it. */
export const lastDay = (one: Prescription): string => new Date(Date.parse(one.status.expires_at) - 1).toISOString();

export const packsLeft = (one: Prescription): number => one.status.remaining.reduce((sum, packs) => sum + packs, 0);

/** What a pharmacist types where no scanner is: the code without address and signature. */
export const typedCode = (one: Prescription): string => /\/r\/([\w-]{22})/.exec(one.body.qr ?? "")?.[1] ?? "";

export function matches(one: Prescription, asked: string): boolean {
  const plain = (text: string) => text.toLocaleLowerCase("ru").replaceAll("ё", "е");
  const names = one.body.drugs.flatMap((drug) => [drug.inn, drug.trade_name ?? "", drug.atc ?? ""]);
  return plain([...names, one.body.doctor_name].join(" ")).includes(plain(asked.trim()));
}
