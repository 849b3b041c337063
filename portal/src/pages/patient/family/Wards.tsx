import { api } from "../../../api/client";
import { useRead } from "../../../api/queries";
import { typed } from "../../../api/typed";
import { Button, Empty, More, ProblemBox, Shown } from "../../../ui";
import { Terms } from "./said";
import type { Ward } from "./shapes";
import { useActing } from "./useActing";
import { t } from "./words";

/** For whom one acts now. */
export function Wards({ personId }: { personId: string }) {
  const found = useRead(["wards", personId], () => typed<{ items: Ward[] }>(api.GET("/api/v1/me/wards")));
  const acting = useActing();
  return (
    <>
      {acting.error && <ProblemBox problem={acting.error} />}
      <Shown of={found}>
        {({ items }) =>
          items.length ? (
            <ul className="plain-list list" aria-label={t("wards")}>
              {items.map((ward) => (
                <li key={ward.patient_id} className="list-item">
                  <div className="row-between">
                    <h3>{ward.name || t("ward")}</h3>
                    <Button
                      busy={acting.isPending}
                      onPress={() => acting.mutate(ward.patient_id)}
                      label={`${t("openCard")}: ${ward.name || t("ward")}`}
                    >
                      {t("openCard")}
                    </Button>
                  </div>
                  <More title={t("whatIMay")}>
                    <Terms of={ward} />
                  </More>
                </li>
              ))}
            </ul>
          ) : (
            <Empty title={t("noWards")}>{t("noWardsWhy")}</Empty>
          )
        }
      </Shown>
    </>
  );
}
