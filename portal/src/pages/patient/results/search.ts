/** Results by plain words: the code set of analytes knows "сахар крови" for glucose; other words are of a panel's name. */
import { api } from "../../../api/client";
import { useRead } from "../../../api/queries";
import { useOpaque, useRested, useRows, type Wish } from "./reading";

type Suggested = { items: { code: string }[] };

const FEWEST = 2; // letters

export function useSearch(typed: string, time: Wish) {
  const words = useRested(typed.trim());
  const wanted = words.length >= FEWEST;
  const name = useOpaque({ words });
  const suggested = useRead<Suggested>(
    ["analyte-suggestions", name],
    async () => {
      const answer = await api.GET("/api/v1/code-sets/{code_set}", {
        params: { path: { code_set: "analytes" }, query: { q: words } },
      });
      return { data: answer.data as unknown as Suggested };
    },
    { wanted },
  );
  const codes = suggested.data?.items.map((item) => item.code) ?? [];
  const known = wanted && suggested.data !== undefined;
  const byAnalyte = useRows({ ...time, analytes: [...codes, words] }, known && codes.length > 0);
  const fruitless = codes.length === 0 || (!byAnalyte.loading && byAnalyte.items.length === 0);
  const byPanel = useRows({ ...time, panel: words }, known && fruitless);
  const pages = fruitless ? byPanel : byAnalyte;
  return {
    wanted,
    pages: {
      ...pages,
      loading: wanted && (suggested.isPending || pages.loading),
      problem: suggested.error ?? pages.problem,
      again: () => (suggested.error ? void suggested.refetch() : pages.again()),
    },
  };
}
