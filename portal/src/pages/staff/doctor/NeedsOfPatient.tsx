import { useState } from "react";
import { useMe } from "../../../app/session";
import { Button, Section, Shown } from "../../../ui";
import { NeedList } from "../../patient/needs/NeedList";
import { useNeeds } from "../../patient/needs/reading";
import { t } from "../../patient/needs/words";

/** What is due of an open card. Read when it is asked for: each look is an entry of the patient's journal. */
export function NeedsOfPatient({ patientId }: { patientId: string }) {
  const [asked, setAsked] = useState(false);
  return (
    <Section title={t("title")}>
      {asked ? (
        <Read patientId={patientId} />
      ) : (
        <>
          <p className="quiet">{t("showWhy")}</p>
          <div className="row">
            <Button kind="secondary" onPress={() => setAsked(true)}>
              {t("show")}
            </Button>
          </div>
        </>
      )}
    </Section>
  );
}

function Read({ patientId }: { patientId: string }) {
  const { role } = useMe();
  const found = useNeeds(patientId);
  return (
    <Shown of={found}>
      {(needs) => (
        <NeedList
          needs={needs}
          patientId={patientId}
          to={({ collection }, id) => `/patients/${patientId}/${collection}/${id}`}
          marks={role === "doctor"}
        />
      )}
    </Shown>
  );
}
