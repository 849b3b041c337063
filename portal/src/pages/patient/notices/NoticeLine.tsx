import type { QueryKey } from "@tanstack/react-query";
import { useLocation } from "wouter";
import { api } from "../../../api/client";
import { useChange } from "../../../api/queries";
import type { Role } from "../../../app/roles";
import { dictionary } from "../../../i18n";
import { dayAndTime } from "../../../i18n/dates";
import { Button, ProblemBox, Tag } from "../../../ui";
import type { Kind } from "../../../records/access";
import { placeOf } from "./places";
import type { Notice } from "./shapes";
import { topicName } from "./words";

type Props = {
  notice: Notice;
  role: Role;
  kinds: readonly Kind[];
  /** What is read anew afterwards. */ after: QueryKey[];
};

/** One notice. To open what it is about marks it as read. */
export function NoticeLine({ notice, role, kinds, after }: Props) {
  const [, go] = useLocation();
  const read = useChange(
    () => api.POST("/api/v1/me/notices/{notice_id}/read", { params: { path: { notice_id: notice.id } } }),
    after,
  );
  const place = placeOf(notice.links, role, kinds, notice);
  const open = () => {
    if (!notice.read_at) read.mutate();
    go(place);
  };
  return (
    <>
      <div className="row-between">
        <h2 className="notice-line-title">{notice.title}</h2>
        {!notice.read_at && <Tag tone="info">{t("new")}</Tag>}
      </div>
      <p>{notice.text}</p>
      <p className="quiet">
        {dayAndTime(notice.at)} · {topicName(notice.topic)}
      </p>
      {read.error && <ProblemBox problem={read.error} />}
      <div className="row">
        {place && (
          <Button kind="secondary" onPress={open} label={`${t("open")}: ${notice.title}`}>
            {t("open")}
          </Button>
        )}
        {!notice.read_at && (
          <Button
            kind="plain"
            busy={read.isPending}
            onPress={() => read.mutate()}
            label={`${t("read")}: ${notice.title}`}
          >
            {t("read")}
          </Button>
        )}
      </div>
    </>
  );
}

const t = dictionary({
  ru: { new: "Новое", open: "Открыть", read: "Отметить прочитанным" },
  en: { new: "New", open: "Open", read: "Mark as read" },
});
