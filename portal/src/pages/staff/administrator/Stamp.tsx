import { useEffect, useState } from "react";
import { api, file, send } from "../../../api/client";
import { useChange, useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { day, dayAndTime } from "../../../i18n/dates";
import { Button, Card, Empty, FileField, Form, Notice, ProblemBox, say, Section, Shown, useForm } from "../../../ui";
import { t } from "./words";

type State = "waiting" | "accepted" | "refused" | "removed";
type Found = { state: "none" | "active" | "removed"; since?: string; upload?: { state: State; reason?: string; at: string } };
type Owner = { organisationId: string };

const key = (organisationId: string) => ["organisation-stamp-read", organisationId];
const address = (organisationId: string) => `/api/v1/organisations/${organisationId}/stamp`;
const CHECKED_EVERY = 5_000; // milliseconds, while a picture is being checked
const MOST = 1024 * 1024; // bytes

/** The picture that is printed on what the organisation issues. */
export function Stamp({ organisationId }: Owner) {
  const [waiting, setWaiting] = useState(false);
  const path = { organisation_id: organisationId };
  const found = useRead(key(organisationId), () => typed<Found>(api.GET("/api/v1/organisations/{organisation_id}/stamp", { params: { path } })), { every: waiting ? CHECKED_EVERY : 0 });
  const checking = found.data?.upload?.state === "waiting";
  useEffect(() => setWaiting(checking), [checking]);
  return (
    <div className="stack-wide">
      <p>{t("stampWhy")}</p>
      <Shown of={found}>
        {(stamp) => (
          <>
            {stamp.state === "active" ? <InUse since={stamp.since ?? ""} organisationId={organisationId} /> : <Empty title={t("noStamp")}>{t("noStampWhy")}</Empty>}
            {stamp.upload?.state === "waiting" && <Notice live>{t("stampChecked")}</Notice>}
            {stamp.upload?.state === "refused" && <Notice tone="bad" title={t("stampRefused")}>{dayAndTime(stamp.upload.at)}</Notice>}
          </>
        )}
      </Shown>
      <Section title={t("stampPut")}>
        <Put organisationId={organisationId} />
      </Section>
    </div>
  );
}

function InUse({ since, organisationId }: Owner & { since: string }) {
  const [picture, setPicture] = useState("");
  const path = { organisation_id: organisationId };
  const shown = useChange(async () => URL.createObjectURL((await file(`${address(organisationId)}/image`, "application/octet-stream")).blob.slice(0, undefined, "image/png")));
  const removed = useChange(() => api.DELETE("/api/v1/organisations/{organisation_id}/stamp", { params: { path } }), [key(organisationId)]);
  const problem = shown.error ?? removed.error;
  useEffect(() => () => URL.revokeObjectURL(picture), [picture]);
  return (
    <Card tone="good">
      <p>{t("stampSince", { when: day(since) })}</p>
      {picture && <img src={picture} alt={t("stampPicture")} width="200" />}
      {problem && <ProblemBox problem={problem} />}
      <div className="row">
        {!picture && (
          <Button kind="secondary" busy={shown.isPending} onPress={() => shown.mutate(undefined, { onSuccess: setPicture })}>
            {t("stampShow")}
          </Button>
        )}
        <Button kind="danger" busy={removed.isPending} onPress={() => removed.mutate()}>
          {t("stampRemove")}
        </Button>
      </div>
    </Card>
  );
}

function Put({ organisationId }: Owner) {
  const put = useChange((picture: File) => send(new Request(new URL(address(organisationId), location.origin), { method: "PUT", body: picture, headers: { "Content-Type": picture.type } })), [key(organisationId)]);
  const form = useForm({ picture: null as File | null }, ({ picture }) => put.mutateAsync(picture as File), {
    check: ({ picture }) => ({ picture: picture && picture.size <= MOST ? "" : t("stampNeeded") }),
    done: () => say(t("stampSent")),
  });
  return (
    <Card>
      <Form form={form} submit={t("stampUse")} kind="secondary">
        <FileField {...form.field("picture")} label={t("stampFile")} hint={t("stampHint")} accept="image/png,image/jpeg" />
      </Form>
    </Card>
  );
}
