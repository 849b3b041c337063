import { useState } from "react";
import { api } from "../../../api/client";
import { useChange, usePages } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { day } from "../../../i18n/dates";
import { Button, Card, Confirm, Empty, Facts, Form, List, More, Page, ProblemBox, say, TextArea, TextField, useForm } from "../../../ui";
import { jwksOf, keysFault } from "./jwks";
import { t } from "./systemWords";

type Sender = { sender_id: string; issuer: string; name: string; keys: string[]; at: string };
const KEY = ["transfer-sender-list"];

export default function Senders() {
  const [ending, setEnding] = useState<Sender | null>(null);
  const pages = usePages(KEY, (query) => typed<{ items: Sender[]; next?: string }>(api.GET("/api/v1/transfer-senders", { params: { query } })));
  return (
    <Page title={t("senders")} lead={t("sendersLead")}>
      <More title={t("addSender")}>
        <Trust />
      </More>
      <List of={pages} label={t("senders")} keyOf={(one) => one.sender_id} empty={<Empty title={t("noSenders")}>{t("noSendersWhy")}</Empty>}>
        {(one) => (
          <>
            <strong>{one.name}</strong>
            <Facts facts={[[t("issuer"), one.issuer], [t("keys"), one.keys.join(", ")], [t("trustedSince"), day(one.at)]]} />
            <div>
              <Button kind="secondary" label={`${t("trustNoMore")}: ${one.name}`} onPress={() => setEnding(one)}>
                {t("trustNoMore")}
              </Button>
            </div>
          </>
        )}
      </List>
      <End sender={ending} close={() => setEnding(null)} />
    </Page>
  );
}

function End({ sender, close }: { sender: Sender | null; close: () => void }) {
  const ended = useChange((sender_id: string) => api.DELETE("/api/v1/transfer-senders/{sender_id}", { params: { path: { sender_id } } }), [KEY]);
  return (
    <Confirm
      title={t("trustNoMoreSure", { name: sender?.name ?? "" })}
      yes={t("trustNoMore")}
      danger
      open={sender !== null}
      busy={ended.isPending}
      onYes={() => sender && ended.mutate(sender.sender_id, { onSuccess: close })}
      onClose={close}
    >
      <p>{t("senderOutWhat")}</p>
      {ended.error && <ProblemBox problem={ended.error} />}
    </Confirm>
  );
}

const EMPTY = { name: "", issuer: "", jwks: "" };

function Trust() {
  const put = useChange(({ name, issuer, jwks }: typeof EMPTY) => api.POST("/api/v1/transfer-senders", { body: { name: name.trim(), issuer: issuer.trim(), jwks: jwksOf(jwks) } }), [KEY]);
  const form = useForm(EMPTY, (values) => put.mutateAsync(values), {
    check: ({ name, issuer, jwks }) => ({ name: name.trim() ? "" : t("nameNeeded"), issuer: /^https?:\/\/\S+$/.test(issuer.trim()) ? "" : t("issuerWrong"), jwks: keysFault(jwks) }),
    done: () => {
      say(t("added"));
      form.set(EMPTY);
    },
  });
  return (
    <Card>
      <Form form={form} submit={t("trustSender")}>
        <TextField {...form.field("name")} label={t("senderName")} required maxLength={200} />
        <TextField {...form.field("issuer")} label={t("issuer")} hint={t("issuerHint")} required />
        <TextArea {...form.field("jwks")} label={t("publicKeys")} hint={t("senderKeysHint")} rows={8} />
      </Form>
    </Card>
  );
}
