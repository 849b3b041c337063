/** The camera, where the browser itself reads QR codes (BarcodeDetector); a picture of the code works the same way. */
import { useEffect, useRef, useState } from "react";
import { Button, FileField, Notice } from "../../../ui";
import { t } from "./words";
import "./scanner.css";

type Detector = { detect: (source: CanvasImageSource | Blob) => Promise<{ rawValue: string }[]> };
type DetectorClass = new (options: { formats: string[] }) => Detector;

const EVERY = 250; // milliseconds between two looks
const detectorClass = (globalThis as { BarcodeDetector?: DetectorClass }).BarcodeDetector;
export const canScan = detectorClass !== undefined;

const detector = () => new detectorClass!({ formats: ["qr_code"] });

export function Scanner({ onCode }: { onCode: (text: string) => void }) {
  const [open, setOpen] = useState(false);
  const [trouble, setTrouble] = useState<"" | "noCamera" | "noCode">("");
  const fromPicture = async (file: File | null) => {
    if (!file) return;
    const [found] = await detector().detect(file).catch(() => []);
    setTrouble(found ? "" : "noCode");
    if (found) onCode(found.rawValue);
  };
  return (
    <>
      {trouble && <Notice tone="warn" title={t(trouble)} live />}
      {open ? (
        <Camera
          found={(text) => {
            setOpen(false);
            onCode(text);
          }}
          failed={() => {
            setOpen(false);
            setTrouble("noCamera");
          }}
          close={() => setOpen(false)}
        />
      ) : (
        <div>
          <Button
            onPress={() => {
              setTrouble("");
              setOpen(true);
            }}
          >
            {t("camera")}
          </Button>
        </div>
      )}
      <FileField name="picture" label={t("picture")} accept="image/*" value={null} onChange={(file) => void fromPicture(file)} />
    </>
  );
}

function Camera({ found, failed, close }: { found: (text: string) => void; failed: () => void; close: () => void }) {
  const video = useRef<HTMLVideoElement>(null);
  const told = useRef({ found, failed });
  told.current = { found, failed };
  useEffect(() => watch(video.current!, told), []);
  return (
    <div className="stack-tight">
      <p role="status">{t("aim")}</p>
      <video ref={video} className="scanner-video" muted playsInline aria-label={t("camera")} />
      <div>
        <Button kind="secondary" onPress={close}>
          {t("stop")}
        </Button>
      </div>
    </div>
  );
}

/** Looks at the camera until a code is seen; what it answers ends that. Pictures stay in memory. */
function watch(video: HTMLVideoElement, told: { current: { found: (text: string) => void; failed: () => void } }): () => void {
  const reader = detector();
  let stream: MediaStream | undefined;
  let timer = 0;
  let over = false;
  const look = async () => {
    const [code] = await reader.detect(video).catch(() => []);
    if (over) return;
    if (code) told.current.found(code.rawValue);
    else timer = setTimeout(() => void look(), EVERY);
  };
  const start = async () => {
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    if (over) return stop();
    video.srcObject = stream;
    await video.play();
    await look();
  };
  const stop = () => stream?.getTracks().forEach((track) => track.stop());
  start().catch(() => over || told.current.failed());
  return () => {
    over = true;
    clearTimeout(timer);
    stop();
  };
}
