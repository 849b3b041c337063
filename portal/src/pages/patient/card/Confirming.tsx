import { useState } from "react";
import { asProblem, type Problem } from "../../../api/problems";
import { useRead } from "../../../api/queries";
import { inLanguage, type Two } from "../../../i18n";
import { ask } from "../../../records";
import { Button, Card, ProblemBox } from "../../../ui";
import { confirmAt } from "../../entry/providers";
import { activationWords as t } from "./activationWords";

type Provider = { name: string; title: Two; confirms: boolean };

/** Ways to prove who one is without coming to a clinic. */
export function Confirming() {
  const providers = useRead(["sign-in-providers"], () => ask<{ items: Provider[] }>("/api/v1/sign-in/providers"));
  const [problem, setProblem] = useState<Problem | null>(null);
  const confirming = (providers.data?.items ?? []).filter(({ confirms }) => confirms);
  if (!confirming.length) return null;
  return (
    <Card as="section" label={t("confirming")}>
      <h2>{t("confirming")}</h2>
      <p>{t("confirmingWhy")}</p>
      {problem && <ProblemBox problem={problem} />}
      <div className="row">
        {confirming.map(({ name, title }) => (
          <Button key={name} kind="secondary" onPress={() => void confirmAt(name, "/activation").catch((thrown: unknown) => setProblem(asProblem(thrown)))}>
            {inLanguage(title)}
          </Button>
        ))}
      </div>
    </Card>
  );
}
