/** What only the signed-in need: all screens, and the answers of the API that they share. */
import { QueryClientProvider } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { queries } from "../api/queries";

export { ROUTES } from "./routes";

export function Answers({ children }: { children: ReactNode }) {
  return <QueryClientProvider client={queries}>{children}</QueryClientProvider>;
}
