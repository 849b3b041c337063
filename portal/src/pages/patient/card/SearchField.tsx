import { useState } from "react";
import { useLocation } from "wouter";
import { Button, TextField, commonWords } from "../../../ui";
import { handOver } from "./handedWords";
import { overviewWords as t } from "./overviewWords";

/** Leads to the search. The words go there in memory, not in the address. */
export function SearchField() {
  const [words, setWords] = useState("");
  const [, go] = useLocation();
  return (
    <form
      role="search"
      className="search-field no-print"
      onSubmit={(event) => {
        event.preventDefault();
        handOver(words.trim());
        go("/search");
      }}
    >
      <TextField name="words" type="search" label={t("search")} value={words} onChange={setWords} maxLength={500} />
      <Button type="submit" kind="secondary">
        {commonWords("search")}
      </Button>
    </form>
  );
}
