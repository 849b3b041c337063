/** Colours and size of text, as chosen for this device. They say nothing of a person. */
export const SCHEMES = ["system", "light", "dark"] as const;
export const TEXT_SIZES = ["100", "125", "150"] as const; // per cent of the browser's own size

export type Look = { scheme: (typeof SCHEMES)[number]; text: (typeof TEXT_SIZES)[number] };

const oneOf = <T extends string>(allowed: readonly T[], kept: string | null): T =>
  allowed.find((value) => value === kept) ?? (allowed[0] as T);

export const currentLook = (): Look => ({
  scheme: oneOf(SCHEMES, localStorage.getItem("scheme")),
  text: oneOf(TEXT_SIZES, localStorage.getItem("text-size")),
});

/** What was chosen reaches the page; the stylesheet (tokens.css) does the rest. */
export function showLook(): void {
  Object.assign(document.documentElement.dataset, currentLook());
}

export function keepLook({ scheme, text }: Look): void {
  localStorage.setItem("scheme", scheme);
  localStorage.setItem("text-size", text);
  showLook();
}
