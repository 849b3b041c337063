import { api } from "../../../api/client";
import { useRead } from "../../../api/queries";
import { useCardId } from "../../../app/session";
import { dictionary } from "../../../i18n";
import { day } from "../../../i18n/dates";
import { ButtonLink, Empty, Facts, Notice, Shown, Tag } from "../../../ui";

type Order = {
  id: string;
  kind: "laboratory-order" | "referral" | "planned-study";
  due: "overdue" | "soon" | "later" | "undated";
  due_on: string | null;
  body: {
    occurred_at: string;
    doctor_name?: string | null;
    panel?: string;
    specialty?: string;
    study?: string;
    goal?: string | null;
    reason?: string | null;
    preparation?: string | null;
    organisation?: string | null;
    priority?: string | null;
  };
};
type Orders = { items: Order[]; whole: boolean };

/** What a doctor ordered and what is not done yet: tests, studies, visits to specialists. Overdue ones come first. */
export function Orders() {
  const cardId = useCardId();
  const found = useRead<Orders>(["open-orders", cardId], async () => {
    const answer = await api.GET("/api/v1/patients/{patient_id}/open-orders", {
      params: { path: { patient_id: cardId } },
    });
    return { data: answer.data as unknown as Orders };
  });
  return (
    <Shown of={found}>
      {({ items, whole }) =>
        items.length ? (
          <div className="stack">
            <p className="quiet">{t("order")}</p>
            <ul className="plain-list list" aria-label={t("label")}>
              {items.map((item) => (
                <li key={item.id} className="list-item">
                  <One order={item} />
                </li>
              ))}
            </ul>
            {!whole && <Notice>{t("notWhole")}</Notice>}
          </div>
        ) : (
          <Empty title={t("none")}>
            <p>{t("noneWhy")}</p>
          </Empty>
        )
      }
    </Shown>
  );
}

function One({ order: { kind, body, due, due_on } }: { order: Order }) {
  const tone = { overdue: "warn", soon: "info", later: "quiet", undated: "quiet" } as const;
  return (
    <article className="stack-tight">
      <div className="row-between">
        <h3>{body.panel ?? body.specialty ?? body.study}</h3>
        <Tag tone={tone[due]}>{t(`due-${due}`, { day: day(due_on) })}</Tag>
      </div>
      <p className="quiet">{t(kind)}</p>
      <Facts
        facts={[
          [t("given"), day(body.occurred_at)],
          [t("doctor"), body.doctor_name],
          [t("goal"), body.goal ?? body.reason],
          [t("where"), body.organisation],
          [t("preparation"), body.preparation],
        ]}
      />
      <div>
        <ButtonLink to="/appointments">{t("book")}</ButtonLink>
      </div>
    </article>
  );
}

const t = dictionary({
  ru: {
    label: "Назначения, которые ещё не выполнены",
    order: "Сначала те, срок которых прошёл или близок.",
    none: "Невыполненных назначений нет",
    noneWhy:
      "Когда врач назначит анализ, исследование или консультацию, назначение появится здесь и пропадёт, как только будет выполнено.",
    notWhole: "Назначений очень много: самые старые здесь не показаны.",
    "laboratory-order": "Направление на анализ",
    referral: "Направление к специалисту",
    "planned-study": "Плановое исследование",
    "due-overdue": "срок прошёл: {day}",
    "due-soon": "скоро: до {day}",
    "due-later": "до {day}",
    "due-undated": "срок не указан",
    given: "Назначено",
    doctor: "Кто назначил",
    goal: "Зачем",
    where: "Куда",
    preparation: "Как подготовиться",
    book: "Записаться",
  },
  en: {
    label: "Orders that are not done yet",
    order: "Those that are overdue or due soon come first.",
    none: "Nothing is waiting to be done",
    noneWhy:
      "When a doctor orders a test, a study or a consultation, it appears here and leaves as soon as it is done.",
    notWhole: "There are very many orders: the oldest are not shown here.",
    "laboratory-order": "Laboratory order",
    referral: "Referral to a specialist",
    "planned-study": "Planned study",
    "due-overdue": "overdue: {day}",
    "due-soon": "soon: by {day}",
    "due-later": "by {day}",
    "due-undated": "no date given",
    given: "Ordered",
    doctor: "By whom",
    goal: "Why",
    where: "Where",
    preparation: "How to prepare",
    book: "Book",
  },
});
