import { useState } from "react";
import { api } from "../../../api/client";
import { useChange, useRead } from "../../../api/queries";
import { ifMatch, typed } from "../../../api/typed";
import { Button, Confirm, Empty, ProblemBox, say, Shown, Tag } from "../../../ui";
import { Grant } from "./Grant";
import { Terms } from "./said";
import type { Representative } from "./shapes";
import { t } from "./words";

export const representativesKey = (personId: string) => ["representation-list", personId];

/** Who acts or acted for oneself. From the 15th birthday on one says by oneself whether a parent goes on. */
export function Representatives({ personId }: { personId: string }) {
  const found = useRead(representativesKey(personId), () =>
    typed<{ items: Representative[] }>(api.GET("/api/v1/me/representatives")),
  );
  return (
    <Shown of={found}>
      {({ items }) =>
        items.length ? (
          <ul className="plain-list list" aria-label={t("representatives")}>
            {items.map((one) => (
              <li key={one.person_id} className="list-item">
                <OneRepresentative one={one} personId={personId} />
              </li>
            ))}
          </ul>
        ) : (
          <Empty title={t("noRepresentatives")}>{t("noRepresentativesWhy")}</Empty>
        )
      }
    </Shown>
  );
}

function OneRepresentative({ one, personId }: { one: Representative; personId: string }) {
  const [granting, setGranting] = useState(false);
  const name = one.name || t("somebody");
  return (
    <>
      <div className="row-between">
        <h3>{name}</h3>
        <Tag tone={one.live ? "good" : "quiet"}>{t(one.live ? "acts" : "actsNoMore")}</Tag>
      </div>
      <Terms of={one} />
      {one.live && one.kind !== "granted" && <p className="quiet">{t("byLaw")}</p>}
      {granting ? (
        <Grant one={one} personId={personId} close={() => setGranting(false)} />
      ) : (
        <div className="row">
          {(!one.live || one.kind === "granted") && (
            <Button
              kind="secondary"
              onPress={() => setGranting(true)}
              label={`${t(one.live ? "change" : "grantAgain")}: ${name}`}
            >
              {t(one.live ? "change" : "grantAgain")}
            </Button>
          )}
          {one.live && one.kind === "granted" && <End one={one} personId={personId} name={name} />}
        </div>
      )}
    </>
  );
}

function End({ one, personId, name }: { one: Representative; personId: string; name: string }) {
  const [sure, setSure] = useState(false);
  const params = { path: { person_id: one.person_id } };
  const ended = useChange(
    () => api.POST("/api/v1/me/representatives/{person_id}/end", { params, headers: ifMatch(one.version) }),
    [representativesKey(personId)],
  );
  const end = () => {
    setSure(false);
    ended.mutate(undefined, { onSuccess: () => say(t("endedIt")) });
  };
  return (
    <>
      {ended.error && <ProblemBox problem={ended.error} />}
      <Button kind="danger" busy={ended.isPending} onPress={() => setSure(true)} label={`${t("end")}: ${name}`}>
        {t("end")}
      </Button>
      <Confirm title={`${t("end")}?`} yes={t("end")} danger open={sure} onYes={end} onClose={() => setSure(false)}>
        {t("endWhat", { name })}
      </Confirm>
    </>
  );
}
