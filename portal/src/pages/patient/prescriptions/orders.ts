/** Chains of pharmacies, what they have, and orders at them. */
import { api } from "../../../api/client";
import { usePages, useRead } from "../../../api/queries";
import { useCardId } from "../../../app/session";
import type { Drug } from "./shapes";

export type Chain = { name: string; title: string; has_loyalty: boolean; loyalty: "none" | "given" | "withdrawn"; loyalty_since?: string };
export type Offer = {
  pharmacy_id: string;
  name: string;
  address: string;
  drugs: { line: number; packs: number; price?: string }[];
};
export type Found = { items: { chain: string; offers: Offer[] | null }[] };

export const ORDER_STATES = ["requested", "confirmed", "ready", "collected", "refused", "cancelled", "failed"] as const;
export type OrderState = (typeof ORDER_STATES)[number];
export type Order = {
  id: string;
  chain: string;
  kind: "reservation" | "delivery";
  state: OrderState;
  prescription: string;
  created_at: string;
  updated_at: string;
  cancelling: boolean;
  pharmacy?: { id: string };
  drugs?: (Partial<Drug> & { line: number; packs: number })[];
  delivery?: { address: string; phone: string };
  text?: string;
};

export const ORDERS = "pharmacy-order-list";
export const CHAINS = "loyalty-list";

export function useChains() {
  const cardId = useCardId();
  return useRead([CHAINS, cardId], () => api.GET("/api/v1/me/pharmacies") as Promise<{ data?: { items: Chain[] } }>);
}

export function useOrders() {
  const cardId = useCardId();
  return usePages(
    [ORDERS, cardId],
    (query) => api.GET("/api/v1/me/pharmacy-orders", { params: { query } }) as Promise<{ data?: { items: Order[]; next?: string } }>,
  );
}

export const isOpen = (order: Order): boolean => ["requested", "confirmed", "ready"].includes(order.state);

/** Of all packs that an offer has; null where a price is not told. */
export function priceOf(offer: Offer, wanted: readonly number[]): number | null {
  let sum = 0;
  for (const { line, packs, price } of offer.drugs) {
    if (price === undefined) return null;
    sum += Number(price) * Math.min(packs, wanted[line - 1] ?? 0);
  }
  return sum;
}

export const hasAll = (offer: Offer, wanted: readonly number[]): boolean =>
  wanted.every((packs, index) => packs === 0 || (offer.drugs.find((drug) => drug.line === index + 1)?.packs ?? 0) >= packs);
