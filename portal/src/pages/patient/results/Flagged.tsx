import { Tag } from "../../../ui";
import { standingOf } from "./reading";
import type { Flag } from "./shapes";
import { flagWords } from "./words";

/** "▲ выше нормы": the words say it, the shape and the colour help. */
export function Flagged({ flag }: { flag: Flag | null | undefined }) {
  if (!flag) return <Tag>{flagWords(flag)}</Tag>;
  const standing = standingOf(flag);
  const shape = standing === "above" ? "▲ " : standing === "below" ? "▼ " : flag === "N" ? "✓ " : "! ";
  return (
    <Tag tone={flag === "N" ? "good" : "warn"}>
      <span aria-hidden="true">{shape}&nbsp;</span>
      {flagWords(flag)}
    </Tag>
  );
}
