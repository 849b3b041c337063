import { Link } from "wouter";
import { api } from "../../../api/client";
import { usePages } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { dayAndTime } from "../../../i18n/dates";
import { ButtonLink, Empty, List, Page } from "../../../ui";
import { p } from "./patientWords";
import type { Paged } from "./shapes";

type Queued = { merge_id: string; patient_id: string; at: string };

export default function Merges() {
  const pages = usePages(["merge-list"], (query) => typed<Paged<Queued>>(api.GET("/api/v1/merges", { params: { query } })));
  return (
    <Page title={p("merges")} lead={p("mergesLead")} actions={<ButtonLink to="/doubts">{p("doubts")}</ButtonLink>}>
      <List of={pages} label={p("merges")} keyOf={(one) => one.merge_id} empty={<Empty title={p("noMerges")}>{p("noMergesWhy")}</Empty>}>
        {(one) => <Link href={`/merges/${one.patient_id}/${one.merge_id}`}>{p("mergeOf", { at: dayAndTime(one.at) })}</Link>}
      </List>
    </Page>
  );
}
