import { placeText, sentence } from "../../../../../verifier/texts.js";
import { currentLanguage } from "../../../../i18n";
import { dayAndTime } from "../../../../i18n/dates";
import { offer } from "../../../../ui/download";
import { Button, Facts, More, Notice, Section } from "../../../../ui";
import { keepPolicy } from "./anchors";
import type { Proof } from "./prove";
import { t } from "./words";

const TONES = ["good", "warn", "bad", "warn"] as const;
const FIRST = 20; // findings that are listed
const save = (text: string, name: string) => offer(new Blob([text], { type: "application/json" }), name);
const moment = (milliseconds: number) => dayAndTime(new Date(milliseconds).toISOString());

export function Outcome({ proof, again }: { proof: Proof; again: () => void }) {
  const { result, policy, verdict } = proof;
  const since = proof.grown.map((one) => one.since).filter(Boolean);
  const accept = () => {
    keepPolicy(policy.otherNow);
    again();
  };
  return (
    <>
      <Notice tone={TONES[verdict]} title={t(`verdict-${verdict}`)} live>
        <p>{t(`meaning-${verdict}`, { n: result.entries.length })}</p>
        {verdict < 2 && since.length > 0 && <p>{t("grown", { moment: moment(Math.min(...since)) })}</p>}
        {verdict < 2 && since.length === 0 && <p>{t("firstTime")}</p>}
      </Notice>
      <Reasons proof={proof} />
      {policy.otherNow && (
        <Notice tone="bad" title={t("keysChanged")}>
          <p>{t("keysChangedHow")}</p>
          {policy.from === "device" && (
            <Button kind="secondary" onPress={accept}>
              {t("acceptKeys")}
            </Button>
          )}
        </Notice>
      )}
      <More title={t("details")}>
        <Details proof={proof} />
      </More>
      <Section title={t("copyTitle")}>
        <p>{t("copyWhy")}</p>
        <div className="row">
          <Button kind="secondary" onPress={() => save(proof.bundle, "journal-copy.json")}>
            {t("saveCopy")}
          </Button>
          <Button kind="secondary" onPress={() => save(policy.text, "audit-policy.json")}>
            {t("savePolicy")}
          </Button>
          <a href="/journal.html">{t("otherPage")}</a>
        </div>
        <Facts facts={[[t("nonce"), <code key="nonce">{proof.nonce}</code>]]} />
      </Section>
      <div>
        <Button onPress={again}>{t("again")}</Button>
      </div>
    </>
  );
}

/** What was found wrong, each in a sentence. */
function Reasons({ proof: { result, grown, differing } }: { proof: Proof }) {
  const language = currentLanguage();
  const found = result.findings.filter(({ level }) => level !== "info");
  const wrong = grown.filter(({ how }) => how !== "same" && how !== "grown");
  if (!found.length && !wrong.length && !differing.length) return null;
  return (
    <Section title={t("reasons")}>
      <ul>
        {found.slice(0, FIRST).map(({ code, place, values }) => (
          <li key={place + code}>
            <strong>{placeText(place, language)}:</strong> {sentence(code, language, values)}
          </li>
        ))}
        {found.length > FIRST && <li>{t("moreFindings", { n: found.length - FIRST })}</li>}
        {wrong.map(({ origin, how, since }) => (
          <li key={origin}>{t(`growth-${how as "older" | "other" | "unproved"}`, { moment: moment(since) })}</li>
        ))}
        {differing.map((line) => (
          <li key={line.id}>{t("differs", { moment: dayAndTime(line.at) })}</li>
        ))}
      </ul>
    </Section>
  );
}

function Details({ proof: { result, policy, compared } }: { proof: Proof }) {
  const chains = result.facts.chains ?? [];
  return (
    <div className="stack">
      <Facts facts={[[t("keysFrom"), t(`keys-${policy.from}`, { moment: moment(policy.at) })], [t("listTitle"), t("listCompared", { n: compared })]]} />
      {chains.map((chain) => (
        <Facts
          key={chain.year}
          facts={[
            [t("year"), String(chain.year)],
            [t("own"), t("ownCount", { n: chain.entries })],
            [t("whole"), String(chain.size)],
            [
              t("witnesses"),
              Object.entries(chain.witnesses)
                .map(([name, seconds]) => `${name}: ${moment(Number(seconds) * 1000)}`)
                .join("\n"),
            ],
          ]}
        />
      ))}
    </div>
  );
}
