import { useState } from "react";
import { asProblem, type Problem } from "../../../../api/problems";
import { Button, Card, Notice, Page, ProblemBox, Section } from "../../../../ui";
import { prove, type Proof as Proved, type Step } from "./prove";
import { Outcome } from "./Outcome";
import { t } from "./words";

/** The journal checked on this device. One sentence says how it went; what it rests on is folded away. */
export default function Proof() {
  const [step, setStep] = useState<Step | "">("");
  const [proof, setProof] = useState<Proved | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const start = async () => {
    setProof(null);
    setProblem(null);
    setStep("ordering");
    await prove(setStep).then(setProof, (thrown: unknown) => setProblem(asProblem(thrown)));
    setStep("");
  };
  return (
    <Page title={t("title")} lead={t("lead")} up={{ to: "/journal", label: t("up") }} width="text">
      {problem && <ProblemBox problem={problem} retry={() => void start()} />}
      {step && <Notice live title={t(step)} />}
      {proof && <Outcome proof={proof} again={() => void start()} />}
      {!proof && (
        <Card>
          <p>{t("how")}</p>
          <div>
            <Button busy={step !== ""} onPress={() => void start()}>
              {t("start")}
            </Button>
          </div>
        </Card>
      )}
      <Section title={t("whatTitle")}>
        <p>{t("proves")}</p>
        <p>{t("provesNot")}</p>
      </Section>
    </Page>
  );
}
