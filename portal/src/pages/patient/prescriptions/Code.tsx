/** The code of a prescription over the whole screen, dark on white in every scheme, and kept lit while it is shown. */
import { useEffect, useRef } from "react";
import { Link, useLocation, useParams } from "wouter";
import { day, dayAndTime } from "../../../i18n/dates";
import { Button, Empty, Page, say, Shown } from "../../../ui";
import { Qr } from "../../../ui/Qr";
import { usePrescription } from "./reading";
import { lastDay, packsLeft, stateOf, titleOf, typedCode, type Prescription } from "./shapes";
import { t } from "./words";
import "./code.css";

const FRESH = 2 * 60_000; // milliseconds; older data came from this device

export default function Code() {
  const { recordId = "" } = useParams<{ recordId: string }>();
  const found = usePrescription(recordId);
  return (
    <Page title={t("codeTitle")} up={{ to: `/prescriptions/${recordId}`, label: t("up") }}>
      <Shown of={found}>
        {(one) =>
          one.body.qr ? (
            <Shield one={one} text={one.body.qr} readAt={found.dataUpdatedAt} />
          ) : (
            <Empty title={t("noCode")}>{t("noCodeWhy")}</Empty>
          )
        }
      </Shown>
    </Page>
  );
}

function Shield({ one, text, readAt }: { one: Prescription; text: string; readAt: number }) {
  const box = useRef<HTMLDialogElement>(null);
  const [, go] = useLocation();
  useLitScreen();
  useEffect(() => box.current?.showModal(), []);
  const state = stateOf(one);
  const all = one.body.drugs.reduce((sum, drug) => sum + drug.packs, 0);
  const moment = dayAndTime(new Date(readAt).toISOString());
  const old = !navigator.onLine || Date.now() - readAt > FRESH;
  const copy = () => navigator.clipboard.writeText(typedCode(one)).then(() => say(t("copied")));
  return (
    <dialog ref={box} className="code-shield" aria-label={t("codeFor")} onCancel={() => go(`/prescriptions/${one.id}`)}>
      <div className="code-head">
        <p className="code-drug">{titleOf(one)}</p>
        <Link href={`/prescriptions/${one.id}`} className="code-close" aria-label={t("up")}>
          ✕
        </Link>
      </div>
      {state !== "active" && (
        <p className="code-warning" role="alert">
          {t("notNow", { state: t(`state-${state}`).toLocaleLowerCase() })}
        </p>
      )}
      <Qr text={text} label={t("qrLabel", { drug: titleOf(one) })} />
      <p>
        {t("left", { n: packsLeft(one), all })}. {t("until", { date: day(lastDay(one)) })}.
      </p>
      <p role="status">{t(old ? "asOfOld" : "asOf", { moment })}</p>
      <div className="stack-tight">
        <p>{t("codeLetters")}</p>
        <code className="code-letters">{typedCode(one)}</code>
        <p>{t("lettersWhy")}</p>
        <div>
          <Button kind="secondary" onPress={() => void copy()}>
            {t("copy")}
          </Button>
        </div>
      </div>
      <p>{t("private")}</p>
    </dialog>
  );
}

/** A screen that goes dark in the queue helps nobody; where the browser cannot hold it, nothing is lost. */
function useLitScreen(): void {
  useEffect(() => {
    let held: WakeLockSentinel | undefined;
    let left = false;
    const hold = () => {
      if (document.visibilityState !== "visible") return;
      navigator.wakeLock?.request("screen").then(
        (given) => (left ? void given.release() : void (held = given)),
        () => undefined,
      );
    };
    hold();
    document.addEventListener("visibilitychange", hold);
    return () => {
      left = true;
      document.removeEventListener("visibilitychange", hold);
      void held?.release();
    };
  }, []);
}
