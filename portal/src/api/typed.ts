/** An answer with the type that a page knows of it, where that says more than the API's document: which states there are. */
export const typed = <T>(call: Promise<{ data?: unknown; response: Response }>) =>
  call as Promise<{ data?: T; response: Response }>;

/** The version that a change is based on. */
export const ifMatch = (version: number): { "If-Match": string } => ({ "If-Match": `W/"${version}"` });
