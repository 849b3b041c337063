/** What an outside system of times calls this schedule, so that its changes find their way. */
import { useState } from "react";
import { api } from "../../../../api/client";
import { useChange, useRead } from "../../../../api/queries";
import { typed } from "../../../../api/typed";
import { Button, Form, More, say, Shown, TextField, useForm } from "../../../../ui";
import { w } from "./words";

type Named = { outside_id: string | null };

export function OutsideName({ scheduleId }: { scheduleId: string }) {
  const [wanted, setWanted] = useState(false);
  const params = { path: { schedule_id: scheduleId } };
  const found = useRead(["outside-id-read", scheduleId], () => typed<Named>(api.GET("/api/v1/schedules/{schedule_id}/outside-id", { params })), { wanted });
  return (
    <More title={w("outsideName")}>
      <p>{w("outsideNameWhy")}</p>
      {wanted ? (
        <Shown of={found} lines={1}>
          {(named) => <Naming scheduleId={scheduleId} known={named.outside_id ?? ""} />}
        </Shown>
      ) : (
        <Button kind="secondary" onPress={() => setWanted(true)}>
          {w("showName")}
        </Button>
      )}
    </More>
  );
}

function Naming({ scheduleId, known }: { scheduleId: string; known: string }) {
  const named = useChange(
    (name: string) => api.PUT("/api/v1/schedules/{schedule_id}/outside-id", { params: { path: { schedule_id: scheduleId } }, body: { outside_id: name.trim() || null } }),
    [["outside-id-read", scheduleId]],
  );
  const form = useForm({ outside_id: known }, ({ outside_id: name }) => named.mutateAsync(name), { done: () => say(w("nameKept")) });
  return (
    <Form form={form} submit={w("save")} kind="secondary">
      <TextField {...form.field("outside_id")} label={w("outsideName")} width="middle" optional />
    </Form>
  );
}
