/**
 * Reading through TanStack Query. Keys are names of operations and opaque ids, never names or texts of a person: the
 * encrypted store of answers (offline/) has readable keys.
 *
 *   const visits = usePages(["visits", cardId], (query) =>
 *     api.GET("/api/v1/patients/{patient_id}/visits", { params: { path: { patient_id: cardId }, query } }));
 */
import {
  QueryClient,
  useInfiniteQuery,
  useMutation,
  useQuery,
  type QueryKey,
} from "@tanstack/react-query";
import { keepAnswers } from "../offline/persist";
import { got } from "./client";
import { asProblem, Problem } from "./problems";

export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      networkMode: "offlineFirst",
      persister: keepAnswers,
      staleTime: 30_000,
      gcTime: 10 * 60_000,
      refetchOnWindowFocus: false,
      retry: (failures, thrown) => failures < 1 && thrown instanceof Problem && thrown.status >= 500,
    },
    mutations: { networkMode: "always" },
  },
});

// Also where no provider stands around: it asks anew after the connection was gone.
queries.mount();

type Answered<T> = Promise<{ data?: T }>;

/** `wanted: false` waits until what the question needs is known; `every` asks again, `fresh` is how long an answer is not asked anew (ms). */
export function useRead<T>(key: QueryKey, ask: () => Answered<T>, { wanted = true, every = 0, fresh = 30_000 } = {}) {
  return useQuery<T, Problem>({
    queryKey: key,
    queryFn: () => got(ask()),
    enabled: wanted,
    refetchInterval: every || false,
    staleTime: fresh,
  }, queries);
}

type Page = { items?: unknown; next?: unknown };
type Item<T> = T extends { items: (infer I)[] } ? I : never;
export type PageQuery = { cursor?: string; limit?: number };

/**
 * A list in pages; `items` are those of all pages read so far, newest first as the API gives them. Its key is not that of
 * `useRead` with the same words: an answer read whole is not kept as pages are.
 */
export function usePages<T extends Page>(
  key: QueryKey,
  ask: (query: PageQuery) => Answered<T>,
  { wanted = true, limit = 20 } = {},
) {
  const found = useInfiniteQuery<T, Problem, { pages: T[] }, QueryKey, string>({
    queryKey: [...key, "pages"],
    queryFn: ({ pageParam }) => got(ask(pageParam ? { cursor: pageParam, limit } : { limit })),
    initialPageParam: "",
    getNextPageParam: (last) => (typeof last.next === "string" && last.next ? last.next : undefined),
    enabled: wanted,
  }, queries);
  const items = (found.data?.pages ?? []).flatMap((page) => (page.items ?? []) as Item<T>[]);
  return {
    items,
    first: found.data?.pages[0],
    problem: found.error,
    loading: found.isPending && wanted,
    more: found.hasNextPage,
    loadingMore: found.isFetchingNextPage,
    readMore: () => void found.fetchNextPage(),
    again: () => void found.refetch(),
    readAt: found.dataUpdatedAt,
  };
}

/**
 * Something that changes state. `after` are the keys that are read anew when it is done.
 *
 *   const cancel = useChange((id: string) => api.POST("…", …), [["appointments"]]);
 *   <Button busy={cancel.isPending} onPress={() => cancel.mutate(id)}>
 */
export function useChange<T, V = void>(change: (values: V) => Answered<T> | Promise<T>, after: QueryKey[] = []) {
  return useMutation<T, Problem, V>({
    mutationFn: async (values) => {
      const given = await Promise.resolve(change(values)).catch((thrown: unknown) => {
        throw asProblem(thrown);
      });
      return (given && typeof given === "object" && "response" in given ? (given as { data?: T }).data : given) as T;
    },
    onSuccess: () => Promise.all(after.map((key) => queries.invalidateQueries({ queryKey: key }))).then(() => undefined),
  }, queries);
}
