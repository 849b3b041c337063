/** Files of a record: a scan or picture is shown here, larger and smaller; whatever else is saved. */
import { useEffect, useState } from "react";
import { file } from "../api/client";
import { asProblem, type Problem } from "../api/problems";
import { Button, Dialog, Download, ProblemBox } from "../ui";
import { recordWords as t } from "./words";
import "./records.css";

export type Attachment = { readonly upload_id: string; readonly title: string };

type Props = { files: readonly Attachment[]; /** Where a file is; null where none may be taken. */ pathOf: ((uploadId: string) => string) | null };

export function Files({ files, pathOf }: Props) {
  return (
    <ul className="plain-list stack-tight">
      {files.map(({ upload_id: id, title }) => (
        <li key={id} className="row">
          <span>{title}</span>
          {pathOf && <Picture path={pathOf(id)} title={title} />}
          {pathOf && <Download path={pathOf(id)} accept="application/octet-stream" title={t("saveFile")} label={t("saveOf", { title })} kind="plain" />}
        </li>
      ))}
    </ul>
  );
}

const PICTURES = new Set(["image/jpeg", "image/png"]);
const ZOOMS = [100, 150, 200, 300, 400] as const; // per cent of the dialog's width

function Picture({ path, title }: { path: string; title: string }) {
  const [shown, setShown] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [isPicture, setIsPicture] = useState(true);
  useEffect(() => () => URL.revokeObjectURL(shown), [shown]);
  const open = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const { blob } = await file(path, "application/octet-stream");
      if (PICTURES.has(blob.type)) setShown(URL.createObjectURL(blob));
      else setIsPicture(false);
    } catch (thrown) {
      setProblem(asProblem(thrown));
    }
    setBusy(false);
  };
  if (!isPicture) return <span className="quiet">{t("notPicture")}</span>;
  return (
    <>
      <Button kind="secondary" busy={busy} onPress={() => void open()} label={t("showOf", { title })}>
        {t("show")}
      </Button>
      {problem && <ProblemBox problem={problem} />}
      <Dialog title={title} open={Boolean(shown)} onClose={() => setShown("")} wide>
        <Zoomed source={shown} title={title} />
      </Dialog>
    </>
  );
}

function Zoomed({ source, title }: { source: string; title: string }) {
  const [zoom, setZoom] = useState(0);
  const step = (by: number) => setZoom(Math.min(ZOOMS.length - 1, Math.max(0, zoom + by)));
  return (
    <div className="stack">
      <div className="row">
        <Button kind="secondary" onPress={() => step(1)} disabled={zoom === ZOOMS.length - 1}>
          {t("larger")}
        </Button>
        <Button kind="secondary" onPress={() => step(-1)} disabled={zoom === 0}>
          {t("smaller")}
        </Button>
        <span role="status">{ZOOMS[zoom]} %</span>
      </div>
      <div className="picture" tabIndex={0} role="region" aria-label={t("picture", { title })}>
        <img src={source} alt={title} className={`picture-${ZOOMS[zoom]}`} />
      </div>
    </div>
  );
}
