/** What somebody wants to find is sensitive: it passes from page to page in memory, once. */
let handed = "";

export function handOver(words: string): void {
  handed = words;
}

export function takeOver(): string {
  const words = handed;
  handed = "";
  return words;
}
