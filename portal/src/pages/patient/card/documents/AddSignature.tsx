import { useState } from "react";
import { useQueryClient } from "@tanstack/react-query";
import { toBase64 } from "../../../../api/base64";
import { ask } from "../../../../records";
import { FileField, Form, say, useForm } from "../../../../ui";
import { documentWords as t } from "./words";

const LARGEST = 64 * 1024; // bytes of a signature

/** A signature that lies in a file of its own beside the document (.sig, .p7s). */
export function AddSignature({ uploadId }: { uploadId: string }) {
  const queries = useQueryClient();
  const [file, setFile] = useState<File | null>(null);
  const form = useForm(
    { cms: "" },
    async () => ask(`/api/v1/me/uploads/${uploadId}/signature`, { method: "PUT", body: { cms: file ? toBase64(await file.arrayBuffer()) : "" } }),
    {
      check: () => ({ cms: file && file.size <= LARGEST ? "" : t("signatureNeeded") }),
      done: () => {
        say(t("signatureSent"));
        void queries.invalidateQueries({ queryKey: ["upload-list"] });
      },
    },
  );
  return (
    <Form form={form} submit={t("addSignature")} kind="secondary">
      <FileField name="cms" label={t("signatureFile")} hint={t("signatureHint")} value={file} onChange={setFile} error={form.errors["cms"] ?? ""} accept=".sig,.p7s,.sgn" />
    </Form>
  );
}
