/** What a form can tell before it is sent. The API decides: these only spare the way there and back. */

/** The two check digits of a SNILS (order of the Pension Fund; numbers up to 001-001-998 have none). */
export function snilsRight(text: string): boolean {
  const digits = text.replace(/\D/g, "");
  if (digits.length !== 11) return false;
  if (Number(digits.slice(0, 9)) <= 1_001_998) return true;
  const sum = [...digits.slice(0, 9)].reduce((total, digit, index) => total + Number(digit) * (9 - index), 0);
  return (sum % 101) % 100 === Number(digits.slice(9));
}

export const emailLikely = (text: string): boolean => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(text.trim());

export const phoneLikely = (text: string): boolean => text.replace(/\D/g, "").length >= 10;

/** A day that the calendar has, not after today. */
export function pastDay(text: string): boolean {
  const date = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text) && date < new Date();
}
