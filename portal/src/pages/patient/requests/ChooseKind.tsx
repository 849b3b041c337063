import { Link } from "wouter";
import { useMe } from "../../../app/session";
import { Page } from "../../../ui";
import { FILED, FOR_WARDS, kindLead, kindTitle } from "./fieldWords";
import { t } from "./words";
import "./requests.css";

export default function ChooseKind() {
  const { role } = useMe();
  const kinds = role === "patient" ? FILED : FILED.filter((kind) => FOR_WARDS.includes(kind));
  return (
    <Page title={t("new")} lead={t("newLead")} up={{ to: "/requests", label: t("up") }} width="text">
      <ul className="plain-list stack">
        {kinds.map((kind) => (
          <li key={kind}>
            <Link href={`/requests/new/${kind}`} className="request-kind">
              <strong>{kindTitle(kind)}</strong>
              <span>{kindLead(kind)}</span>
            </Link>
          </li>
        ))}
      </ul>
      {role === "patient" && (
        <p className="row">
          <Link href="/">{t("identity")}</Link>
          <Link href="/requests/card">{t("more")}</Link>
        </p>
      )}
    </Page>
  );
}
