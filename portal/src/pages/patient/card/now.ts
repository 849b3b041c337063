import { today } from "../../../i18n/dates";

/** This minute by the clock of this device, as the fields of forms take it. */
export const now = (): string => {
  const clock = new Date();
  const two = (number: number) => String(number).padStart(2, "0");
  return `${today()}T${two(clock.getHours())}:${two(clock.getMinutes())}`;
};
