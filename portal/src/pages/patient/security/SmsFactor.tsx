import { api } from "../../../api/client";
import { useChange } from "../../../api/queries";
import { useSession } from "../../../app/session";
import { Button, ProblemBox } from "../../../ui";
import { t } from "./words";

/** The weakest of the factors: it may go once there is a stronger one and recovery codes. The API says when not. */
export function SmsFactor({ on }: { on: boolean }) {
  const { refresh } = useSession();
  const changed = useChange((enabled: boolean) => api.PUT("/api/v1/me/sms-factor", { body: { enabled } }));
  return (
    <div className="stack">
      <p>{on ? t("smsOn") : t("smsOff")}</p>
      {changed.error && <ProblemBox problem={changed.error} />}
      <div>
        <Button kind="secondary" busy={changed.isPending} onPress={() => changed.mutate(!on, { onSuccess: () => void refresh() })}>
          {on ? t("smsSwitchOff") : t("smsSwitchOn")}
        </Button>
      </div>
    </div>
  );
}
